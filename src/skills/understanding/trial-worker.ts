import { parentPort } from 'node:worker_threads';
import type { Flow } from '../../core/flow/flow.ts';
import type { TrialReply, TrialTask } from './trial-thread.ts';
import { createUnderstanding } from './understanding.ts';

/** The thread of trials: what was tried last stays learnt. */
const mostKept = 20;
const kept = new Map<string, Flow>();
const understanding = createUnderstanding();

/** @returns the flow by its key; it is sent once. */
function flowOf({ key, flow = kept.get(key) }: TrialTask): Flow | undefined {
  kept.delete(key);
  if (flow === undefined) return undefined;
  kept.set(key, flow);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  return flow;
}

function replyTo(task: TrialTask): TrialReply {
  const { number, text, intents, entity, at } = task;
  const flow = flowOf(task);
  if (flow === undefined) return { number, answer: null };
  const value = entity === undefined ? null : understanding.valueOf(flow, entity, text, at);
  return { number, answer: { intents: understanding.intentsOf(flow, intents, text), value } };
}

parentPort?.on('message', (task: TrialTask) => parentPort?.postMessage(replyTo(task)));

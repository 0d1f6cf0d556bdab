import { nodeOf } from '../flow/flow.ts';
import type { Turn } from '../turn.ts';
import { goOn, runFlow } from './run-flow.ts';
import { isListening, takeInput } from './take-input.ts';

/** The answer of the end user to the node that waits: it takes it, asks again, or gives up. */
export function answerNode(turn: Turn, text: string, messageSeq: number | null): void {
  const { phase } = turn.session;
  if (phase.kind !== 'waiting') return;
  const node = nodeOf(turn.flow, phase.node);
  if (!isListening(node)) return runFlow(turn, phase.node);
  goOn(turn, takeInput(turn, phase.node, node, { text, messageSeq, misses: phase.misses }));
}

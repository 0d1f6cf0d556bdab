import { callOfAsk, requestOf } from '../calls.ts';
import type { Command, CommandResult } from '../commands.ts';
import type { CallKey } from '../events.ts';
import type { AskingNode } from '../flow/asking.ts';
import { nodeOf } from '../flow/flow.ts';
import { isAsking } from '../flow/nodes.ts';
import type { Assignment } from '../flow/parameters.ts';
import { done } from '../results.ts';
import type { SkillAnswer } from '../skills.ts';
import { type Turn, tell } from '../turn.ts';
import { leads } from './next.ts';
import { readable } from './readable-answer.ts';
import { goOn, runFlow } from './run-flow.ts';
import { say } from './send.ts';
import { listen } from './take-input.ts';

/** A question was answered, or never will be. An answer that nothing waits for any more changes nothing but its call. */
export function settleAsk(turn: Turn, command: Extract<Command, { kind: 'settle-ask' }>): CommandResult {
  const { call, attempts } = command;
  const request = requestOf(call.lane);
  if (request === null) return done();
  const { phase, requests } = turn.session;
  const answer = readable(turn, command.answer);
  const cause = answer.kind === 'failed' ? answer.cause : null;
  turn.changes.push({ kind: 'settle', call, state: cause === null ? 'delivered' : 'skipped', attempts, cause });
  const open = requests.find((one) => one.request === request);
  if (open !== undefined) settleOpen(turn, open, answer);
  else if (phase.kind === 'asking' && phase.request === request) settleWaiting(turn, phase, answer);
  return done();
}

/** A request that somebody leaves out, whether a node waits for it or not. */
export function leaveOut(turn: Turn, call: CallKey): void {
  const request = requestOf(call.lane);
  const open = turn.session.requests.find((one) => one.request === request);
  const { phase } = turn.session;
  if (phase.kind === 'asking' && phase.request === request) return failAsk(turn, leftOut);
  turn.changes.push({ kind: 'settle', call, state: 'skipped' });
  if (open !== undefined) settleOpen(turn, open, { kind: 'failed', cause: leftOut });
}

const leftOut = 'Somebody has left it out.';

/** The node that waits takes *failed*: nobody has answered in time. */
export function failAsk(turn: Turn, cause: string): void {
  const { phase } = turn.session;
  if (phase.kind !== 'asking') return;
  turn.changes.push({ kind: 'settle', call: callOfAsk(phase.request), state: 'skipped' });
  settleWaiting(turn, phase, { kind: 'failed', cause });
}

type Asked = Readonly<{ node: string; request: number }>;

function settleWaiting(turn: Turn, { node: id, request }: Asked, answer: SkillAnswer): void {
  const node = nodeOf(turn.flow, id);
  if (!isAsking(node)) return runFlow(turn, null);
  if (answer.kind === 'failed' || !outputs[node.type].includes(answer.output)) {
    const cause =
      answer.kind === 'failed' ? answer.cause : 'The answer leads to an output that the node does not have.';
    tell(turn, { kind: 'skill-failed', node: id, request, cause });
    return goOn(turn, leads(node.outputs, 'failed'));
  }
  const { output } = answer;
  tell(turn, { kind: 'skill-answered', node: id, request, output });
  keepAll(turn, answer.parameters);
  for (const message of answer.messages) say(turn, id, message);
  if (output === 'listen' && node.type === 'external-bot') return goOn(turn, listen(turn, id, node, 0));
  goOn(turn, leads(node.outputs, output));
}

type Output = 'default' | 'human' | 'listen';

const outputs: Readonly<Record<AskingNode['type'], readonly Output[]>> = {
  webhook: ['default'],
  'custom-code': ['default'],
  'generative-ai': ['default', 'human'],
  'external-bot': ['default', 'human', 'listen'],
};

/** Nobody waits: the parameters are all that becomes of it. */
function settleOpen(turn: Turn, { node, request }: Asked, answer: SkillAnswer): void {
  if (answer.kind === 'failed') tell(turn, { kind: 'skill-failed', node, request, cause: answer.cause });
  else {
    tell(turn, { kind: 'skill-answered', node, request, output: 'default' });
    keepAll(turn, answer.parameters);
  }
}

function keepAll(turn: Turn, parameters: readonly Assignment[]): void {
  if (parameters.length > 0) tell(turn, { kind: 'parameters-set', parameters });
}

import { type AskingNode, askGraceMs, mentionedBy, withinMs } from '../flow/asking.ts';
import type { Assignment } from '../flow/parameters.ts';
import { parameterOf } from '../session.ts';
import { type Turn, tell } from '../turn.ts';
import { go, type Next, wait } from './next.ts';

/*
 * Questions of nodes to the world outside: webhooks, code, models, somebody's bot.
 * 1. A question is a fact, *skill-requested*, and a call that is owed with it; its answer is a command. So it survives a
 *    crash, and nothing waits for it but its session. After a crash it may be asked again, under the same id.
 * 2. What it may see is in that fact: parameters by value, messages by seq. Every repeat asks the same.
 * 3. An end user's message that no node has taken is not shown: it is the answer to a later node, or a later turn.
 * 4. While a node waits, the end user's words are kept as the flow's next inputs. What nobody answers is *failed*.
 * 5. Each external bot is told every message: in each turn those since the last one that it answered, and that it did not send
 *    itself.
 */

/** Requests without waiting that may be open in a session at once. */
const mostOpenRequests = 20;

/** @param taken seq of the message that is the answer to an external bot, if it is one. */
export function ask(turn: Turn, id: string, node: AskingNode, taken?: number | null): Next {
  const waits = node.type !== 'webhook' || node.asynchronous !== true;
  if (!waits && turn.session.requests.length >= mostOpenRequests) {
    const cause = `${mostOpenRequests} requests of this session wait for their answers; let them be fewer.`;
    tell(turn, { kind: 'skill-failed', node: id, request: null, cause });
    return go(node.outputs.failed);
  }
  const { bots, lastMessageSeq, inputs } = turn.session;
  const told = node.type === 'external-bot' && Object.hasOwn(bots, id) ? (bots[id] ?? 0) : null;
  const [kept] = inputs;
  const shown = typeof taken === 'number' ? taken : kept === undefined ? lastMessageSeq : kept.seq - 1;
  const after = told ?? 0;
  tell(turn, {
    kind: 'skill-requested',
    node: id,
    skill: node.type,
    waits,
    dueAt: turn.at + withinMs(node) + askGraceMs,
    given: mentionedBy(node).flatMap((name) => given(turn, name)),
    after,
    to: Math.max(after, shown),
    turn: taken !== undefined ? 'message' : told === null ? 'begin' : 'back',
  });
  return waits ? wait : go(node.outputs.default);
}

function given(turn: Turn, name: string): readonly Assignment[] {
  const value = parameterOf(turn.session, name);
  return value === undefined ? [] : [{ name, value }];
}

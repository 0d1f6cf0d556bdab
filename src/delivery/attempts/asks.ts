import type { EventOf, SessionEvent } from '../../core/events.ts';
import { isMessage } from '../../core/events.ts';
import { type AskingNode, withinMs } from '../../core/flow/asking.ts';
import { nodeOf } from '../../core/flow/flow.ts';
import { isAsking } from '../../core/flow/nodes.ts';
import type { Session } from '../../core/session.ts';
import type { SkillAnswer } from '../../core/skills.ts';
import type { Question } from '../../skills/skills.ts';
import { deliveryId } from '../../store/store.ts';
import type { DispatcherParts } from '../parts.ts';
import type { Owed, Settled, Submit } from './outcomes.ts';

type Parts = Pick<DispatcherParts, 'engine' | 'sessions' | 'secrets' | 'skills' | 'log'> &
  Readonly<{ hangUp: AbortSignal }>;

type Asked = EventOf<'skill-requested'>;

export type Asks = Readonly<{
  /** Puts one question and settles its call. */
  ask: (the: Owed) => Promise<Settled>;
  stats: () => Readonly<{ answered: number; unanswered: number }>;
}>;

/**
 * Answers the questions of nodes. Each is asked once, for a second time only when a program died over it, and its answer
 * is a command, whatever it is: nothing but the node's own output says what to do when it failed.
 */
export function asks(parts: Parts, submit: Submit): Asks {
  const stats = { answered: 0, unanswered: 0 };
  const ask: Asks['ask'] = async (the) => {
    const { id, owed } = the;
    const event = await requestedBy(parts, id, owed.seq, owed.event);
    const session = await parts.engine.read(id);
    if (session === null) throw new Error(`Session ${id} is missing.`);
    const answer = isAwaited(session, owed.seq)
      ? await answerOf(parts, session, event)
      : ({ kind: 'failed', cause: 'Nobody waits for the answer any more.' } as const);
    // What we gave up ourselves is asked again by whoever goes on.
    if (parts.hangUp.aborted && answer.kind === 'failed') return 'again';
    if (owed.dropped) return 'settled';
    owed.attempts += 1;
    stats[answer.kind === 'answered' ? 'answered' : 'unanswered'] += 1;
    if (answer.kind === 'failed') {
      const { node, skill } = event;
      parts.log.debug({ session: id, node, skill, cause: answer.cause }, 'A node got no answer; it takes failed.');
    }
    const call = { lane: owed.lane, seq: owed.seq, part: owed.part };
    return submit(id, { kind: 'settle-ask', call, answer, attempts: owed.attempts });
  };
  return { ask, stats: () => ({ ...stats }) };
}

async function requestedBy({ sessions }: Parts, id: string, seq: number, known: SessionEvent | null): Promise<Asked> {
  const event = known ?? (await sessions.readEvent(id, seq));
  if (event?.kind === 'skill-requested') return event;
  throw new Error(`Event ${seq} of session ${id} asks nothing.`);
}

const isAwaited = ({ phase, requests }: Session, request: number): boolean =>
  (phase.kind === 'asking' && phase.request === request) || requests.some((one) => one.request === request);

async function answerOf(parts: Parts, session: Session, event: Asked): Promise<SkillAnswer> {
  const flow = await parts.engine.flowOf(session);
  const node = flow === null ? undefined : nodeOf(flow, event.node);
  if (!isAsking(node)) throw new Error(`Node ${event.node} of session ${session.id} asks nothing.`);
  return parts.skills.ask(await questionOf(parts, session, event, node), parts.hangUp);
}

async function questionOf(parts: Parts, session: Session, event: Asked, node: AskingNode): Promise<Question> {
  const { id: sessionId, virtualAgentId, userId } = session;
  const sees = node.type === 'generative-ai' || node.type === 'external-bot';
  const [messages, secrets] = await Promise.all([
    sees ? parts.sessions.readMessages(sessionId, event.after, event.to, -1) : Promise.resolve([]),
    parts.secrets.of(virtualAgentId),
  ]);
  return {
    id: deliveryId({ sessionId, lane: `a${event.seq}`, seq: event.seq, part: 0 }),
    ...{ node, nodeId: event.node, sessionId, virtualAgentId, userId, secrets, turn: event.turn },
    given: Object.fromEntries(event.given.map(({ name, value }) => [name, value])),
    messages: messages.filter((one) => isMessage(one)),
    withinMs: withinMs(node),
  };
}

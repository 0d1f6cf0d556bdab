import type { EventOf, SessionEvent } from '../../core/events.ts';
import { isMessage } from '../../core/events.ts';
import { type AskingNode, defaultHistory, withinMs } from '../../core/flow/asking.ts';
import { nodeOf } from '../../core/flow/flow.ts';
import { isAsking } from '../../core/flow/nodes.ts';
import type { Session } from '../../core/session.ts';
import type { SkillAnswer } from '../../core/skills.ts';
import type { EndpointUses } from '../../outgoing/endpoint-uses.ts';
import type { Question } from '../../skills/skills.ts';
import { deliveryId } from '../../store/store.ts';
import type { DispatcherParts } from '../parts.ts';
import type { Owed, Settled, Submit } from './outcomes.ts';

type Parts = Pick<DispatcherParts, 'engine' | 'sessions' | 'secrets' | 'skills' | 'clock' | 'log'> &
  Readonly<{ hangUp: AbortSignal; uses: EndpointUses }>;

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
    const askedAt = parts.clock.now();
    const isAsked = !isOver(parts, session, event);
    const answer = isAsked
      ? await answerOf(parts, session, event)
      : ({ kind: 'failed', cause: 'Nobody waits for the answer any more.' } as const);
    // What we gave up ourselves is asked again by whoever goes on.
    if (parts.hangUp.aborted && answer.kind === 'failed') return 'again';
    if (owed.dropped) return 'settled';
    owed.attempts += 1;
    stats[answer.kind === 'answered' ? 'answered' : 'unanswered'] += 1;
    if (isAsked && owed.url !== '') noteUse(parts, owed.url, answer, askedAt);
    if (answer.kind === 'failed') {
      const { node, skill } = event;
      parts.log.debug({ session: id, node, skill, cause: answer.cause }, 'A node got no answer; it takes failed.');
    }
    const call = { lane: owed.lane, seq: owed.seq, part: owed.part };
    return submit(id, { kind: 'settle-ask', call, answer, attempts: owed.attempts });
  };
  return { ask, stats: () => ({ ...stats }) };
}

function noteUse({ uses, clock }: Parts, url: string, { kind }: SkillAnswer, askedAt: number): void {
  const at = clock.now();
  uses.note({ url, kind: 'ask', taken: kind === 'answered', tookMs: at - askedAt, at });
}

async function requestedBy({ sessions }: Parts, id: string, seq: number, known: SessionEvent | null): Promise<Asked> {
  const event = known ?? (await sessions.readEvent(id, seq));
  if (event?.kind === 'skill-requested') return event;
  throw new Error(`Event ${seq} of session ${id} asks nothing.`);
}

/** One that nobody waits for from the start is asked whatever has become of the session. */
function isOver({ clock }: Parts, { phase }: Session, { seq, waits, dueAt }: Asked): boolean {
  if (!waits) return false;
  return phase.kind !== 'asking' || phase.request !== seq || clock.now() >= dueAt;
}

async function answerOf(parts: Parts, session: Session, event: Asked): Promise<SkillAnswer> {
  const flow = await parts.engine.flowOf(session);
  const node = flow === null ? undefined : nodeOf(flow, event.node);
  if (!isAsking(node)) throw new Error(`Node ${event.node} of session ${session.id} asks nothing.`);
  const question = await questionOf(parts, session, event, node);
  try {
    return await parts.skills.ask(question, parts.hangUp);
  } catch (error) {
    // It was asked: to ask again, as for what the store does not give, might do it twice.
    parts.log.error({ session: session.id, node: event.node, error: String(error) }, 'An answer could not be read.');
    return { kind: 'failed', cause: 'The answer could not be read.' };
  }
}

/** What a node may see; a model the last messages only, for a conversation may be long. */
async function seenBy(
  { sessions }: Parts,
  id: string,
  { after, to }: Asked,
  node: AskingNode,
): Promise<readonly SessionEvent[]> {
  if (node.type === 'external-bot') return sessions.readMessages(id, after, to, -1);
  const wanted = node.type === 'generative-ai' ? (node.history ?? defaultHistory) : 0;
  if (wanted === 0) return [];
  for (let events = 100; ; events *= 4) {
    const from = Math.max(after, to - events);
    const found = await sessions.readMessages(id, from, to, -1);
    if (found.length >= wanted || from === after) return found.slice(-wanted);
  }
}

async function questionOf(parts: Parts, session: Session, event: Asked, node: AskingNode): Promise<Question> {
  const { id: sessionId, virtualAgentId, userId } = session;
  const [messages, secrets] = await Promise.all([
    seenBy(parts, sessionId, event, node),
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

import { readStartAnswer } from '../../contract/live-agent.ts';
import { type AttemptResult, isDelayed, isExhausted, patienceMs, settle } from '../../core/schedule.ts';
import type { DeskAnswer } from '../../outgoing/desk-caller.ts';
import { type EndpointUse, endpointUses } from '../../outgoing/endpoint-uses.ts';
import { type CallBody, excerptOf } from '../../outgoing/excerpt.ts';
import { deliveryId } from '../../store/store.ts';
import { type Contact, Gate } from '../gate.ts';
import type { LaneCall, LaneState } from '../lane-parts.ts';
import type { DispatcherParts } from '../parts.ts';
import { asks } from './asks.ts';
import { bodyOf, type Conversation } from './bodies.ts';
import { type Owed, outcomes, type Settled, type Submit } from './outcomes.ts';
import type { Recorder } from './recorder.ts';

/** Makes attempts and settles what comes of them. */
export type Attempts = Readonly<{
  attempt: (conversation: Conversation, call: LaneCall, lane: LaneState) => Promise<'settled' | 'again'>;
  /** Tells what an attempt could not tell, when the store has said that the call is still owed. */
  late: (sessionId: string, call: LaneCall, lane: LaneState) => Promise<void>;
  /** Nothing waits any more in the lane of a handoff whose desk may have been reported late. */
  resume: (sessionId: string, lane: string) => Promise<void>;
  stats: () => Readonly<Record<'delivered' | 'failed' | 'dead' | 'waiting' | 'answered' | 'unanswered', number>>;
  /** What came of calls and questions by their URLs. */
  uses: () => readonly EndpointUse[];
}>;

type Parts = DispatcherParts &
  Readonly<{
    records: Recorder;
    /** No more attempts are to begin. */
    stopping: AbortSignal;
    /** Attempts in flight are to be given up. */
    hangUp: AbortSignal;
  }>;

export function attempts(parts: Parts): Attempts {
  const stats = { delivered: 0, failed: 0, dead: 0 };
  const { clock, random } = parts;
  const gate = new Gate(clock);
  // Who waits for a turn while we stop makes no call, and is not to be waited for.
  parts.stopping.addEventListener('abort', () => gate.open());
  const submit = outcomes(parts);
  const call = deskCalls(parts, turns(parts, gate, submit));
  const uses = endpointUses();
  const questions = asks({ ...parts, uses }, submit);
  return {
    attempt: async (conversation, owed, lane) => {
      const the: Owed = { id: conversation.id, owed, lane };
      if (owed.kind === 'ask') return questions.ask(the);
      if (isExhausted(owed.attempts, clock.now(), owed.tryUntil)) {
        stats.dead += 1;
        return bury(parts, submit, the);
      }
      const made = await call(conversation, the);
      if (made === null || owed.dropped) return owed.dropped ? 'settled' : 'again';
      const { result } = made.answer;
      // A call that we gave up ourselves says nothing about the desk; it stays owed as it was.
      if (parts.hangUp.aborted && result.kind === 'unreached') return 'again';
      owed.attempts += 1;
      const { attempts: number, tryUntil } = owed;
      const at = clock.now();
      const settlement = settle(result, { number, at, tryUntil, chance: random.chance() });
      const { url, kind } = owed;
      uses.note({ url, kind, taken: settlement.kind === 'delivered', tookMs: at - made.calledAt, at });
      if (settlement.kind === 'delivered') {
        stats.delivered += 1;
        return delivered(parts, submit, the, made.answer);
      }
      stats.failed += 1;
      const { cause } = settlement;
      owed.lastFailure = cause;
      const dueAt = settlement.kind === 'again' ? settlement.dueAt : null;
      note(parts, the, made, { cause, dueAt });
      if (dueAt !== null) return again(parts, submit, the, { cause, dueAt });
      stats.dead += 1;
      return bury(parts, submit, the);
    },
    late: (id, owed, lane) => tellIfLate(submit, { id, owed, lane }, owed.lastFailure ?? 'It was not taken in time.'),
    resume: async (sessionId, lane) => {
      await submit(sessionId, { kind: 'report-resumed', epoch: epochOf(lane) });
    },
    stats: () => ({ ...stats, waiting: gate.waiting, ...questions.stats() }),
    uses: uses.all,
  };
}

/** A call that was made. `sent` is its body. */
type Made = Readonly<{ answer: DeskAnswer; sent: string; calledAt: number }>;

type Turns = (the: Owed) => ReturnType<Gate['enter']>;

/** Waits for a turn at the gate; where that takes long, the call is late without having been tried. */
function turns({ clock }: Parts, gate: Gate, submit: Submit): Turns {
  return async (the) => {
    const { url, lane, owedAt } = the.owed;
    const place = `${the.id}/${lane}`;
    if (!gate.isFull(url) || !isNews(the)) return gate.enter(url, place);
    let telling: Promise<unknown> = Promise.resolve();
    const cancel = clock.after(Math.max(0, owedAt + patienceMs - clock.now()), () => {
      if (!the.owed.dropped)
        telling = tellDelay(submit, the, 'It waits for its turn: its endpoint is slow or cannot be reached.');
    });
    const leave = await gate.enter(url, place);
    cancel();
    // What comes of the call must find the delay told, or it would not end it.
    await telling;
    return leave;
  };
}

/** Makes one call; null when it was not made after all. */
function deskCalls(parts: Parts, turn: Turns): (conversation: Conversation, the: Owed) => Promise<Made | null> {
  return async (conversation, the) => {
    const { owed } = the;
    const leave = await turn(the);
    let contact: Contact = 'no word';
    try {
      if (parts.stopping.aborted || owed.dropped || !the.lane.mayCall) return null;
      // The turn may have come late.
      if (isExhausted(owed.attempts, parts.clock.now(), owed.tryUntil)) return null;
      const sent = await bodyOf(parts.sessions, parts.url(), conversation, owed, owed.event);
      const secrets = await parts.secrets.of(conversation.virtualAgentId);
      const id = deliveryId({ sessionId: conversation.id, ...owed });
      const calledAt = parts.clock.now();
      const answer = await parts.caller.call({ url: owed.url, id, body: sent, secrets }, parts.hangUp);
      contact = contactOf(answer.result, parts.hangUp);
      return { answer, sent, calledAt };
    } finally {
      leave(contact);
    }
  };
}

/** What a call that we gave up or may not make says of its endpoint is nothing. */
function contactOf({ kind }: AttemptResult, hangUp: AbortSignal): Contact {
  if (kind === 'forbidden' || (kind === 'unreached' && hangUp.aborted)) return 'no word';
  return kind;
}

const epochOf = (lane: string): number => Number(lane.slice(1));

/** Whether the session may have been told that the desk does not receive. */
const mayBeDelayed = ({ delay }: LaneState): boolean => delay === 'told' || delay === 'unknown';

async function delivered({ records, clock }: Parts, submit: Submit, the: Owed, answer: DeskAnswer): Promise<Settled> {
  const { id, owed, lane } = the;
  const { seq, part, kind, attempts: made, replayed } = owed;
  const call = { lane: owed.lane, seq, part };
  if (kind === 'start') {
    const said = { kind: 'accepted', ...readStartAnswer(answer.body) } as const;
    const epoch = epochOf(owed.lane);
    return submit(id, { kind: 'settle-start', epoch, call, answer: said, attempts: made, replayed });
  }
  if (mayBeDelayed(lane)) {
    // Told before the call is settled: a crash in between repeats the call, and does not leave people waiting for ever.
    if ((await submit(id, { kind: 'report-resumed', epoch: epochOf(owed.lane) })) === 'again') return 'again';
    lane.delay = 'none';
  }
  records.add({ sessionId: id, ...call, attempts: made, at: clock.now(), state: 'delivered' });
  return 'settled';
}

/** Puts a failed attempt into the list of its delivery. @param dueAt when it is tried again, null when never. */
function note(
  { records, clock }: Parts,
  { id, owed: { lane, seq, part, attempts: made } }: Owed,
  { answer: { result, body }, sent }: Made,
  { cause, dueAt }: Readonly<{ cause: string; dueAt: number | null }>,
): void {
  const status = result.kind === 'answered' ? result.status : null;
  const excerpt = body === '' ? null : excerptOf(body, JSON.parse(sent) as CallBody);
  const attempt = { sessionId: id, lane, seq, part, attempts: made, at: clock.now(), failure: cause, status, excerpt };
  records.add(dueAt === null ? { ...attempt, state: 'dead' } : { ...attempt, state: 'owed', dueAt });
}

/** A passing failure is looked at again when the schedule says so, and told when somebody waits long for it. */
async function again(
  { log }: Parts,
  submit: Submit,
  the: Owed,
  { cause, dueAt }: Readonly<{ cause: string; dueAt: number }>,
): Promise<Settled> {
  const { owed } = the;
  const { lane, seq, attempts: made } = owed;
  owed.dueAt = dueAt;
  log.debug({ session: the.id, lane, seq, attempts: made, cause }, 'A call to a desk failed; it is repeated.');
  await tellIfLate(submit, the, cause);
  return 'again';
}

async function tellIfLate(submit: Submit, the: Owed, cause: string): Promise<void> {
  const { owed, lane } = the;
  if (!isNews(the) || !isDelayed(owed.owedAt, owed.dueAt)) return;
  if ((await tellDelay(submit, the, cause)) === 'again') lane.untold = true;
}

/** Whether a delay of this call would be news: not of the start, whose state *connecting* says it. */
const isNews = ({ owed: { kind }, lane: { delay } }: Owed): boolean =>
  kind !== 'start' && (delay === 'none' || delay === 'unknown');

/** Only while the call is made here: when others have taken it over, it may have been delivered long ago. */
async function tellDelay(submit: Submit, { id, owed, lane }: Owed, cause: string): Promise<Settled> {
  const { seq, part, kind: callKind, owedAt: since } = owed;
  const call = { lane: owed.lane, seq, part };
  const delay = { kind: 'report-delay', epoch: epochOf(owed.lane), call, callKind, since, cause } as const;
  const told = await submit(id, delay, () => lane.mayCall && !owed.dropped);
  if (told === 'settled') lane.delay = 'told';
  return told;
}

/** A call is dead: the log says so, and its lane goes on. */
async function bury({ log }: Parts, submit: Submit, { id, owed, lane }: Owed): Promise<Settled> {
  const { seq, part, kind, attempts: made, lastFailure, replayed } = owed;
  const call = { lane: owed.lane, seq, part };
  const cause = lastFailure ?? 'It was not taken in time.';
  log.warn({ session: id, ...call, kind, attempts: made, cause }, 'A call to a desk is dead.');
  if (kind === 'start') {
    const answer = { kind: 'refused', cause } as const;
    return submit(id, { kind: 'settle-start', epoch: epochOf(owed.lane), call, answer, attempts: made, replayed });
  }
  const resumed = lane.isLast && mayBeDelayed(lane) ? epochOf(owed.lane) : null;
  const settled = await submit(id, { kind: 'report-dead', call, callKind: kind, cause, attempts: made, resumed });
  if (settled === 'settled' && resumed !== null) lane.delay = 'none';
  return settled;
}

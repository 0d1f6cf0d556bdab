import { readStartAnswer } from '../contract/live-agent.ts';
import type { Command } from '../core/commands.ts';
import { type AttemptResult, judge, nextAttemptAt } from '../core/schedule.ts';
import type { DeskAnswer } from '../outgoing/desk-caller.ts';
import { pause } from '../platform/clock.ts';
import { deliveryId } from '../store/store.ts';
import { bodyOf, type Conversation } from './bodies.ts';
import { type Contact, Gate } from './gate.ts';
import type { LaneCall } from './lane.ts';
import type { DispatcherParts } from './parts.ts';
import type { Recorder } from './recorder.ts';

/** Makes attempts and settles what comes of them. */
export type Attempts = Readonly<{
  attempt: (conversation: Conversation, call: LaneCall) => Promise<'settled' | 'again'>;
  stats: () => Readonly<{ delivered: number; failed: number; dead: number }>;
}>;

type Parts = DispatcherParts &
  Readonly<{
    records: Recorder;
    /** No more attempts are to begin. */
    stopping: AbortSignal;
    /** Attempts in flight are to be given up. */
    hangUp: AbortSignal;
  }>;

const retryMs = 1_000;

export function attempts(parts: Parts): Attempts {
  const stats = { delivered: 0, failed: 0, dead: 0 };
  const call = deskCalls(parts);
  const submit = outcomes(parts);
  return {
    attempt: async (conversation, owed) => {
      if (owed.attempts > 0 && parts.clock.now() >= owed.tryUntil) {
        stats.dead += 1;
        return bury(parts, submit, conversation.id, owed);
      }
      const answer = await call(conversation, owed);
      if (answer === null || owed.dropped) return owed.dropped ? 'settled' : 'again';
      // A call that we gave up ourselves says nothing about the desk; it stays owed as it was.
      if (parts.hangUp.aborted && answer.result.kind === 'unreached') return 'again';
      owed.attempts += 1;
      if (judge(answer.result) === 'delivered') {
        stats.delivered += 1;
        return delivered(parts, submit, conversation.id, owed, answer);
      }
      stats.failed += 1;
      const settled = await failed(parts, submit, conversation.id, owed, answer.result);
      if (settled === 'settled') stats.dead += 1;
      return settled;
    },
    stats: () => stats,
  };
}

type Settled = 'settled' | 'again';
type Submit = (sessionId: string, command: Command) => Promise<Settled>;

/** Makes one call; null when it was not made after all. */
function deskCalls(parts: Parts): (conversation: Conversation, owed: LaneCall) => Promise<DeskAnswer | null> {
  const gate = new Gate();
  return async (conversation, owed) => {
    const leave = await gate.enter(owed.url, `${conversation.id}/${owed.lane}`);
    let contact: Contact = 'no word';
    try {
      if (parts.stopping.aborted || owed.dropped) return null;
      const body = await bodyOf(parts.sessions, parts.url(), conversation, owed, owed.event);
      const secrets = await parts.secrets.of(conversation.virtualAgentId);
      const id = deliveryId({ sessionId: conversation.id, ...owed });
      const answer = await parts.caller.call({ url: owed.url, id, body, secrets }, parts.hangUp);
      contact = contactOf(answer.result, parts.hangUp);
      return answer;
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

/** Commits an outcome that is a command; until it is committed, nothing in the lane moves. */
function outcomes({ clock, engine, log, stopping }: Parts): Submit {
  return async (sessionId, command) => {
    // Tried once even while stopping: the engine stops after us, and an outcome that is stored spares a repeat.
    do {
      try {
        const submitted = await engine.submit(sessionId, command);
        if (submitted.kind === 'stopping') return 'again';
        if (submitted.kind !== 'overloaded' && submitted.kind !== 'unavailable') return 'settled';
      } catch (error) {
        log.error({ session: sessionId, error: String(error) }, 'An outcome could not be stored; trying again.');
      }
      await pause(clock, retryMs, stopping);
    } while (!stopping.aborted);
    return 'again';
  };
}

const epochOf = ({ lane }: LaneCall): number => Number(lane.slice(1));

async function delivered(
  { records, clock }: Parts,
  submit: Submit,
  id: string,
  owed: LaneCall,
  { body }: DeskAnswer,
): Promise<Settled> {
  const { lane, seq, part, kind, attempts: made } = owed;
  const call = { lane, seq, part };
  if (kind === 'start') {
    const answer = { kind: 'accepted', ...readStartAnswer(body) } as const;
    return submit(id, { kind: 'settle-start', epoch: epochOf(owed), call, answer, attempts: made });
  }
  records.add({ sessionId: id, ...call, attempts: made, at: clock.now(), state: 'delivered' });
  return 'settled';
}

/** A passing failure is looked at again when the schedule says so; a final one is dead. */
async function failed(
  parts: Parts,
  submit: Submit,
  id: string,
  owed: LaneCall,
  result: AttemptResult,
): Promise<Settled> {
  const { records, clock, random, log } = parts;
  const { lane, seq, part, attempts: made, tryUntil } = owed;
  const at = clock.now();
  const failure = result.kind === 'answered' ? `The desk answered ${result.status}.` : result.cause;
  owed.lastFailure = failure;
  if (judge(result) === 'final') return bury(parts, submit, id, owed);
  const asked = result.kind === 'answered' ? result.retryAfterMs : null;
  const dueAt = nextAttemptAt(made, at, tryUntil, random.chance(), asked);
  owed.dueAt = dueAt;
  records.add({ sessionId: id, lane, seq, part, attempts: made, at, state: 'owed', dueAt, failure });
  log.debug({ session: id, lane, seq, attempts: made, failure }, 'A call to a desk failed; it will be repeated.');
  return 'again';
}

/** A call is dead: the log says so, and its lane goes on. */
function bury({ log }: Parts, submit: Submit, id: string, owed: LaneCall): Promise<Settled> {
  const { lane, seq, part, kind, attempts: made, lastFailure } = owed;
  const call = { lane, seq, part };
  const cause = lastFailure ?? 'It was not taken in time.';
  log.warn({ session: id, ...call, kind, attempts: made, cause }, 'A call to a desk is dead.');
  return kind === 'start'
    ? submit(id, {
        kind: 'settle-start',
        epoch: epochOf(owed),
        call,
        answer: { kind: 'refused', cause },
        attempts: made,
      })
    : submit(id, { kind: 'report-dead', call, callKind: kind, cause, attempts: made });
}

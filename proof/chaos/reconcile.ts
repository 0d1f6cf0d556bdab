import { epochsOf } from './epochs.ts';
import { reconcileArrivals } from './reconcile-arrivals.ts';
import { reconcileFrames } from './reconcile-frames.ts';
import type { LogEvent, Said, SessionRecord, Trouble } from './record.ts';

/*
 * Compares what the driver noted of a session with the log that the program gave in the end, from end to end:
 * 1. the log has no hole, and holds each accepted message once, under its seq, and none that was refused or never said;
 * 2. one handoff owns at a time, each has one outcome, and somebody asked for it;
 * 3. what arrived at the desk, and at each place where the end user reads, is what the log owes, in its order.
 */

/** Notes a trouble of the session at hand. */
export type Tell = (kind: Trouble['kind'], seq: number | null, what: string) => void;

export function reconcile(session: SessionRecord): readonly Trouble[] {
  const troubles: Trouble[] = [];
  const tell: Tell = (kind, seq, what) => {
    troubles.push({ kind, session: session.id, seq, what });
  };
  noHoles(session.log, tell);
  acceptedIsKept(session, tell);
  answersAreKept(session, tell);
  saidInOrder(session, tell);
  const epochs = epochsOf(session, tell);
  reconcileArrivals(session, epochs, tell);
  reconcileFrames(session, tell);
  return troubles;
}

function noHoles(log: readonly LogEvent[], tell: Tell): void {
  for (const [index, { seq, kind }] of log.entries()) {
    if (seq === index + 1) continue;
    return tell('lost', index + 1, `The log has ${kind} (seq ${seq}) where seq ${index + 1} belongs.`);
  }
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function acceptedIsKept({ said, log }: SessionRecord, tell: Tell): void {
  const kept = Map.groupBy(
    log.filter(({ kind }) => kind === 'user-message-received'),
    ({ text }) => text ?? '',
  );
  for (const one of said) {
    const events = kept.get(one.text) ?? [];
    kept.delete(one.text);
    const [event] = events;
    const name = `"${short(one.text)}" (${one.id})`;
    if (events.length > 1) tell('twice', events[1]?.seq ?? null, `${name} is in the log ${events.length} times.`);
    if (one.acceptedSeq === null) {
      if (one.refused && event !== undefined) tell('owner', event.seq, `${name} was refused and is in the log.`);
    } else if (event === undefined) tell('lost', one.acceptedSeq, `${name} was accepted and is not in the log.`);
    else if (one.by === 'socket') {
      if (event.seq !== one.acceptedSeq) {
        tell(
          'changed',
          one.acceptedSeq,
          `${name} was accepted with seq ${one.acceptedSeq} and stands at ${event.seq}.`,
        );
      }
      if (event.clientId !== one.id) tell('changed', event.seq, `${name} bears the id ${event.clientId} in the log.`);
    }
  }
  for (const [text, [event]] of kept) tell('invented', event?.seq ?? null, `Nobody said "${short(text)}".`);
}

function answersAreKept({ asked, log }: SessionRecord, tell: Tell): void {
  const kept = Map.groupBy(
    log.filter(({ kind }) => kind === 'live-agent-message-sent'),
    ({ text }) => text ?? '',
  );
  for (const one of asked) {
    if (one.text === null) continue;
    const events = kept.get(one.text) ?? [];
    kept.delete(one.text);
    const [event] = events;
    const name = `The live agent's "${short(one.text)}"`;
    if (events.length > 1) tell('twice', events[1]?.seq ?? null, `${name} is in the log ${events.length} times.`);
    if (one.verdict === 'refused' && event !== undefined)
      tell('owner', event.seq, `${name} was refused and is in the log.`);
    if (one.verdict !== 'accepted') continue;
    if (event === undefined) {
      tell('lost', null, `${name} was accepted and is not in the log.`);
      continue;
    }
    if (one.uuids.size !== 1 || !one.uuids.has(event.messageId ?? '')) {
      const given = [...one.uuids].join(', ');
      tell('other id', event.seq, `${name} was answered with ${given}; its message is ${event.messageId}.`);
    }
    const elsewhere = one.named ? event.epoch !== one.epoch : Number(event.epoch) < one.epoch;
    if (elsewhere) tell('owner', event.seq, `${name} was for handoff ${one.epoch}, not ${event.epoch}.`);
  }
  for (const [text, [event]] of kept) tell('invented', event?.seq ?? null, `No live agent wrote "${short(text)}".`);
}

/** What is said at one place is taken in that order, unless it was put off. */
function saidInOrder({ said, log }: SessionRecord, tell: Tell): void {
  const seqs = new Map(log.filter(({ kind }) => kind === 'user-message-received').map(({ text, seq }) => [text, seq]));
  const inOrder = ({ by, putOff, text }: Said): boolean => by === 'socket' && !putOff && seqs.has(text);
  for (const lines of Map.groupBy(said.filter(inOrder), ({ tab }) => tab).values()) {
    let last = 0;
    for (const { text } of lines) {
      const seq = seqs.get(text) ?? 0;
      if (seq < last) tell('reordered', seq, `"${short(text)}" stands before what the end user said earlier.`);
      last = Math.max(last, seq);
    }
  }
}

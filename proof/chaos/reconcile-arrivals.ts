import { transcriptDigest } from './desk-calls.ts';
import type { Epoch } from './epochs.ts';
import type { Tell } from './reconcile.ts';
import type { Arrival, LogEvent, SessionRecord } from './record.ts';

type Owed = Readonly<{ about: string; seq: number; words: string | null; reason: string | null; optional?: boolean }>;

/** What came at the desk: repeats are exact, first arrivals are all that was owed, in order, and only that. */
export function reconcileArrivals(session: SessionRecord, epochs: readonly Epoch[], tell: Tell): void {
  const firsts = firstArrivals(session, tell);
  const lanes = new Map<string, readonly Owed[]>(epochs.map((epoch) => [`h${epoch.number}`, owedIn(session, epoch)]));
  lanes.set('s', owedStatuses(session.log, epochs));
  const byLane = Map.groupBy(firsts, ({ lane }) => lane);
  for (const [lane, owed] of lanes) compare(lane, owed, byLane.get(lane) ?? [], tell);
  for (const lane of byLane.keys()) if (!lanes.has(lane)) tell('invented', null, `No handoff has the lane ${lane}.`);
  for (const epoch of epochs) chain(epoch, byLane.get(`h${epoch.number}`) ?? [], tell);
  const late = lateStarts(session);
  for (const id of session.dead) {
    if (!session.refusedCalls.has(id) && !late.has(id))
      tell('dead', null, `${id} was given up, and no desk refused it for good.`);
  }
}

/** Start calls that nobody had answered when their handoff had to be connected. */
function lateStarts({ id, log }: SessionRecord): ReadonlySet<string> {
  const late = log.flatMap(({ kind, call, at }) => {
    const owing = call === undefined ? undefined : log[call.seq - 1];
    if (kind !== 'delivery-died' || call === undefined || owing?.kind !== 'handoff-requested') return [];
    return Date.parse(at) >= Number(owing.connectBy) ? [`${id}-${call.lane}-${call.seq}-${call.part}`] : [];
  });
  return new Set(late);
}

/** Each call where it came first; a repeat must have the id and the bytes of the first. */
function firstArrivals({ arrivals }: SessionRecord, tell: Tell): readonly Arrival[] {
  const known = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    const first = known.get(arrival.about);
    if (first === undefined) known.set(arrival.about, arrival);
    else if (first.id !== arrival.id)
      tell('other id', null, `${arrival.about} came as ${first.id} and as ${arrival.id}.`);
    else if (first.digest !== arrival.digest) tell('changed', null, `A repeat of ${arrival.id} has other bytes.`);
  }
  const ids = Map.groupBy(known.values(), ({ id }) => id);
  for (const [id, calls] of ids) {
    if (calls.length > 1) tell('other id', null, `${id} came as ${calls.map(({ about }) => about).join(' and ')}.`);
  }
  return [...known.values()];
}

function owedIn({ log }: SessionRecord, { number, lastSeq, messages, end }: Epoch): readonly Owed[] {
  const failed = end?.outcome === 'failed';
  const start: Owed = {
    about: `start ${number}`,
    seq: lastSeq,
    words: transcriptDigest(log.filter(({ seq }) => seq <= lastSeq).flatMap(utterance)),
    reason: null,
    // Nobody is told what reached nobody in time.
    optional: failed,
  };
  const inbound = failed
    ? []
    : messages.map(({ seq, text = null }) => ({ about: `inbound ${seq}`, seq, words: text, reason: null }));
  const ended =
    end === null ? [] : [{ about: `ended ${number}`, seq: end.seq, words: null, reason: end.outcome ?? null }];
  return [start, ...inbound, ...ended];
}

function utterance({ kind, text = '' }: LogEvent): readonly (readonly [string, string])[] {
  if (kind === 'user-message-received') return [['user', text]];
  return kind.endsWith('-message-sent') ? [['agent', text]] : [];
}

type Unread = { seq: number; message: string; delivered: boolean };

/** Statuses go forward only, each once: submitted, then delivered and read as receipts cover it, or undeliverable. */
function owedStatuses(log: readonly LogEvent[], epochs: readonly Epoch[]): readonly Owed[] {
  const owed: Owed[] = [];
  let unread: Unread[] = [];
  const add = (seq: number, message: string, status: string): void => {
    owed.push({ about: `status ${message} ${status}`, seq, words: null, reason: null });
  };
  for (const { kind, seq, messageId = '', to } of log) {
    if (kind === 'live-agent-message-sent') {
      add(seq, messageId, 'submitted');
      unread.push({ seq, message: messageId, delivered: false });
    } else if (kind === 'messages-received' || kind === 'messages-read') {
      for (const one of unread.filter((message) => message.seq <= Number(to))) {
        if (!one.delivered) add(seq, one.message, 'delivered');
        one.delivered = true;
        if (kind === 'messages-read') add(seq, one.message, 'read');
      }
      if (kind === 'messages-read') unread = unread.filter((message) => message.seq > Number(to));
    } else if (kind === 'session-ended') {
      for (const { message } of unread) add(seq, message, 'undeliverable');
      unread = [];
    }
  }
  return epochs.length === 0 ? [] : owed;
}

function compare(lane: string, owed: readonly Owed[], came: readonly Arrival[], tell: Tell): void {
  const places = new Map(owed.map(({ about }, index) => [about, index]));
  const arrived = new Set(came.map(({ about }) => about));
  for (const { about, seq, optional } of owed) {
    if (!arrived.has(about) && optional !== true) tell('lost', seq, `"${about}" never came in lane ${lane}.`);
  }
  let last = -1;
  for (const { about, words, reason, id } of came) {
    const place = places.get(about);
    const expected = place === undefined ? undefined : owed[place];
    if (place === undefined || expected === undefined) {
      tell('invented', null, `"${about}" (${id}) came in lane ${lane}, and the log owes no such call.`);
      continue;
    }
    if (place < last) tell('reordered', expected.seq, `"${about}" came after "${owed[last]?.about}" in lane ${lane}.`);
    last = Math.max(last, place);
    if (words !== expected.words) tell('changed', expected.seq, `"${about}" (${id}) does not say what the log says.`);
    if (reason !== expected.reason)
      tell('outcome', expected.seq, `"${about}" says ${reason}, the log ${expected.reason}.`);
  }
}

/** Each message names the one before, so that the desk could see a hole. */
function chain({ lastSeq, messages }: Epoch, came: readonly Arrival[], tell: Tell): void {
  const byAbout = new Map(came.map((arrival) => [arrival.about, arrival]));
  let previous = lastSeq;
  for (const { seq } of messages) {
    const arrival = byAbout.get(`inbound ${seq}`);
    if (arrival !== undefined && arrival.previousSeq !== previous) {
      tell('lost', seq, `Inbound ${seq} names ${arrival.previousSeq} as the one before; that is ${previous}.`);
    }
    previous = seq;
  }
}

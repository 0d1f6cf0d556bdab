import type { Tell } from './reconcile.ts';
import type { Asked, LogEvent, SessionRecord } from './record.ts';

/** One handoff as the log tells it. */
export type Epoch = {
  readonly number: number;
  readonly lastSeq: number;
  /** What the end user said while it owned the session. */
  readonly messages: LogEvent[];
  end: LogEvent | null;
};

/** The handoffs of a session, one after the other. */
export function epochsOf(session: SessionRecord, tell: Tell): readonly Epoch[] {
  const epochs: Epoch[] = [];
  let open: Epoch | null = null;
  let lastMessage = 0;
  for (const event of session.log) {
    const { kind, seq, epoch = 0 } = event;
    if (kind === 'handoff-requested') {
      if (open !== null) tell('owner', seq, `Handoff ${epoch} begins while ${open.number} owns the session.`);
      if (epoch !== epochs.length + 1) tell('owner', seq, `Handoff ${epoch} comes where ${epochs.length + 1} is next.`);
      if (event.lastSeq !== lastMessage) {
        tell('lost', seq, `Handoff ${epoch} says lastSeq ${event.lastSeq}; the last message is ${lastMessage}.`);
      }
      open = { number: epoch, lastSeq: event.lastSeq ?? 0, messages: [], end: null };
      epochs.push(open);
    } else if (kind === 'handoff-ended') {
      if (open?.number !== epoch) tell('outcome', seq, `Handoff ${epoch} ends and does not own the session.`);
      else {
        open.end = event;
        expectReason(session, open, tell);
      }
      open = null;
    } else if (kind === 'live-agent-message-sent' && open?.number !== epoch) {
      tell('owner', seq, `A message of handoff ${epoch} while ${open?.number ?? 'none'} owns the session.`);
    } else if (kind === 'user-message-received') open?.messages.push(event);
    if (kind.endsWith('-message-sent') || kind === 'user-message-received') lastMessage = seq;
  }
  expectAsks(session, epochs, tell);
  if (open !== null && session.log.at(-1)?.kind === 'session-ended') {
    tell('outcome', open.lastSeq, `Handoff ${open.number} has no outcome.`);
  }
  return epochs;
}

/** Every outcome has a cause that the driver knows of. */
function expectReason(session: SessionRecord, { number, end }: Epoch, tell: Tell): void {
  const counts = ({ text, epoch, named }: Asked): boolean =>
    text === null && (named ? epoch === number : epoch <= number);
  const handedBack = session.asked.some(counts);
  if (end?.outcome === 'disconnected' && !handedBack) {
    tell('outcome', end.seq, `Handoff ${number} was disconnected, and its live agent did not ask for it.`);
  }
  if (end?.outcome === 'user-left' && !session.left) {
    tell('outcome', end.seq, `Handoff ${number} says that the end user left, who did not.`);
  }
  if (end?.outcome === 'no-response') expectDeadline(session, end, tell);
  if (end?.outcome === 'expired') tell('outcome', end.seq, `Handoff ${number} expired within minutes.`);
}

/** One call of a live agent ends one handoff at most, however often it was repeated. */
function expectAsks({ asked }: SessionRecord, epochs: readonly Epoch[], tell: Tell): void {
  const asks = asked.filter(({ text }) => text === null).length;
  const ended = epochs.filter(({ end }) => end?.outcome === 'disconnected');
  if (ended.length <= asks) return;
  tell('outcome', ended.at(-1)?.end?.seq ?? null, `${ended.length} handoffs were disconnected by ${asks} calls.`);
}

/** The clock is not early. */
function expectDeadline({ answerWithinMs, log }: SessionRecord, end: LogEvent, tell: Tell): void {
  if (answerWithinMs === null) return tell('clock', end.seq, 'No response after minutes; the live agent has hours.');
  let owedSince: number | null = null;
  for (const { kind, at, epoch, seq } of log.slice(0, end.seq - 1)) {
    if (kind === 'handoff-requested') owedSince = null;
    if (kind === 'handoff-connected' && epoch === end.epoch) owedSince = Date.parse(at);
    if (kind === 'live-agent-message-sent') owedSince = null;
    if (kind === 'user-message-received' && seq > 0) owedSince ??= Date.parse(at);
  }
  const waited = owedSince === null ? null : Date.parse(end.at) - owedSince;
  if (waited === null) tell('clock', end.seq, 'No response, and no answer was owed.');
  else if (waited < answerWithinMs) tell('clock', end.seq, `No response after ${waited} of ${answerWithinMs} ms.`);
}

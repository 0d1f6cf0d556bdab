import type { Call, CallChange, Command, Decision } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import type { SessionEvent } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import { ownerOf, type Session } from '../core/session.ts';
import { NewerEventError } from '../store/codec.ts';
import type { RecordedAnswer } from '../store/store.ts';
import { isStoreUnavailable } from '../store/unavailable.ts';
import type { CommitterParts, Idempotency, Submission, Submitted, Waiting } from './submission.ts';

/** How long an answer is kept for repeats. */
export const answersKeptMs = 24 * 3_600_000;

type Reply = Readonly<{ waiting: Waiting; result: Submitted }>;

/** What a batch does to one session. */
export type Work = {
  readonly before: number;
  readonly flow: Flow;
  session: Session;
  readonly events: SessionEvent[];
  readonly calls: Call[];
  readonly changes: CallChange[];
  readonly answers: RecordedAnswer[];
  readonly replies: Reply[];
  /** A wake-up has come; in vain, when the deadline has moved since it was stored. */
  woken: boolean;
};

/**
 * Decides a batch, session by session. Those of which there is no session are answered at once.
 * @param lost gets the sessions that could not be read or decided.
 */
export async function decideAll(
  parts: CommitterParts,
  taken: readonly Waiting[],
  lost: Set<string>,
): Promise<readonly Work[]> {
  const bySession = new Map<string, Waiting[]>();
  for (const waiting of taken) {
    const others = bySession.get(waiting.sessionId);
    if (others === undefined) bySession.set(waiting.sessionId, [waiting]);
    else others.push(waiting);
  }
  const works = await Promise.all([...bySession].map(([id, waiting]) => decideSession(parts, { id, waiting, lost })));
  return works.filter((work) => work !== null);
}

async function decideSession(
  parts: CommitterParts,
  { id, waiting, lost }: Readonly<{ id: string; waiting: readonly Waiting[]; lost: Set<string> }>,
): Promise<Work | null> {
  try {
    // What is at hand is not awaited: a promise for each step of each message is a hundredth of the time.
    const session = parts.cache.peek(id) ?? (await parts.cache.read(id));
    if (session === null) {
      for (const { resolve } of waiting) resolve({ kind: 'not-found' });
      return null;
    }
    const { virtualAgentId, flowVersion } = session;
    const flow = parts.flows.peek(virtualAgentId, flowVersion) ?? (await parts.flows.find(virtualAgentId, flowVersion));
    if (flow === null) throw new Error(`Version ${session.flowVersion} of ${session.virtualAgentId} is not stored.`);
    const work: Work = {
      ...{ before: session.version, flow, session },
      events: [],
      calls: [],
      changes: [],
      answers: [],
      replies: [],
      woken: false,
    };
    for (const one of waiting) {
      const repeat = mayRepeat(parts, work, one) ? await repeated(parts, work, one) : null;
      if (repeat === null) decideOne(parts, work, one);
      else work.replies.push({ waiting: one, result: repeat });
    }
    return work;
  } catch (error) {
    // One session that cannot be read or decided must not take the others of the batch with it. One that a newer program
    // has written is for that: whoever asks again finds it.
    lost.add(id);
    if (error instanceof NewerEventError) for (const { resolve } of waiting) resolve({ kind: 'newer' });
    else if (isStoreUnavailable(error)) for (const { resolve } of waiting) resolve({ kind: 'unavailable' });
    else for (const { reject } of waiting) reject(error);
    return null;
  }
}

function decideOne(parts: CommitterParts, work: Work, waiting: Waiting): void {
  const { command, idempotency } = waiting;
  const at = parts.clock.now();
  const retryAfterMs = limit(parts, work.session.id, command, at);
  if (retryAfterMs > 0) {
    work.replies.push({ waiting, result: { kind: 'limited', retryAfterMs } });
    return;
  }
  if (command.kind === 'wake') work.woken = true;
  const decision = decide(work.flow, work.session, command, at, parts.understanding);
  work.session = decision.session;
  work.events.push(...decision.events);
  work.calls.push(...decision.calls);
  work.changes.push(...decision.changes);
  const result = submitted(decision);
  if (idempotency !== undefined && result.kind === 'done') work.answers.push(answerOf(idempotency, result));
  work.replies.push({ waiting, result });
}

type Done = Extract<Submitted, { kind: 'done' }>;

function submitted({ session, events, result }: Decision): Done | Extract<Submitted, { kind: 'refused' }> {
  if (result.kind === 'refused') return result;
  return { kind: 'done', session, events, seq: result.seq, messageId: result.messageId, owner: ownerOf(session) };
}

/** Whose bucket a command is taken from: each side of a session has one, so that neither can silence the other. */
const buckets: Readonly<Partial<Record<Command['kind'], string>>> = {
  say: 'end-user',
  step: 'end-user',
  answer: 'live-agent',
  'set-parameters': 'signals',
  acknowledge: 'signals',
  'note-typing': 'live-agent-typing',
};

/** @returns the ms to wait, 0 when the command may be decided. */
function limit({ limiter }: CommitterParts, sessionId: string, { kind }: Command, at: number): number {
  const bucket = buckets[kind];
  return bucket === undefined ? 0 : limiter.take(`${sessionId}/${bucket}`, at);
}

const saidAs =
  (clientId: string) =>
  (event: SessionEvent): boolean =>
    event.kind === 'user-message-received' && event.clientId === clientId;

/** Whether a submission may repeat an earlier one; false for certain, and that is the usual case. */
function mayRepeat({ cache }: CommitterParts, { session, events, answers }: Work, submission: Submission): boolean {
  const { command, idempotency } = submission;
  if (command.kind === 'say') {
    return events.some(saidAs(command.clientId)) || cache.mayHaveSaid(session.id, command.clientId);
  }
  if (idempotency === undefined) return false;
  const { key } = idempotency;
  return answers.some((answer) => answer.key === key) || cache.mayHaveAnswer(session.id, key);
}

function repeated(parts: CommitterParts, work: Work, submission: Submission): Promise<Submitted | null> {
  const { command, idempotency } = submission;
  if (command.kind === 'say') return repeatedMessage(parts, work, command.clientId);
  return idempotency === undefined ? Promise.resolve(null) : repeatedCall(parts, work, idempotency);
}

/** An end user's message is known by the id that its client gave it; the first of that id is the message. */
async function repeatedMessage(parts: CommitterParts, work: Work, clientId: string): Promise<Submitted | null> {
  const { session } = work;
  const here = work.events.find(saidAs(clientId));
  const seq = here?.seq ?? (await parts.cache.seqOf(session.id, clientId));
  // Its end user knows it by the id that they gave it. To read the other one would hold the batch up, for each repeat.
  return seq === null ? null : { kind: 'done', session, events: [], seq, messageId: null, owner: ownerOf(session) };
}

/** A desk's call must be the same to be a repeat. */
async function repeatedCall(
  { sessions, clock }: CommitterParts,
  { session, answers }: Work,
  { key, fingerprint }: Idempotency,
): Promise<Submitted | null> {
  const here = answers.find((answer) => answer.key === key);
  const known = here ?? (await sessions.findAnswer(session.id, key, clock.now() - answersKeptMs));
  if (known === null) return null;
  if (known.fingerprint !== fingerprint) return { kind: 'key-reused' };
  return { kind: 'done', session, events: [], ...(JSON.parse(known.body) as Recorded) };
}

type Recorded = Pick<Done, 'seq' | 'messageId' | 'owner'>;

function answerOf(idempotency: Idempotency, { seq, messageId, owner }: Done): RecordedAnswer {
  return { ...idempotency, body: JSON.stringify({ seq, messageId, owner } satisfies Recorded) };
}

import type { Call, CallChange, Command, Decision } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import type { SessionEvent } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import { ownerOf, type Session } from '../core/session.ts';
import type { RecordedAnswer } from '../store/store.ts';
import type { CommitterParts, Idempotency, Submitted, Waiting } from './submission.ts';

/** How long an answer is kept for repeats. */
export const answersKeptMs = 24 * 3_600_000;

type Reply = Readonly<{ waiting: Waiting; result: Submitted }>;

/** What a batch does to one session. */
export type Work = {
  readonly before: number;
  session: Session;
  readonly events: SessionEvent[];
  readonly calls: Call[];
  readonly changes: CallChange[];
  readonly answers: RecordedAnswer[];
  readonly replies: Reply[];
  /** A wake-up has come; in vain, when the deadline has moved since it was stored. */
  woken: boolean;
};

/** Decides a batch, session by session. Those of which there is no session are answered at once. */
export async function decideAll(parts: CommitterParts, taken: readonly Waiting[]): Promise<readonly Work[]> {
  const bySession = new Map<string, Waiting[]>();
  for (const waiting of taken) {
    const others = bySession.get(waiting.sessionId);
    if (others === undefined) bySession.set(waiting.sessionId, [waiting]);
    else others.push(waiting);
  }
  const works = await Promise.all([...bySession].map(([id, waiting]) => decideSession(parts, id, waiting)));
  return works.filter((work) => work !== null);
}

async function decideSession(parts: CommitterParts, id: string, waiting: readonly Waiting[]): Promise<Work | null> {
  try {
    const session = await parts.cache.read(id);
    if (session === null) {
      for (const { resolve } of waiting) resolve({ kind: 'not-found' });
      return null;
    }
    const flow = await parts.flows.find(session.virtualAgentId, session.flowVersion);
    if (flow === null) throw new Error(`Version ${session.flowVersion} of ${session.virtualAgentId} is not stored.`);
    const work: Work = {
      before: session.version,
      session,
      events: [],
      calls: [],
      changes: [],
      answers: [],
      replies: [],
      woken: false,
    };
    for (const one of waiting) await decideOne(parts, flow, work, one);
    return work;
  } catch (error) {
    // One session that cannot be read or decided must not take the others of the batch with it.
    for (const { reject } of waiting) reject(error);
    return null;
  }
}

async function decideOne(parts: CommitterParts, flow: Flow, work: Work, waiting: Waiting): Promise<void> {
  const { command, idempotency } = waiting;
  const at = parts.clock.now();
  const repeat =
    command.kind === 'say'
      ? await repeatedMessage(parts, work, command.clientId)
      : await repeatedCall(parts, work, idempotency, at);
  if (repeat !== null) {
    work.replies.push({ waiting, result: repeat });
    return;
  }
  const retryAfterMs = limit(parts, work.session.id, command, at);
  if (retryAfterMs > 0) {
    work.replies.push({ waiting, result: { kind: 'limited', retryAfterMs } });
    return;
  }
  if (command.kind === 'wake') work.woken = true;
  const decision = decide(flow, work.session, command, at);
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

/** An end user's message is known by the id that its client gave it; the first of that id is the message. */
async function repeatedMessage(parts: CommitterParts, work: Work, clientId: string): Promise<Submitted | null> {
  const { session } = work;
  const isIt = (event: SessionEvent): boolean => event.kind === 'user-message-received' && event.clientId === clientId;
  const here = work.events.find(isIt);
  const seq = here?.seq ?? (await parts.cache.seqOf(session.id, clientId));
  if (seq === null) return null;
  const event = here ?? (await parts.sessions.readEvent(session.id, seq));
  const messageId = event?.kind === 'user-message-received' ? event.messageId : null;
  return { kind: 'done', session, events: [], seq, messageId, owner: ownerOf(session) };
}

/** A desk's call must be the same to be a repeat. */
async function repeatedCall(
  parts: CommitterParts,
  { session, answers }: Work,
  idempotency: Idempotency | undefined,
  at: number,
): Promise<Submitted | null> {
  if (idempotency === undefined) return null;
  const { key, fingerprint } = idempotency;
  const here = answers.find((answer) => answer.key === key);
  if (here === undefined && !parts.cache.mayHaveAnswer(session.id, key)) return null;
  const known = here ?? (await parts.sessions.findAnswer(session.id, key, at - answersKeptMs));
  if (known === null) return null;
  if (known.fingerprint !== fingerprint) return { kind: 'key-reused' };
  return { kind: 'done', session, events: [], ...(JSON.parse(known.body) as Recorded) };
}

type Recorded = Pick<Done, 'seq' | 'messageId' | 'owner'>;

function answerOf(idempotency: Idempotency, { seq, messageId, owner }: Done): RecordedAnswer {
  return { ...idempotency, body: JSON.stringify({ seq, messageId, owner } satisfies Recorded) };
}

import type { EventOf } from '../core/events.ts';
import { isKeepable, keptParameters } from '../core/flow/user-parameters.ts';
import { wakeAt } from '../core/response-clock.ts';
import { begin, type Session } from '../core/session.ts';
import { createHistogram, type Histogram } from '../platform/histogram.ts';
import { stopwatch } from '../platform/stopwatch.ts';
import type { CommitResult, SessionCommit } from '../store/store.ts';
import type { UserParameters } from '../store/users.ts';
import type { Caller } from './changes.ts';
import { decideAll, type Work } from './decide-all.ts';
import type { CommitterParts, Submission, Submitted, Waiting } from './submission.ts';

/*
 * Group commit.
 * 1. One batch at a time: what waits when a batch begins goes into it, so that a flush is shared by all who wait for it.
 * 2. Commands of one session are decided in the order in which they came, each on the state that the one before left.
 * 3. Nobody is answered, and no change is published, before the batch is flushed.
 * 4. A session that loses its version check is decided again from the store; the rest of the batch stands.
 * 5. The stored wake-up comes no later than the session's first deadline; it may come earlier, and then in vain.
 * 6. What is answered without being stored, a refusal for instance, was true after it was asked: where others commit too,
 *    its session is looked at again.
 * 7. A batch that cannot be committed changes nothing: all in it are told, and the cached sessions are forgotten. (A shared
 *    store that was lost while it answered may have taken it: what it holds is found there.)
 * 8. Commands that waited behind one that was not stored are not stored either: who sent them did not know, and sends them
 *    again in order.
 */

/** Overtaken: a session of that id was opened before. */
type Opened = Session | 'unavailable' | 'overtaken';

type Opening = Readonly<{
  session: Session;
  event: EventOf<'session-started'>;
  resolve: (session: Opened) => void;
}>;

export type Committer = Readonly<{
  enqueue: (submission: Submission) => Promise<Submitted>;
  open: (event: EventOf<'session-started'>) => Promise<Opened>;
  waiting: () => number;
  drain: () => Promise<void>;
  stats: () => CommitStats;
}>;

export type CommitStats = Readonly<{
  batches: number;
  commands: number;
  /** Batches that the store did not take. */
  refused: number;
  /** Commands that were decided again, because others had been faster. */
  conflicts: number;
  /** How long each took to be stored and flushed. */
  took: Histogram;
}>;

const largestBatch = 512;
const tookBounds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

export function committer(parts: CommitterParts): Committer {
  const { clock } = parts;
  let queue: Waiting[] = [];
  let openings: Opening[] = [];
  let batch: Promise<void> | null = null;
  let batches = 0;
  let commands = 0;
  const tally = { refused: 0, conflicts: 0, took: createHistogram(tookBounds) };

  const kick = (): void => {
    if (batch !== null) return;
    batch = new Promise<void>((resolve) => clock.soon(resolve)).then(run).finally(() => {
      batch = null;
      if (queue.length > 0 || openings.length > 0) kick();
    });
  };

  const run = async (): Promise<void> => {
    const taken = queue.slice(0, largestBatch);
    queue = queue.slice(largestBatch);
    const opened = openings;
    openings = [];
    batches += 1;
    commands += taken.length;
    const lost = new Set<string>();
    const again = await commitBatch(parts, tally, { taken, opened, lost });
    queue = [...again, ...(lost.size === 0 ? queue : keptOf(queue, lost))];
  };

  return {
    enqueue: (submission) =>
      new Promise((resolve, reject) => {
        queue.push({ ...submission, resolve, reject });
        kick();
      }),
    open: (event) =>
      new Promise((resolve) => {
        openings.push({ session: begin(event), event, resolve });
        kick();
      }),
    waiting: () => queue.length + openings.length,
    drain: async () => {
      while (batch !== null) await batch;
    },
    stats: () => ({ batches, commands, ...tally }),
  };
}

/** What waits, but for the commands of sessions of which some were lost: these are answered. */
function keptOf(queue: readonly Waiting[], lost: ReadonlySet<string>): readonly Waiting[] {
  for (const { sessionId, resolve } of queue) if (lost.has(sessionId)) resolve({ kind: 'unavailable' });
  return queue.filter(({ sessionId }) => !lost.has(sessionId));
}

/** `lost` gets the sessions of which commands were not stored. */
type Batch = Readonly<{ taken: readonly Waiting[]; opened: readonly Opening[]; lost: Set<string> }>;

/** @returns the submissions to be decided again. */
async function commitBatch(
  parts: CommitterParts,
  tally: Pick<CommitStats, 'took'> & { refused: number; conflicts: number },
  { taken, opened, lost }: Batch,
): Promise<readonly Waiting[]> {
  const works = await decideAll(parts, taken, lost);
  const writing = works.filter(leavesSomething);
  const openings = new Map(opened.map((one) => [one, openingCommit(one)]));
  const steps = new Map(writing.map((work) => [work, workCommit(parts, work)]));
  const commits = [...openings.values(), ...steps.values()];
  commits.sort((a, b) => (a.session.id < b.session.id ? -1 : 1));
  const looking = staleOf(parts, works);
  let overtaken: ReadonlySet<SessionCommit | undefined>;
  try {
    overtaken = await write(parts, tally.took, commits);
  } catch (error) {
    tally.refused += 1;
    for (const { session } of works) {
      parts.cache.overtaken(session.id);
      lost.add(session.id);
    }
    parts.log.error(
      { error: String(error), sessions: commits.length },
      parts.neighbourhood === null
        ? 'A batch could not be stored; nothing was changed.'
        : 'A batch was not answered by the database; what it took of it is found there.',
    );
    for (const { resolve } of opened) resolve('unavailable');
    for (const { replies } of works) for (const { waiting } of replies) waiting.resolve({ kind: 'unavailable' });
    return [];
  }
  const { stale, unclear } = await looking;
  for (const [{ session, resolve }, commit] of openings) resolve(overtaken.has(commit) ? 'overtaken' : session);
  const again: Waiting[] = [];
  for (const work of works) {
    if (overtaken.has(steps.get(work)) || stale.has(work)) again.push(...work.replies.map(({ waiting }) => waiting));
    else {
      for (const { waiting, result } of work.replies) {
        waiting.resolve(unclear.has(work) ? { kind: 'unavailable' } : result);
      }
    }
  }
  tally.conflicts += again.length;
  return again;
}

/**
 * Whether there is something to store. A desk's call that changed nothing is remembered too: its repeat may come when it
 * would change something. And what became of a call that was owed need not be a fact: a start call may be answered when
 * the live agent has written already.
 */
const leavesSomething = ({ session, before, answers, changes, woken }: Work): boolean =>
  session.version > before || answers.length > 0 || changes.length > 0 || woken;

type Idle = Readonly<{ stale: ReadonlySet<Work>; unclear: ReadonlySet<Work> }>;

/**
 * Works that are answered without being stored: those that were decided on a session that has moved on elsewhere, and
 * those of which nobody can say.
 */
async function staleOf({ neighbourhood, cache, log }: CommitterParts, works: readonly Work[]): Promise<Idle> {
  const idle = neighbourhood === null ? [] : works.filter((work) => !leavesSomething(work));
  const none = new Set<Work>();
  if (neighbourhood === null || idle.length === 0) return { stale: none, unclear: none };
  try {
    const current = await neighbourhood.store.versions(idle.map(({ session }) => session.id));
    const stale = idle.filter(({ session }) => current.get(session.id) !== session.version);
    for (const { session } of stale) cache.overtaken(session.id);
    return { stale: new Set(stale), unclear: none };
  } catch (error) {
    log.error(
      { error: String(error), sessions: idle.length },
      'It could not be looked whether sessions have moved on.',
    );
    return { stale: none, unclear: new Set(idle) };
  }
}

/** Writes, and only then tells. @returns the commits that were overtaken. */
async function write(
  parts: CommitterParts,
  took: Histogram,
  commits: readonly SessionCommit[],
): Promise<ReadonlySet<SessionCommit | undefined>> {
  if (commits.length === 0) return new Set();
  const begunAt = stopwatch();
  const results = await parts.sessions.commitBatch(commits, parts.clock.now());
  took.record(stopwatch() - begunAt);
  const written = commits.flatMap((commit, index) => {
    const result = results[index] ?? 'conflict';
    return result === 'conflict' ? [] : [{ ...commit, caller: callerOf(result) }];
  });
  const overtaken = commits.filter((_, index) => results[index] === 'conflict');
  for (const { session } of overtaken) parts.cache.overtaken(session.id);
  for (const commit of written) {
    parts.cache.keep(commit);
    if (typeof commit.wakeAt === 'number') parts.scheduled(commit.wakeAt);
    else if (parts.neighbourhood !== null) parts.scheduled(wakeAt(commit.session) ?? Number.POSITIVE_INFINITY);
  }
  parts.hub.publish(written.filter(({ events, caller }) => events.length > 0 || caller !== null));
  return new Set(overtaken);
}

const callerOf = (result: Exclude<CommitResult, 'conflict'>): Caller | null =>
  result === 'committed' ? null : { instance: result.caller, owedBefore: result.owedBefore };

const openingCommit = ({ session, event }: Opening): SessionCommit => ({
  before: 0,
  session,
  events: [event],
  calls: [],
  changes: [],
  answers: [],
  wakeAt: wakeAt(session),
});

function workCommit({ cache, clock, neighbourhood }: CommitterParts, work: Work): SessionCommit {
  const { before, session, events, calls, changes, answers } = work;
  const due = wakeAt(session);
  // A shared store knows what others have stored.
  const stays = neighbourhood !== null || mayStay(cache.storedWakeAt(session.id), due, clock.now());
  const userParameters = keptFor(work);
  return { before, session, events, calls, changes, answers, wakeAt: stays ? undefined : due, userParameters };
}

/** Null costs nothing: most messages set no user parameter, and most sessions are of nobody who was named. */
function keptFor({ flow, session: { userId }, events }: Work): UserParameters | null {
  if (userId === null || !isKeepable(userId)) return null;
  const values = keptParameters(flow, events);
  return values === null ? null : { userId, values };
}

/**
 * Whether a stored wake-up may stay although the first deadline is another. Most messages start or stop the response
 * clock, and a row of an index with each of them costs more than a few wake-ups in vain; it must not come after the
 * deadline, and not within the first quarter of the time until then, so that it comes in vain a few times at most.
 */
function mayStay(stored: number | null | undefined, due: number | null, at: number): boolean {
  if (typeof stored !== 'number' || due === null) return stored === due;
  return stored > at && stored <= due && (stored - at) * 4 >= due - at;
}

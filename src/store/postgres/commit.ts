import { eventVersion } from '../../core/events.ts';
import { wakeAt } from '../../core/response-clock.ts';
import { encodeEvent, encodeSession, isSnapshotDue, snapshotVersion } from '../codec.ts';
import { userRows } from '../rows/user-row.ts';
import type { CommitResult, SessionCommit } from '../store.ts';
import { type Database, few, flushed, owedOf, type Row, type Run, sqlStateOf } from './database.ts';
import { byDay, type Day, type Days } from './days.ts';
import { foldCalls } from './fold.ts';
import { nobody } from './instances.ts';

/*
 * A batch is one statement, and so one transaction and one round trip. Its parts see the same snapshot and depend on each
 * other only by `passed`: the commits whose session was written under its version check. The check is what settles every
 * race: an UPDATE that waited for another's commit looks at the row again, and an INSERT that collided writes nothing.
 */

/** Rows come as JSON, one parameter a table, and name their commit by its place in the batch, `n`. */
const rowsOf = (parameter: number, columns: string): string =>
  `json_to_recordset($${parameter}::json) AS r (n integer, ${columns})`;

/**
 * Whether a stored wake-up stays although the first deadline is another: one that comes no later, and not soon in
 * comparison, so that it comes in vain a few times at most. A wake-up that is written costs a row of an index.
 */
const mayStay = 's.wake_at > $8 AND s.wake_at <= i.wake AND (s.wake_at - $8) * 4 >= i.wake - $8';

/** Who passed: the version check of every commit of the batch. */
const passedText = (day: string): string => `
WITH input AS MATERIALIZED (
  SELECT * FROM ${rowsOf(1, 'id uuid, before bigint, version bigint, agent text, flow integer, started bigint, ended smallint, stays boolean, wake bigint, owes boolean')}
), opened AS (
  INSERT INTO sessions${day} (id, agent_id, flow_version, version, started_at, ended, wake_at, caller, owed_seq)
  SELECT id, agent, flow, version, started, ended, wake, CASE WHEN owes THEN $9::integer END, CASE WHEN owes THEN version END
  FROM input WHERE before = 0
  ON CONFLICT (id) DO NOTHING RETURNING id
), moved AS (
  UPDATE sessions${day} AS s SET version = i.version, ended = i.ended,
    wake_at = CASE WHEN i.stays AND ${mayStay} THEN s.wake_at ELSE i.wake END,
    caller = CASE WHEN i.owes THEN COALESCE(s.caller, $9::integer) ELSE s.caller END,
    owed_seq = CASE WHEN i.owes THEN i.version ELSE s.owed_seq END,
    owed_before = CASE WHEN NOT i.owes THEN s.owed_before WHEN s.caller IS NOT NULL THEN s.owed_seq END
  FROM (SELECT * FROM input WHERE ${few('before', 1)}) i WHERE s.id = i.id AND s.version = i.before
  RETURNING i.n, s.id, CASE WHEN i.owes THEN s.caller END AS caller, s.owed_before
), passed AS MATERIALIZED (
  SELECT n, id, caller, owed_before FROM moved UNION ALL
  SELECT i.n, i.id, CASE WHEN i.owes THEN $9::integer END, NULL FROM input i JOIN opened USING (id)
)`;

/** What those who passed owe, and what they do to calls owed before. */
const callsText = (day: string): string => `, owed AS (
  INSERT INTO deliveries${day} (session_id, lane, seq, part, kind, url, detail, state, attempts, owed_at, due_at, try_until,
    settled_at, last_failure, replayed)
  SELECT p.id, r.lane, r.seq, r.part, r.kind, r.url, r.detail, r.state, r.attempts, r.owed, r.due, r.until,
    r.settled, r.failure, r.replayed
  FROM ${rowsOf(3, 'lane text, seq bigint, part integer, kind text, url text, detail text, state text, attempts integer, owed bigint, due bigint, until bigint, settled bigint, failure text, replayed smallint')}
  JOIN passed p USING (n)
), changes AS MATERIALIZED (
  SELECT p.id, r.* FROM ${rowsOf(4, 'lane text, seq bigint, part integer, before text, skippable boolean, state text, attempts integer, owed bigint, until bigint, settled bigint, failure text')}
  JOIN passed p USING (n)
), changed AS (
  UPDATE deliveries${day} AS d SET state = c.state, settled_at = c.settled, attempts = COALESCE(c.attempts, d.attempts),
    last_failure = COALESCE(c.failure, d.last_failure), owed_at = COALESCE(c.owed, d.owed_at),
    due_at = COALESCE(c.owed, d.due_at), try_until = COALESCE(c.until, d.try_until),
    replayed = CASE WHEN c.owed IS NULL THEN d.replayed ELSE 1 END
  FROM changes c
  WHERE d.session_id = c.id AND d.lane = c.lane AND d.seq = c.seq AND d.part = c.part AND d.state = c.before
    AND (c.skippable IS NULL OR c.skippable = (d.kind IN ('start', 'inbound')))
), cancelled AS (
  UPDATE deliveries${day} AS d SET state = 'skipped', settled_at = $8
  FROM ${rowsOf(5, 'lane text')} JOIN passed p USING (n)
  WHERE d.session_id = p.id AND d.lane = r.lane AND d.state = ${owedOf('p.id')} AND d.kind IN ('start', 'inbound')
    AND NOT EXISTS (SELECT FROM changes c WHERE c.n = r.n AND c.lane = d.lane AND c.seq = d.seq AND c.part = d.part)
)`;

/**
 * What is kept for users: of each parameter the value of the last commit that passed. Sorted, so that batches that keep
 * something for the same users wait for each other and not in a circle; the rows of sessions are locked before, as all
 * who passed must be known.
 */
const keptText = `, kept AS (
  INSERT INTO user_parameters (user_id, name, value, updated_at)
  SELECT DISTINCT ON (r.user_id, r.name) r.user_id, r.name, r.value, $8
  FROM ${rowsOf(10, 'user_id text COLLATE "C", name text COLLATE "C", value text')} JOIN passed p USING (n)
  ORDER BY r.user_id, r.name, n DESC
  ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
)`;

const commitText = (day: string, kept = ''): string => `${passedText(day)}, logged AS (
  INSERT INTO events${day} (session_id, seq, at, kind, v, body)
  SELECT p.id, r.seq, r.at, r.kind, ${eventVersion}, r.body
  FROM ${rowsOf(2, 'seq bigint, at bigint, kind text, body text')} JOIN passed p USING (n)
)${callsText(day)}, answered AS (
  INSERT INTO answers${day} (session_id, key, fingerprint, body, at)
  SELECT p.id, r.key, r.fingerprint, r.body, $8
  FROM ${rowsOf(6, 'key text, fingerprint text, body text')} JOIN passed p USING (n)
  ON CONFLICT (session_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, body = excluded.body, at = excluded.at
), folded AS (
  INSERT INTO snapshots${day} (session_id, version, v, body)
  SELECT p.id, r.version, ${snapshotVersion}, r.body
  FROM ${rowsOf(7, 'version bigint, body text')} JOIN passed p USING (n)
  ON CONFLICT (session_id) DO UPDATE SET version = excluded.version, v = excluded.v, body = excluded.body
)${kept}
SELECT COALESCE(array_agg(n), '{}') AS passed, array_agg(caller) AS callers, array_agg(owed_before) AS befores, ${flushed}
FROM passed`;

/** For one day, or with null for several. */
export const commitStatement = byDay('commit', (day) => commitText(day));

/** The same for a batch that sets parameters of users: the others need not look for what they do not have. */
export const keepingStatement = byDay('commit_kept', (day) => commitText(day, keptText));

/** @returns what makes a batch durable; two batches that wait for each other's rows are told apart and tried again. */
export function committer(
  database: Database,
  days: Days,
  self: () => number,
): (commits: readonly SessionCommit[], at: number) => Promise<readonly CommitResult[]> {
  return async (commits, at) => {
    if (commits.length === 0) return [];
    const waves = wavesOf(commits);
    return days.write(
      commits.map(({ session }) => session.id),
      (day) => tryAgain(() => writeWaves(database, { waves, size: commits.length, day, at, self: self() })),
    );
  };
}

/** A commit and its place among the results. */
type Placed = Readonly<{ commit: SessionCommit; place: number }>;

/**
 * A session stands once in a statement. Where a batch has several commits of one, each next one goes into a statement of
 * its own behind; commits of different sessions see each other only by what they keep for one user, where none goes
 * into a statement before that of an earlier one.
 */
function wavesOf(commits: readonly SessionCommit[]): readonly (readonly Placed[])[] {
  const waves: Placed[][] = [];
  const seen = new Map<string, number>();
  const keeping = new Map<string, number>();
  for (const [place, commit] of commits.entries()) {
    const { session, userParameters } = commit;
    const wave = Math.max(seen.get(session.id) ?? 0, userParameters ? (keeping.get(userParameters.userId) ?? 0) : 0);
    seen.set(session.id, wave + 1);
    if (userParameters) keeping.set(userParameters.userId, wave);
    waves[wave] ??= [];
    waves[wave].push({ commit, place });
  }
  return waves;
}

type Writing = Readonly<{
  waves: readonly (readonly Placed[])[];
  size: number;
  day: Day | null;
  at: number;
  self: number;
}>;

async function writeWaves(
  database: Database,
  { waves, size, day, at, self }: Writing,
): Promise<readonly CommitResult[]> {
  const results = new Array<CommitResult>(size).fill('conflict');
  const write = async (run: Run, wave: readonly Placed[]): Promise<void> => {
    const own = wave.map(({ commit }) => commit);
    const kept = keptRows(own);
    const [statement, more] = kept.length === 0 ? [commitStatement, []] : [keepingStatement, [JSON.stringify(kept)]];
    const [row = {}] = await run(statement(day), [...parametersOf(own, at), self, ...more]);
    for (const [index, n] of (row.passed as readonly number[]).entries()) {
      const place = wave[n]?.place;
      if (place !== undefined) results[place] = resultOf(row, index, self);
    }
  };
  const [only] = waves;
  if (only !== undefined && waves.length === 1) await write(database.run, only);
  else {
    await database.transact(async (run) => {
      for (const wave of waves) await write(run, wave);
    });
  }
  return results;
}

/** Where no instance has joined, nobody else makes calls. */
function resultOf({ callers, befores }: Row, index: number, self: number): CommitResult {
  const caller = (callers as readonly (number | null)[])[index] ?? null;
  if (caller === null || (caller === nobody && self === nobody)) return 'committed';
  const owedBefore = (befores as readonly (string | null)[])[index] ?? null;
  return { caller, owedBefore: owedBefore === null ? null : Number(owedBefore) };
}

const mostTries = 5;
const deadlock = '40P01';
const serialization = '40001';

/** Both say that nothing was done. */
async function tryAgain<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === mostTries || ![deadlock, serialization].includes(sqlStateOf(error) ?? '')) throw error;
    }
  }
}

function parametersOf(commits: readonly SessionCommit[], at: number): readonly unknown[] {
  const sessions: object[] = [];
  const events: object[] = [];
  const calls: object[] = [];
  const changes: object[] = [];
  const cancelled: object[] = [];
  const answers: object[] = [];
  const snapshots: object[] = [];
  for (const [n, commit] of commits.entries()) {
    const { before, session } = commit;
    sessions.push(sessionRow(n, commit));
    for (const event of commit.events) {
      events.push({ n, seq: event.seq, at: event.at, kind: event.kind, body: encodeEvent(event) });
    }
    const folded = foldCalls(commit.calls, commit.changes, at);
    for (const row of folded.calls) calls.push({ n, ...row });
    for (const row of folded.changes) changes.push({ n, ...row });
    for (const lane of folded.cancelled) cancelled.push({ n, lane });
    // The last answer under a key stays.
    for (const answer of new Map(commit.answers.map((one) => [one.key, one])).values()) answers.push({ n, ...answer });
    if (isSnapshotDue(before, session.version)) {
      snapshots.push({ n, version: session.version, body: encodeSession(session) });
    }
  }
  return [...[sessions, events, calls, changes, cancelled, answers, snapshots].map((rows) => JSON.stringify(rows)), at];
}

function keptRows(commits: readonly SessionCommit[]): readonly object[] {
  return commits.flatMap(({ userParameters }, n) =>
    userParameters == null
      ? []
      : userRows(userParameters).map(({ user: user_id, ...rest }) => ({ n, user_id, ...rest })),
  );
}

function sessionRow(n: number, { before, session, wakeAt: stored, calls, changes }: SessionCommit): object {
  const ended = session.phase.kind === 'ended' ? 1 : 0;
  return {
    ...{ n, id: session.id, before, version: session.version, ended, agent: session.virtualAgentId },
    ...{ flow: session.flowVersion, started: session.startedAt, owes: calls.length > 0 || changes.length > 0 },
    // Others may have written another wake-up than the commit knows of. A session that has ended is not woken.
    ...{ stays: stored === undefined, wake: stored === undefined ? wakeAt(session) : stored },
  };
}

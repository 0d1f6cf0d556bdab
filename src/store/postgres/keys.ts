import { keyColumns as columns, isRotatable, keyOf, keysToForget, whyNotRevoked } from '../rows/key-row.ts';
import { type KeyStore, mostKeys, type NewKey, type StoredKey } from '../store.ts';
import { type Database, type Run, unflushed } from './database.ts';

const valid = {
  name: 'valid_keys',
  text: `SELECT ${columns} FROM keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)`,
};
const stamp = { name: 'key_changes', text: 'SELECT count FROM key_changes' };

export function postgresKeys(database: Database): KeyStore {
  // The first statement takes a lock that makes changes of the keys wait for each other, from whichever process.
  const change = <Result>(work: (run: Run) => Promise<Result>): Promise<Result> =>
    database.transact(async (run) => {
      await run('UPDATE key_changes SET count = count + 1');
      return work(run);
    });
  return {
    add: (key) => change(async (run) => (await makeRoom(run, key.createdAt)) && (await insert(run, key))),
    valid: async (at) => (await database.run(valid, [at])).map(keyOf),
    list: () => allOf(database.run),
    stamp: async () => String((await database.run(stamp))[0]?.count),
    rotate: (id, successor, expiresAt) =>
      change(async (run) => {
        const at = successor.createdAt;
        if (!isRotatable(await allOf(run), id, at)) return 'not-valid';
        if (!(await makeRoom(run, at))) return 'full';
        await insert(run, successor);
        await run('UPDATE keys SET expires_at = LEAST(expires_at, $1), successor = $2 WHERE id = $3', [
          ...[expiresAt, successor.id, id],
        ]);
        return 'rotated';
      }),
    revoke: (id, at, keepLast) =>
      change(async (run) => {
        const against = whyNotRevoked(await allOf(run), id, at, keepLast);
        if (against !== null) return against;
        await run('UPDATE keys SET revoked_at = $1 WHERE id = $2', [at, id]);
        return 'revoked';
      }),
    // Not flushed: what a power cut takes is a minute's knowledge of who called.
    noteUses: async (uses) => {
      const latest = new Map<string, number>();
      for (const { id, at } of uses) latest.set(id, Math.max(at, latest.get(id) ?? 0));
      await database.run(
        `WITH used AS (
           UPDATE keys k SET last_used_at = GREATEST(k.last_used_at, u.at)
           FROM UNNEST($1::text[], $2::bigint[]) AS u (id, at) WHERE k.id = u.id
         ) SELECT ${unflushed}`,
        [[...latest.keys()], [...latest.values()]],
      );
    },
  };
}

const allOf = async (run: Run): Promise<readonly StoredKey[]> =>
  (await run(`SELECT ${columns} FROM keys ORDER BY created_at, id`)).map(keyOf);

/** Forgets the oldest keys that open nothing any more where the table is full. @returns whether there is room. */
async function makeRoom(run: Run, at: number): Promise<boolean> {
  const [row] = await run('SELECT COUNT(*) AS stored FROM keys');
  if (Number(row?.stored) < mostKeys) return true;
  const ids = keysToForget(await allOf(run), at);
  if (ids === null) return false;
  await run('DELETE FROM keys WHERE id = ANY ($1::text[])', [ids]);
  return true;
}

async function insert(run: Run, key: NewKey): Promise<true> {
  const { id, hash, prefix = null, label, scopes, requestsPerSecond = null, createdAt, expiresAt = null } = key;
  await run(
    `INSERT INTO keys (id, hash, prefix, label, scopes, requests_per_second, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, hash, prefix, label, scopes.join(' '), requestsPerSecond, createdAt, expiresAt],
  );
  return true;
}

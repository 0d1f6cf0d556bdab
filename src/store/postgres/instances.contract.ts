import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, next, opening, say, start, talk } from '../kit.contract.ts';
import type { CommitResult } from '../store.ts';
import type { PostgresStore } from './postgres-store.ts';
import type { TestServer } from './server.contract.ts';

type Both = Readonly<{ a: PostgresStore; b: PostgresStore; url: string }>;

const longMs = 600_000;

/** What instances on one database need of each other. @param open a store on a URL. */
export function instancesContract(server: () => TestServer, open: (url: string) => Promise<PostgresStore>): void {
  const check = (name: string, body: (both: Both) => Promise<void>): void => {
    test(name, async () => {
      const url = await server().newDatabase();
      const [a, b] = [await open(url), await open(url)];
      try {
        await a.shared.join(longMs);
        await b.shared.join(longMs);
        await body({ a, b, url });
      } finally {
        await a.close();
        await b.close();
      }
    });
  };
  const ask = (url: string, text: string) => server().ask(url, text);
  const gone = ({ a, url }: Both) => ask(url, `UPDATE instances SET until = 0 WHERE id = ${a.shared.self()}`);

  check('who owes the first call of a session makes its calls, and others leave it', async ({ a, b }) => {
    const { session, results } = await conversation(a, b);
    const [first, second, third] = results;
    assert.deepEqual(first, { caller: a.shared.self(), owedBefore: null });
    assert.ok(typeof second === 'object' && typeof third === 'object');
    assert.deepEqual([second.caller, third.caller], [a.shared.self(), a.shared.self()]);
    assert.equal(third.owedBefore, session.version - 1, 'the commit before, which was another instance’s');
    assert.deepEqual(await a.shared.held(), [{ sessionId: session.id, owedSeq: session.version }]);
    assert.deepEqual(await b.shared.held(), []);
  });

  check('a session is not let go of while somebody owes something in it', async ({ a, b }) => {
    const { session } = await conversation(a, b);
    const held = { sessionId: session.id, owedSeq: session.version };
    assert.deepEqual(await a.shared.release([{ ...held, owedSeq: session.version - 1 }]), []);
    assert.deepEqual(await a.shared.release([held]), [], 'what is owed keeps it, though nobody owed it since');
    await takeAll(a, session.id);
    assert.deepEqual(await b.shared.release([held]), [], 'others let go of nothing');
    const commit = next(session, say('late'), 5000);
    const [released] = await Promise.all([a.shared.release([held]), b.sessions.commitBatch([commit], 5000)]);
    const holders = [...(await a.shared.held()), ...(await b.shared.held())];
    assert.deepEqual(holders, [{ sessionId: session.id, owedSeq: commit.session.version }], `after ${released.length}`);
  });

  check('a session that was let go of is the next one’s, who knows that nothing was owed', async ({ a, b }) => {
    const { session } = await conversation(a, b);
    const held = { sessionId: session.id, owedSeq: session.version };
    await takeAll(b, session.id);
    assert.deepEqual(await a.shared.release([held, { sessionId: newId(), owedSeq: 1 }]), [held]);
    const [result] = await b.sessions.commitBatch([next(session, say('c'), 5000)], 5000);
    assert.deepEqual(result, { caller: b.shared.self(), owedBefore: null });
  });

  check('only what the gone hold is taken over, once, whoever asks', async (both) => {
    const { a, b } = both;
    const { session } = await conversation(a, b);
    assert.deepEqual(await b.shared.takeOver(10, true), [], 'it lives');
    await gone(both);
    assert.deepEqual(await b.shared.takeOver(10, false), [], 'late, but the database may have been away');
    assert.ok(await a.shared.renew(longMs), 'late, but nobody has taken it for gone');
    assert.deepEqual(await b.shared.takeOver(10, true), []);
    await gone(both);
    const c = await b.shared.takeOver(10, true);
    assert.deepEqual(c, [{ sessionId: session.id, owedSeq: session.version }]);
    assert.deepEqual(await b.shared.takeOver(10, true), []);
    assert.equal(await a.shared.renew(longMs), false, 'it was taken for gone');
    const old = a.shared.self();
    assert.ok((await a.shared.join(longMs)) > old, 'a number is never used again');
  });

  check('who leaves has nothing any more', async ({ a, b }) => {
    const { session } = await conversation(a, b);
    await a.shared.leave();
    assert.deepEqual(
      (await b.shared.takeOver(10, true)).map(({ sessionId }) => sessionId),
      [session.id],
    );
  });

  check('what is owed under a number that is gone is found, however late it was committed', async ({ a, b }) => {
    await a.shared.leave();
    assert.deepEqual(await b.shared.takeOver(10, true), []);
    const { session } = await conversation(a, b);
    assert.equal((await b.shared.takeOver(10, true))[0]?.sessionId, session.id);
  });

  check('many are taken over by several at once, each by one', async (both) => {
    const { a, b, url } = both;
    const c = await open(url);
    try {
      await c.shared.join(longMs);
      const ids: string[] = [];
      for (let index = 0; index < 40; index += 1) ids.push((await talk(a, 'x')).id);
      await gone(both);
      const taken = await Promise.all([b, c, b, c, b, c].map(({ shared }) => shared.takeOver(20, true)));
      for (;;) {
        const more = await b.shared.takeOver(20, true);
        if (more.length === 0) break;
        taken.push(more);
      }
      const found = taken.flat().map(({ sessionId }) => sessionId);
      assert.deepEqual(found.sort(), ids.sort());
    } finally {
      await c.close();
    }
  });

  check('a session that cannot be read is given to another program, and not taken back', async ({ a, b }) => {
    const { session } = await conversation(a, b);
    await a.shared.giveUp([session.id]);
    assert.deepEqual(await a.shared.takeOver(10, true), []);
    assert.equal((await b.shared.takeOver(10, true))[0]?.sessionId, session.id);
  });

  check('a wake-up that has come is one instance’s, and comes again when that does not wake', async ({ a, b }) => {
    const ids = new Set<string>();
    for (let index = 0; index < 30; index += 1) {
      const commit = opening(start(newId()));
      ids.add(commit.session.id);
      await a.sessions.commitBatch([{ ...commit, wakeAt: 5_000 }], 1_000);
    }
    const found = (await Promise.all([a, b, a, b].map(({ sessions }) => sessions.claimDue(6_000, 10)))).flat();
    assert.equal(new Set(found).size, found.length, 'nobody is woken twice');
    for (;;) {
      const more = await b.sessions.claimDue(6_000, 10);
      if (more.length === 0) break;
      found.push(...more);
    }
    assert.deepEqual(new Set(found), ids);
    assert.equal((await b.sessions.claimDue(60_000, 100)).length, 30);
  });

  check('a program that cannot read a session does not claim its wake-up', async ({ a, b }) => {
    const commit = opening(start(newId()));
    await a.sessions.commitBatch([{ ...commit, wakeAt: 5_000 }], 1_000);
    await a.shared.giveUp([commit.session.id]);
    assert.deepEqual(await a.sessions.claimDue(6_000, 10), []);
    assert.deepEqual(await b.sessions.claimDue(6_000, 10), [commit.session.id]);
  });

  check('a stored wake-up that another instance has moved on is set right by a commit that leaves it', async (both) => {
    const { a, b } = both;
    const commit = opening(start(newId()));
    await a.sessions.commitBatch([{ ...commit, wakeAt: 5_000 }], 1_000);
    await b.sessions.claimDue(6_000, 1);
    const deadline = commit.session.expiresAt;
    const session = { ...commit.session, version: 2, expiresAt: 7_000 };
    const left = { ...commit, before: 1, session, events: [], wakeAt: undefined };
    await a.sessions.commitBatch([left], 4_999);
    assert.ok(deadline > 16_000);
    assert.equal(await a.sessions.nextWakeAt(0), 7_000);
  });

  check('instances of long ago are forgotten, and what was committed under their number is found', async (both) => {
    const { a, b, url } = both;
    await a.shared.leave();
    await gone(both);
    await b.shared.tidy();
    assert.deepEqual(await ask(url, `SELECT id FROM instances WHERE id = ${a.shared.self()}`), []);
    const { session } = await conversation(a, b);
    assert.deepEqual(await b.shared.takeOver(10, true), []);
    await b.shared.tidy();
    assert.equal((await b.shared.takeOver(10, false))[0]?.sessionId, session.id);
  });

  check('versions are those that are stored, of those that exist', async ({ a, b }) => {
    const { session } = await conversation(a, b);
    const other = newId();
    assert.deepEqual(await b.shared.versions([session.id, other, 'x']), new Map([[session.id, session.version]]));
  });

  check('one works alone, one secret is kept, and the clock is that of the database', async ({ a, b, url }) => {
    let working = 0;
    const work = async (): Promise<void> => {
      working += 1;
      assert.equal(working, 1);
      await ask(url, 'SELECT pg_sleep(0.01)');
      working -= 1;
    };
    await Promise.all([a, b, a, b].map(({ shared }) => shared.alone('work', work)));
    const secrets = await Promise.all([a.shared.keepSecret('first'), b.shared.keepSecret('second')]);
    assert.equal(secrets[0], secrets[1]);
    const [row] = await ask(url, 'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at');
    assert.ok(Math.abs((await a.shared.now()) - Number(row?.at)) < 5_000);
  });
}

/** Desks take all that is owed. */
async function takeAll({ deliveries }: PostgresStore, sessionId: string): Promise<void> {
  const owed = await deliveries.list({ sessionId, state: 'owed', limit: 100 });
  await deliveries.record(owed.map((call) => ({ ...call, attempts: 1, at: 1, state: 'delivered' })));
}

/** A session in which `a` owes the first calls, then `b`, then `a`; each is told of its commit. */
async function conversation(a: PostgresStore, b: PostgresStore) {
  const open = opening(start(newId()));
  await a.sessions.commitBatch([open], 1000);
  let { session } = open;
  const results: CommitResult[] = [];
  for (const [store, command] of [
    [a, { kind: 'connect-socket' }],
    [b, say('a')],
    [a, say('b')],
  ] as const) {
    const commit = next(session, command, 2000);
    results.push(...(await store.sessions.commitBatch([commit], 2000)));
    session = commit.session;
  }
  return { session, results };
}

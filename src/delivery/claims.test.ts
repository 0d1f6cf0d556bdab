import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller, Change, News } from '../engine/changes.ts';
import { createFeed } from '../platform/feed.ts';
import { handClock } from '../platform/hand-clock.ts';
import { silentLog } from '../platform/log.ts';
import type { HeldSession, SharedStore } from '../store/shared.ts';
import type { DeliveryStore, StoredDelivery } from '../store/store.ts';
import { Claims } from './claims.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

async function rest(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await turn();
}

/** Claims over a database of paper, whose answers wait as long as a test wants. */
function bench() {
  const clock = handClock(1_000_000);
  const news = createFeed<News>();
  const did: string[] = [];
  const busy = new Set<string>();
  const database = { held: [] as HeldSession[], gone: [] as HeldSession[], released: [] as HeldSession[] };
  const state = { renews: true, isAway: false };
  let self = 1;
  const waits: (() => void)[] = [];
  let isHeldUp = false;
  const answer = async (): Promise<void> => {
    if (isHeldUp) await new Promise<void>((resolve) => waits.push(resolve));
  };
  const shared = {
    self: () => self,
    renew: async () => {
      if (state.isAway) throw new Error('The database is away.');
      return state.renews;
    },
    join: async () => {
      self += 1;
      state.renews = true;
      return self;
    },
    takeOver: async (_: number, alsoLate: boolean) => (alsoLate ? database.gone.splice(0) : []),
    held: async () => {
      const rows = [...database.held];
      await answer();
      return rows;
    },
    release: async (sessions: readonly HeldSession[]) => {
      database.released.push(...sessions);
      const isAsked = (row: HeldSession) => sessions.some((one) => one.sessionId === row.sessionId);
      const freed = database.held.filter(isAsked);
      database.held = database.held.filter((row) => !isAsked(row));
      return freed;
    },
  } as unknown as SharedStore;
  const owedIn = async (ids: readonly string[]): Promise<readonly StoredDelivery[]> => {
    did.push(`read ${ids.join(' ')}`);
    await answer();
    return ids.map((sessionId) => ({ sessionId }) as StoredDelivery);
  };
  const claims = new Claims({
    ...{ shared, clock, log: silentLog, engine: { news: news.follow }, flush: async () => {}, isCrowded: () => false },
    deliveries: { owedIn } as unknown as DeliveryStore,
    lanes: {
      recover: ({ sessionId }) => did.push(`recover ${sessionId}`),
      refresh: (id) => did.push(`refresh ${id}`),
      abandon: (id) => did.push(`abandon ${id}`),
      isBusy: (id) => busy.has(id),
    },
  });
  const take = (id: string, version: number, owedBefore: number | null, instance = self) => {
    const caller: Caller = { instance, owedBefore };
    return claims.take({ session: { id, version }, caller } as Change);
  };
  const holdUp = (): (() => Promise<void>) => {
    isHeldUp = true;
    return async () => {
      isHeldUp = false;
      for (const go of waits.splice(0)) go();
      await rest();
    };
  };
  const tick = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 500) {
      clock.advance(500);
      await rest();
    }
  };
  const stop = async (): Promise<void> => {
    const stopped = claims.stop();
    await rest();
    await stopped;
    news.end();
  };
  return { claims, news, did, busy, database, state, take, holdUp, tick, stop };
}

test('what is owed goes straight into its lane only where all that was owed before is known', () => {
  const { take } = bench();
  assert.equal(take('a', 3, null), 'push', 'nobody held it');
  assert.equal(take('a', 5, 3), 'push', 'the commit before is known');
  assert.equal(take('a', 5, 5), 'push', 'it changed what is owed, and had no events');
  assert.equal(take('a', 9, 7), 'leave', 'another instance owed something in between');
  assert.equal(take('b', 4, 2), 'leave', 'a commit whose answer was lost has owed something');
  assert.equal(take('c', 4, null, 7), 'leave', 'another instance makes its calls');
});

test('while lanes are read nothing goes straight into them, and they are read again', async () => {
  const { claims, take, did, holdUp, stop } = bench();
  claims.start();
  await rest();
  const goOn = holdUp();
  take('a', 9, 7);
  await rest();
  assert.deepEqual(did, ['read a']);
  assert.equal(take('a', 10, 9), 'leave', 'the read may have missed it');
  await goOn();
  assert.deepEqual(did, ['read a', 'refresh a', 'recover a', 'read a', 'refresh a', 'recover a']);
  assert.equal(take('a', 11, 10), 'push');
  await stop();
});

test('what a commit owes goes into no lane when it was found before the answer came', async () => {
  const { claims, news, take, stop } = bench();
  claims.start();
  await rest();
  take('a', 3, null);
  news.publish([
    { kind: 'moved', sessionId: 'a', version: 5, caller: 1 },
    { kind: 'moved', sessionId: 'b', version: 4, caller: 1 },
  ]);
  await rest();
  assert.equal(take('a', 5, 3), 'leave');
  assert.equal(take('b', 4, null), 'leave');
  await rest();
  assert.equal(take('a', 6, 5), 'push');
  await stop();
});

test('a commit of which a lane has read a call before its answer came is read, not pushed', async () => {
  const { claims, take, did, stop } = bench();
  claims.start();
  await rest();
  take('a', 5, null);
  claims.found('a', 5);
  assert.equal(take('a', 6, 5), 'push', 'what is known is no finding');
  claims.found('a', 8);
  assert.equal(take('a', 9, 6), 'leave');
  await rest();
  assert.deepEqual(did, ['read a', 'refresh a', 'recover a']);
  assert.equal(take('a', 10, 9), 'push');
  await stop();
});

test('news of a commit that owes calls here is looked at once; of others’ it is not', async () => {
  const { claims, news, did, take, stop } = bench();
  claims.start();
  await rest();
  news.publish([{ kind: 'moved', sessionId: 'a', version: 4, caller: 1 }]);
  news.publish([{ kind: 'moved', sessionId: 'a', version: 4, caller: 1 }]);
  news.publish([{ kind: 'moved', sessionId: 'b', version: 4, caller: 2 }]);
  news.publish([{ kind: 'moved', sessionId: 'c', version: 4, caller: null }]);
  await rest();
  assert.deepEqual(did, ['read a', 'refresh a', 'recover a']);
  assert.equal(take('a', 5, 4), 'push');
  await stop();
});

test('what is held and not known is found without any hint', async () => {
  const { claims, did, database, tick, stop } = bench();
  claims.start();
  await tick(1_000);
  database.held.push({ sessionId: 'a', owedSeq: 4 });
  await tick(7_000);
  assert.deepEqual(did, ['read a', 'refresh a', 'recover a']);
  await tick(20_000);
  assert.equal(did.length, 3, 'and then it is known');
  await stop();
});

test('what was taken over while it was read is not begun, nor what was read after', async () => {
  const { claims, news, did, state, holdUp, tick, stop } = bench();
  claims.start();
  await rest();
  const goOn = holdUp();
  news.publish([{ kind: 'moved', sessionId: 'a', version: 4, caller: 1 }]);
  await rest();
  state.renews = false;
  await tick(2_500);
  await goOn();
  assert.deepEqual(did, ['read a', 'abandon a']);
  await stop();
});

test('no call begins while others may have taken this instance for gone', async () => {
  const { claims, state, tick, stop } = bench();
  claims.start();
  await rest();
  assert.ok(claims.lease.isSure());
  state.isAway = true;
  await tick(10_000);
  assert.ok(!claims.lease.isSure());
  let isSure = false;
  const waiting = claims.lease.sure().then(() => {
    isSure = true;
  });
  await tick(4_000);
  assert.ok(!isSure);
  state.isAway = false;
  await tick(2_500);
  assert.ok(isSure && claims.lease.isSure());
  await waiting;
  await stop();
});

test('a lease is renewed however long the database takes for the rest', async () => {
  const { claims, tick, holdUp, stop } = bench();
  const goOn = holdUp();
  claims.start();
  await tick(20_000);
  assert.ok(claims.lease.isSure());
  await goOn();
  await stop();
});

test('what was held under the number of one that is gone is not held anew', async () => {
  const { claims, did, state, database, tick, holdUp, stop } = bench();
  database.held = [{ sessionId: 'a', owedSeq: 4 }];
  const goOn = holdUp();
  claims.start();
  await rest();
  state.renews = false;
  await tick(2_500);
  database.held = [];
  await goOn();
  assert.deepEqual(did, []);
  assert.ok(!claims.holds('a'));
  await stop();
});

test('what the store does not let go of is read anew', async () => {
  const { claims, did, take, tick, stop } = bench();
  claims.start();
  await rest();
  take('a', 3, null);
  await tick(64_000);
  assert.ok(did.includes('read a') || did.includes('abandon a'));
  await stop();
});

test('what another has taken over is let go of, but not what was owed while it was looked', async () => {
  const { claims, did, database, take, tick, holdUp, stop } = bench();
  claims.start();
  await rest();
  take('lost', 3, null);
  const goOn = holdUp();
  await tick(6_500);
  take('fresh', 3, null);
  await goOn();
  assert.deepEqual(did, ['abandon lost']);
  assert.equal(take('fresh', 4, 3), 'push');
  database.held.push({ sessionId: 'fresh', owedSeq: 4 });
  await stop();
});

test('a session is let go of after a minute without calls, with the commit that is known', async () => {
  const { claims, busy, database, take, tick, stop } = bench();
  claims.start();
  database.held.push({ sessionId: 'a', owedSeq: 3 });
  take('a', 3, null);
  busy.add('a');
  await tick(120_000);
  assert.deepEqual(database.released, [], 'its lanes run');
  busy.delete('a');
  await tick(50_000);
  take('a', 5, 3);
  database.held[0] = { sessionId: 'a', owedSeq: 5 };
  await tick(50_000);
  assert.deepEqual(database.released, [], 'a conversation that goes on stays');
  await tick(20_000);
  assert.deepEqual(database.released, [{ sessionId: 'a', owedSeq: 5 }]);
  assert.equal(claims.size, 0);
  await stop();
});

test('an instance that was taken for gone drops what it held and begins anew', async () => {
  const { claims, did, state, take, tick, stop } = bench();
  claims.start();
  await rest();
  take('a', 3, null);
  state.renews = false;
  await tick(2_500);
  assert.deepEqual([did, claims.size], [['abandon a'], 0]);
  assert.equal(take('b', 3, null, 1), 'leave', 'what it owed under its old number is taken over');
  assert.equal(take('b', 3, null, 2), 'push');
  await stop();
});

test('after the database was away nothing is taken over before the others could renew', async () => {
  const { claims, did, database, state, tick, stop } = bench();
  claims.start();
  await rest();
  state.isAway = true;
  await tick(8_000);
  state.isAway = false;
  database.gone.push({ sessionId: 'a', owedSeq: 3 });
  await tick(4_000);
  assert.deepEqual(did, []);
  await tick(6_000);
  assert.deepEqual(did.slice(0, 3), ['read a', 'refresh a', 'recover a']);
  await stop();
});

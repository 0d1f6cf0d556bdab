import assert from 'node:assert/strict';
import type { Session } from '../core/session.ts';
import { checksOn, newId, next, say, talk } from './kit.contract.ts';
import {
  type DeliveryFilter,
  type DeliveryRef,
  deliveryId,
  deliveryRefOf,
  type SessionCommit,
  type Store,
} from './store.ts';

const failure = (status: number | null, excerpt: string | null = null) => ({
  failure: status === null ? 'No answer within 10 s.' : `The desk answered ${status}.`,
  status,
  excerpt,
});
const died = (call: DeliveryRef) => ({ kind: 'settle', call, state: 'dead', attempts: 1, cause: 'No.' }) as const;
const replayed = (call: DeliveryRef) => ({ kind: 'settle', call, state: 'owed' }) as const;

/** What every store keeps of the calls that desks are owed. @param open a new, empty store. */
export function deliveriesContract(open: () => Promise<Pick<Store, 'sessions' | 'deliveries' | 'close'>>): void {
  const check = checksOn(open);

  check('a lane is read in order, without what was settled or replayed', async (store) => {
    const session = await talk(store, 'a', 'b', 'c');
    const lane = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.deepEqual(
      lane.map(({ kind }) => kind),
      ['start', 'inbound', 'inbound', 'inbound'],
    );
    const [first, second] = lane;
    assert.ok(first && second);
    await store.deliveries.record([
      { ...first, attempts: 1, at: 1, state: 'delivered' },
      { ...second, attempts: 2, at: 1, state: 'owed', dueAt: 77, ...failure(503) },
    ]);
    const rest = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.deepEqual(
      rest.map(({ attempts, dueAt }) => [attempts, dueAt]),
      [
        [2, 77],
        [0, 2000],
        [0, 2000],
      ],
    );
    const found = await store.deliveries.find(second);
    assert.equal(found?.lastFailure, 'The desk answered 503.');
    assert.deepEqual(deliveryRefOf(deliveryId(second)), pick(second));
  });

  check('of each lane that is owed something one call is told, and every replayed one', async (store) => {
    const [session, other] = [await talk(store, 'a', 'b'), await talk(store, 'c')];
    const [start, first, second] = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.ok(start && first && second);
    const told = async (...ids: string[]) =>
      (await store.deliveries.owedIn(ids))
        .map(({ sessionId, lane, seq, replayed }) => [sessionId, lane, seq, replayed])
        .sort();
    assert.deepEqual(await told(session.id), [[session.id, 'h1', start.seq, false]]);
    assert.equal((await told(session.id, other.id, newId())).length, 2);
    const dead = { ...next(session, say('d'), 4000), changes: [died(start), died(first)] };
    const again = { ...next(dead.session, say('e'), 5000), changes: [replayed(start), replayed(first)] };
    for (const commit of [dead, again]) await store.sessions.commitBatch([commit], 5000);
    assert.deepEqual(await told(session.id), [
      [session.id, 'h1', start.seq, true],
      [session.id, 'h1', first.seq, true],
      [session.id, 'h1', second.seq, false],
    ]);
  });

  check('what was settled stays settled; only a dead call can be owed again', async (store) => {
    const session = await talk(store, 'a', 'b');
    const [start, inbound, other] = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.ok(start && inbound && other);
    const settle = (
      call: DeliveryRef,
      state: 'delivered' | 'dead' | 'skipped' | 'owed',
      from: Session,
    ): SessionCommit => ({
      ...next(from, say(`settle ${state}`), 5000),
      changes: [
        state === 'delivered' || state === 'dead'
          ? { kind: 'settle', call, state, attempts: 3, cause: 'The desk answered 404.' }
          : { kind: 'settle', call, state },
      ],
    });
    let now = session;
    const apply = async (call: DeliveryRef, state: 'delivered' | 'dead' | 'skipped' | 'owed') => {
      const commit = settle(call, state, now);
      await store.sessions.commitBatch([commit], 5000);
      now = commit.session;
      return (await store.deliveries.find(call))?.state;
    };
    assert.equal(await apply(inbound, 'owed'), 'owed');
    assert.equal((await store.deliveries.find(inbound))?.replayed, false);
    assert.equal(await apply(inbound, 'dead'), 'dead');
    assert.equal(await apply(inbound, 'delivered'), 'dead');
    assert.equal(await apply(inbound, 'owed'), 'owed');
    assert.equal((await store.deliveries.find(inbound))?.replayed, true);
    assert.equal(await apply(inbound, 'delivered'), 'delivered');
    assert.equal(await apply(inbound, 'skipped'), 'delivered');
    assert.equal(await apply(other, 'skipped'), 'skipped');
    await store.deliveries.record([{ ...other, attempts: 9, at: 1, state: 'delivered' }]);
    assert.equal((await store.deliveries.find(other))?.state, 'skipped');
  });

  check('cancelling a lane skips its start and inbound calls and leaves the ended call', async (store) => {
    const session = await talk(store, 'a');
    const failed = next(session, { kind: 'disconnect' }, 3000);
    await store.sessions.commitBatch([failed], 3000);
    const left = await store.deliveries.list({ sessionId: session.id, limit: 10 });
    assert.deepEqual(
      left.map(({ kind, state }) => [kind, state]),
      [
        ['start', 'skipped'],
        ['inbound', 'skipped'],
        ['ended', 'owed'],
      ],
    );
  });

  check('deliveries are listed by state and paged', async (store) => {
    const sessions = [await talk(store, 'a', 'b'), await talk(store, 'c')];
    const page = await store.deliveries.list({ state: 'owed', limit: 3 });
    const rest = await store.deliveries.list({ state: 'owed', limit: 10, after: page.at(-1) });
    assert.equal(page.length, 3);
    assert.equal(new Set([...page, ...rest].map(deliveryId)).size, 5);
    assert.equal((await store.deliveries.list({ state: 'stuck', limit: 10 })).length, 0);
    assert.equal((await store.deliveries.list({ state: 'dead', limit: 10 })).length, 0);
    assert.deepEqual(await store.deliveries.count(), { owed: 5, dead: 0, oldestOwedAt: 2000 });
    assert.equal((await store.deliveries.owed(null, 100)).length, 5);
    assert.equal((await store.deliveries.list({ sessionId: sessions[1]?.id, limit: 10 })).length, 2);
  });

  check('deliveries are listed by their exact URL too', async (store) => {
    const [session, other] = [await talk(store, 'a', 'b'), await talk(store, 'c')];
    const url = 'https://desk.example/inbound';
    const listed = async (filter: Partial<DeliveryFilter>) =>
      (await store.deliveries.list({ limit: 10, ...filter })).map(({ sessionId, kind }) => [sessionId, kind]);
    assert.deepEqual(await listed({ state: 'owed', url }), [
      [session.id, 'inbound'],
      [session.id, 'inbound'],
      [other.id, 'inbound'],
    ]);
    assert.deepEqual(await listed({ url, sessionId: other.id }), [[other.id, 'inbound']]);
    for (const wrong of ['https://desk.example/inboun', `${url}/`, "' OR 1 = 1 --", '']) {
      assert.deepEqual(await listed({ state: 'owed', url: wrong }), []);
    }
    assert.deepEqual(await listed({ state: 'stuck', url }), []);
    assert.deepEqual(await listed({ state: 'dead', url }), []);
    const [first] = await store.deliveries.list({ state: 'owed', url, limit: 1 });
    assert.deepEqual(await listed({ state: 'owed', url, after: first, limit: 1 }), [[session.id, 'inbound']]);
  });

  check('of attempts that failed the first five and the last twenty are kept, numbered', async (store) => {
    const session = await talk(store, 'a');
    const [first, second] = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.ok(first && second);
    assert.deepEqual(await store.deliveries.attempts(first), []);
    for (let number = 1; number <= 99; number += 1) {
      const attempt = { ...first, attempts: number, at: number, dueAt: number } as const;
      await store.deliveries.record([{ ...attempt, state: 'owed', ...failure(503, `busy ${number}`) }]);
    }
    await store.deliveries.record([{ ...first, attempts: 100, at: 100, state: 'dead', ...failure(null) }]);
    const kept = await store.deliveries.attempts(first);
    assert.deepEqual(
      kept.map(({ number }) => number),
      [1, 2, 3, 4, 5, ...Array.from({ length: 20 }, (_, index) => 81 + index)],
    );
    assert.deepEqual(kept[0], { number: 1, at: 1, status: 503, cause: 'The desk answered 503.', excerpt: 'busy 1' });
    const last = { number: 100, at: 100, status: null, cause: 'No answer within 10 s.', excerpt: null };
    assert.deepEqual(kept.at(-1), last);
    assert.equal((await store.deliveries.find(first))?.state, 'owed', 'its end is not told by an attempt');
    assert.deepEqual(await store.deliveries.attempts(second), [], 'another call has its own');
  });

  check('a call that is taken at its first try leaves no attempt, and numbers go on after a replay', async (store) => {
    const session = await talk(store, 'a');
    const [first, second] = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.ok(first && second);
    await store.deliveries.record([{ ...first, attempts: 1, at: 9, state: 'delivered' }]);
    assert.deepEqual(await store.deliveries.attempts(first), []);
    assert.equal((await store.deliveries.find(first))?.settledAt, 9);
    await store.deliveries.record([{ ...second, attempts: 1, at: 1, state: 'dead', ...failure(404) }]);
    const died = next(session, { kind: 'report-dead', call: second, callKind: 'inbound', cause: 'x', attempts: 1 }, 3);
    await store.sessions.commitBatch([died], 3);
    await store.sessions.commitBatch([next(died.session, { kind: 'replay-delivery', call: second }, 4)], 4);
    assert.equal((await store.deliveries.find(second))?.attempts, 0, 'the schedule begins anew');
    await store.deliveries.record([{ ...second, attempts: 1, at: 5, state: 'owed', dueAt: 6, ...failure(503) }]);
    assert.deepEqual(
      (await store.deliveries.attempts(second)).map(({ number, status }) => [number, status]),
      [
        [1, 404],
        [2, 503],
      ],
    );
  });

  check('what a desk has not taken is known by session: since when, how much, and why', async (store) => {
    const [session, other] = [await talk(store, 'a', 'b'), await talk(store, 'c')];
    const none = { notReceivedSince: null, dead: 0, lastFailure: null };
    assert.deepEqual(await store.deliveries.debt(session.id), { ...none, waiting: 3 }, 'nothing was tried in vain');
    const [start, first, second] = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.ok(start && first && second);
    await store.deliveries.record([
      { ...start, attempts: 1, at: 1, state: 'delivered' },
      { ...first, attempts: 1, at: 1, state: 'owed', dueAt: 9, ...failure(503) },
    ]);
    const late = { notReceivedSince: 2000, waiting: 2, dead: 0, lastFailure: 'The desk answered 503.' };
    assert.deepEqual(await store.deliveries.debt(session.id), late);
    assert.deepEqual(await store.deliveries.debt(other.id), { ...none, waiting: 2 });
    assert.deepEqual((await store.deliveries.open(session.id, 0, 99)).map(pick), [first, second].map(pick));
    assert.deepEqual((await store.deliveries.open(session.id, second.seq, 99)).map(pick), [pick(second)]);
    const died = next(
      session,
      { kind: 'report-dead', call: first, callKind: 'inbound', cause: '404.', attempts: 2 },
      3,
    );
    await store.sessions.commitBatch([died], 3);
    const dead = { notReceivedSince: null, waiting: 1, dead: 1, lastFailure: '404.' };
    assert.deepEqual(await store.deliveries.debt(session.id), dead);
  });
}

const pick = ({ sessionId, lane, seq, part }: DeliveryRef): DeliveryRef => ({ sessionId, lane, seq, part });

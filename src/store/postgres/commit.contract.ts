import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Call, CallChange } from '../../core/commands.ts';
import type { Session } from '../../core/session.ts';
import { newId, next, opening, say, start, talk } from '../kit.contract.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import type { SessionCommit, Store } from '../store.ts';

type Open = () => Promise<Store>;

const kinds = ['inbound', 'ended'] as const;
const alphabet: readonly ((call: Call) => CallChange)[] = [
  ({ lane, seq, part }) => ({
    kind: 'settle',
    call: { lane, seq, part },
    state: 'delivered',
    attempts: 2,
    cause: null,
  }),
  ({ lane, seq, part }) => ({ kind: 'settle', call: { lane, seq, part }, state: 'dead', attempts: 3, cause: 'Dead.' }),
  ({ lane, seq, part }) => ({ kind: 'settle', call: { lane, seq, part }, state: 'skipped' }),
  ({ lane, seq, part }) => ({ kind: 'settle', call: { lane, seq, part }, state: 'owed' }),
  ({ lane }) => ({ kind: 'cancel', lane }),
];

/** All sequences of up to three changes. */
function sequences(): readonly (readonly ((call: Call) => CallChange)[])[] {
  const one = alphabet.map((change) => [change]);
  const longer = (of: typeof one): typeof one => of.flatMap((some) => alphabet.map((change) => [...some, change]));
  return [...one, ...longer(one), ...longer(longer(one))];
}

const call = (kind: 'inbound' | 'ended', seq: number): Call => ({
  ...{ kind, lane: 'h1', seq, part: 0, url: 'https://desk.example/inbound', owedAt: 1500, tryUntil: 9000 },
});

/** A commit that changes calls only. */
const changing = (from: Session, calls: readonly Call[], changes: readonly CallChange[]): SessionCommit => ({
  ...{ before: from.version, session: { ...from, version: from.version + 1 }, events: [], answers: [] },
  ...{ calls, changes, wakeAt: undefined },
});

/** Commits of PostgreSQL where it works otherwise than the embedded database. @param open a new, empty store. */
export function commitContract(open: Open): void {
  test('every order of changes of a call leaves what the embedded database leaves, also in the commit that owes it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-fold-'));
    const stores = [await open(), openSqliteStore(join(folder, 'fold.sqlite'), 1)];
    try {
      const before: readonly (readonly ((call: Call) => CallChange)[] | null)[] = [
        null,
        ...[[], ...alphabet.slice(0, 3).map((change) => [change])],
      ];
      const first: SessionCommit[] = [];
      const second: SessionCommit[] = [];
      for (const changes of sequences()) {
        for (const kind of kinds) {
          for (const stored of before) {
            const { session, ...rest } = opening(start(newId()));
            const subject = call(kind, 5);
            // Another call of the lane stands beside it, which only a cancelled lane touches.
            const beside = call('inbound', 4);
            const stays = stored === null ? [beside] : [beside, subject];
            first.push({ ...rest, session, calls: stays, changes: (stored ?? []).map((change) => change(subject)) });
            const added = [...(stored === null ? [subject] : []), call('inbound', 6)];
            second.push(
              changing(
                session,
                added,
                changes.map((change) => change(subject)),
              ),
            );
          }
        }
      }
      const left: unknown[] = [];
      for (const store of stores) {
        for (const [batch, at] of [
          [first, 1000],
          [second, 2000],
        ] as const) {
          const results = await store.sessions.commitBatch(batch, at);
          assert.ok(results.every((result) => result === 'committed'));
        }
        const rows = [];
        for (const { session } of first) rows.push(await store.deliveries.list({ sessionId: session.id, limit: 9 }));
        left.push(rows);
      }
      assert.equal(first.length, 155 * 2 * 5);
      assert.deepEqual(left[0], left[1]);
    } finally {
      for (const store of stores) await store.close();
      rmSync(folder, { recursive: true });
    }
  });

  test('several commits of one session in a batch are taken one after the other', async () => {
    const store = await open();
    try {
      const session = await talk(store, 'a');
      const stale = { ...next(session, say('stale'), 3000), before: session.version - 1 };
      const one = next(session, say('one'), 3000);
      const two = next(one.session, say('two'), 3000);
      const other = opening(start(newId()));
      const batch = [stale, one, other, next(session, say('late'), 3000), two];
      assert.deepEqual(await store.sessions.commitBatch(batch, 3000), [
        ...['conflict', 'committed', 'committed', 'conflict', 'committed'],
      ]);
      assert.deepEqual(await store.sessions.load(session.id), two.session);
      assert.deepEqual(await store.sessions.commitBatch([], 1), []);
    } finally {
      await store.close();
    }
  });

  test('batches that keep something for the same users at once all pass, whatever their order', async () => {
    const store = await open();
    try {
      const users = ['ada', 'bob', 'eve', 'joe'];
      const batchOf = (number: number): readonly SessionCommit[] =>
        [...users.slice(number % 4), ...users.slice(0, number % 4)].map((userId, index) => {
          const names = index % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a'];
          const values = Object.fromEntries(names.map((name) => [name, `${name} of ${number}`]));
          return { ...opening(start(newId())), userParameters: { userId, values } };
        });
      const batches = Array.from({ length: 60 }, (_, number) => store.sessions.commitBatch(batchOf(number), number));
      const forgetting = users.map((userId) => store.users.forget(userId));
      assert.ok((await Promise.all(batches)).flat().every((result) => result === 'committed'));
      await Promise.all(forgetting);
      await store.sessions.commitBatch(batchOf(60), 60);
      for (const userId of users) {
        assert.deepEqual(await store.users.parameters(userId), { a: 'a of 60', b: 'b of 60', c: 'c of 60' });
      }
    } finally {
      await store.close();
    }
  });

  test('of two answers under one key in a commit the last one stays', async () => {
    const store = await open();
    try {
      const session = await talk(store);
      const answers = ['{"seq":1}', '{"seq":2}'].map((body) => ({ key: 'k', fingerprint: 'f', body }));
      await store.sessions.commitBatch([{ ...next(session, say('a'), 3000), answers }], 3000);
      assert.deepEqual(await store.sessions.findAnswer(session.id, 'k', 0), answers[1]);
    } finally {
      await store.close();
    }
  });

  test('a wake-up stays where the commit does not name one, and goes with the end of the session', async () => {
    const store = await open();
    try {
      const session = await talk(store);
      const due = await store.sessions.nextWakeAt(0);
      const quiet = { ...next(session, say('a'), 3000), wakeAt: undefined };
      await store.sessions.commitBatch([quiet], 3000);
      assert.equal(await store.sessions.nextWakeAt(0), due);
      await store.sessions.commitBatch([{ ...next(quiet.session, { kind: 'leave' }, 4000), wakeAt: undefined }], 4000);
      assert.equal(await store.sessions.nextWakeAt(0), null);
    } finally {
      await store.close();
    }
  });

  test('U+0000 and half a character in what was said are kept; where the engine cannot keep them nothing is changed', async () => {
    const store = await open();
    try {
      const session = await talk(store, 'nul \u0000, half \ud83d.');
      assert.deepEqual(await store.sessions.load(session.id), session);
      const answer = { key: 'k\u0000', fingerprint: 'f', body: '{}' };
      const commit = { ...next(session, say('b'), 3000), answers: [answer] };
      await assert.rejects(store.sessions.commitBatch([commit], 3000), { code: '22P05' });
      assert.deepEqual(await store.sessions.load(session.id), session);
      const [first] = await store.deliveries.readLane(session.id, 'h1', 1);
      assert.ok(first);
      const failure = { failure: 'broken \ud83d', status: 500, excerpt: 'a\u0000b' };
      await store.deliveries.record([{ ...first, attempts: 1, at: 1, state: 'owed', dueAt: 2, ...failure }]);
      assert.equal((await store.deliveries.attempts(first))[0]?.excerpt, 'a\ufffdb');
    } finally {
      await store.close();
    }
  });

  test('the bytes of a body stay, the order of its names too', async () => {
    const store = await open();
    try {
      const session = await talk(store);
      const body = '{"z":1,  "a":"\\u00e9 é","z":2}';
      await store.sessions.commitBatch(
        [{ ...next(session, say('a'), 3000), answers: [{ key: 'k', fingerprint: 'f', body }] }],
        3000,
      );
      assert.equal((await store.sessions.findAnswer(session.id, 'k', 0))?.body, body);
    } finally {
      await store.close();
    }
  });

  test('several attempts of one call in a batch are numbered in order, and end where the first delivery does', async () => {
    const store = await open();
    try {
      const session = await talk(store, 'a');
      const [first, second] = await store.deliveries.readLane(session.id, 'h1', 2);
      assert.ok(first && second);
      const failed = (attempts: number) =>
        ({
          ...first,
          attempts,
          at: attempts,
          state: 'owed',
          dueAt: 50,
          failure: `no ${attempts}`,
          status: 503,
          excerpt: null,
        }) as const;
      await store.deliveries.record([
        failed(1),
        failed(2),
        { ...first, attempts: 3, at: 9, state: 'delivered' },
        failed(4),
      ]);
      const found = await store.deliveries.find(first);
      assert.deepEqual(
        [found?.state, found?.attempts, found?.settledAt, found?.lastFailure],
        ['delivered', 3, 9, 'no 2'],
      );
      const numbers = (await store.deliveries.attempts(first)).map(({ number, cause }) => [number, cause]);
      assert.deepEqual(numbers, [
        [1, 'no 1'],
        [2, 'no 2'],
        [3, 'no 4'],
      ]);
      const many = Array.from({ length: 40 }, (_, index) => ({ ...failed(index + 1), ...pick(second) }));
      await store.deliveries.record(many);
      const kept = (await store.deliveries.attempts(second)).map(({ number }) => number);
      assert.deepEqual(kept, [1, 2, 3, 4, 5, ...Array.from({ length: 20 }, (_, index) => 21 + index)]);
    } finally {
      await store.close();
    }
  });
}

const pick = ({ sessionId, lane, seq, part }: { sessionId: string; lane: string; seq: number; part: number }) => ({
  ...{ sessionId, lane, seq, part },
});

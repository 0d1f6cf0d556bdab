// The simulated database is worth what it is like: it must answer several instances as PostgreSQL does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { startTestServer, type TestServer } from '../../../src/store/postgres/server.contract.ts';
import type { HeldSession } from '../../../src/store/shared.ts';
import type { Store } from '../../../src/store/store.ts';
import { contents } from '../disk/kit/contents.ts';
import { sessionIds, type Write, write, writes } from '../disk/kit/writes.ts';
import { sharedAtOnce } from './kit.ts';
import type { SharedStores } from './stores.ts';

let started: TestServer | undefined;
before(async () => {
  started = await startTestServer();
});
after(async () => {
  await started?.stop();
});

type Instance = Pick<Store, 'sessions' | 'deliveries' | 'agents' | 'users'> & Pick<SharedStores, 'shared'>;

const acts = [
  'renew',
  'late',
  'take over',
  'held',
  'release',
  'release old',
  'give up',
  'versions',
  'join',
  'leave',
] as const;

/** What one instance does: a write, or something that only those on a shared database do. */
type Act = Readonly<{ instance: number; what: (typeof acts)[number] | 'claim' | Write }>;

const actArbitrary: fc.Arbitrary<readonly Act[]> = writes.chain((all) =>
  fc
    .array(fc.record({ instance: fc.nat(1), what: fc.constantFrom(...acts, 'claim' as const) }), {
      minLength: all.length,
      maxLength: all.length,
    })
    .chain((others) =>
      fc.constant(
        all.flatMap((one, index): readonly Act[] => {
          const other = others[index];
          if (other === undefined) return [{ instance: 0, what: one }];
          const written = { instance: (one.choice + other.instance) % 2, what: one };
          return one.call % 3 === 0 ? [written, other] : [written];
        }),
      ),
    ),
);

const farMs = 1e9;

/** Each after the other. @returns what each was answered. */
async function play(instances: readonly Instance[], all: readonly Act[]): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const { shared } of instances) answers.push(await shared.join(farMs));
  let [at, number] = [1_000, 0];
  for (const { instance, what } of all) {
    const one = instances[instance];
    if (one === undefined) continue;
    if (typeof what === 'string') answers.push(await actOf(one, what, at));
    else {
      answers.push(await write(one, [what], { at, number }));
      at += what.waitMs;
      number += 1;
    }
  }
  return answers;
}

async function actOf({ shared, sessions }: Instance, what: Exclude<Act['what'], Write>, at: number): Promise<unknown> {
  switch (what) {
    case 'renew':
      return shared.renew(farMs);
    case 'late':
      return shared.renew(-farMs);
    case 'take over':
      return inOrder(await shared.takeOver(99, at % 2 === 0));
    case 'held':
      return inOrder(await shared.held());
    case 'release':
      return inOrder(await shared.release(inOrder(await shared.held()).slice(0, 2)));
    case 'release old':
      return shared.release((await shared.held()).map((one) => ({ ...one, owedSeq: one.owedSeq - 1 })));
    case 'give up':
      return shared.giveUp(sessionIds.slice(2));
    case 'versions':
      return [...(await shared.versions(sessionIds))].sort();
    case 'join':
      return shared.join(farMs);
    case 'leave':
      return shared.leave();
    case 'claim':
      return [...(await sessions.claimDue(at, 99))].sort();
  }
}

/** PostgreSQL gives those that are due in any order, and of those due at the same instant any. */
const dueInOrder = <Stores extends Instance>(stores: Stores): Stores => ({
  ...stores,
  sessions: {
    ...stores.sessions,
    claimDue: async (at: number) => [...(await stores.sessions.claimDue(at, 99))].sort(),
  },
});

const inOrder = (held: readonly HeldSession[]): readonly HeldSession[] =>
  held.toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1));

const limits = { numRuns: 8, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false } as const;

test('whatever two instances do, the simulated database answers them as PostgreSQL does', async () => {
  await fc.assert(
    fc.asyncProperty(actArbitrary, async (all) => {
      const url = await started?.newDatabase();
      assert.ok(url !== undefined);
      const real = [await openPostgresStore(url, 1_000), await openPostgresStore(url, 1_000)];
      const { connect } = sharedAtOnce();
      const played = [connect(), connect()];
      try {
        assert.deepEqual(await play(played, all), await play(real, all));
        const [ours, theirs] = [played[0], real[0]];
        assert.ok(ours !== undefined && theirs !== undefined);
        assert.deepEqual(await contents(dueInOrder(ours)), await contents(dueInOrder(theirs)));
      } finally {
        for (const store of real) await store.close();
      }
    }),
    limits,
  );
});

import assert from 'node:assert/strict';
import type { ParameterValues } from '../core/flow/parameters.ts';
import { checksOn, newId, next, opening, say, start, talk } from './kit.contract.ts';
import type { SessionCommit, Store } from './store.ts';

type Kept = NonNullable<SessionCommit['userParameters']>;

const keeping = (userId: string, values: ParameterValues): Kept => ({ userId, values });
const opened = (kept: Kept): SessionCommit => ({ ...opening(start(newId())), userParameters: kept });

/** What every store keeps of users. @param open a new, empty store. */
export function usersContract(open: () => Promise<Pick<Store, 'sessions' | 'users' | 'close'>>): void {
  const check = checksOn(open);

  check('what a commit keeps for a user is there with it, by name, and for nobody else', async (store) => {
    const odd = '\u{1f44b} "é"/%\n\\\u2028'.repeat(16);
    await store.sessions.commitBatch([opened(keeping('ada', { tier: 'gold', SEEN: ['a', '"\n\u{1f44b}'] }))], 1000);
    await store.sessions.commitBatch([opened(keeping(odd, { ...JSON.parse('{"__proto__":"x"}'), tier: '' }))], 1000);
    assert.deepEqual(await store.users.parameters('ada'), { SEEN: ['a', '"\n\u{1f44b}'], tier: 'gold' });
    assert.deepEqual(Object.entries(await store.users.parameters(odd)), [
      ['__proto__', 'x'],
      ['tier', ''],
    ]);
    assert.deepEqual(await store.users.parameters('ADA'), {});
  });

  check('names that are not set again stay, those that are have the new value', async (store) => {
    await store.sessions.commitBatch([opened(keeping('ada', { tier: 'gold', city: 'Ulm' }))], 1000);
    await store.sessions.commitBatch([opened(keeping('ada', { tier: ['lead'] }))], 900);
    assert.deepEqual(await store.users.parameters('ada'), { city: 'Ulm', tier: ['lead'] });
  });

  check('of one batch the last commit of a user wins, and one that was overtaken keeps nothing', async (store) => {
    const session = await talk(store, 'a');
    const late = { ...next(session, say('late'), 3000), userParameters: keeping('ada', { tier: 'late', x: 'late' }) };
    await store.sessions.commitBatch([next(session, say('first'), 3000)], 3000);
    const batch = [
      opened(keeping('ada', { tier: 'one', city: 'Ulm' })),
      opened(keeping('bob', { tier: 'his' })),
      opened(keeping('ada', { tier: 'two' })),
      late,
    ];
    const results = await store.sessions.commitBatch(batch, 3000);
    assert.deepEqual(results, ['committed', 'committed', 'committed', 'conflict']);
    assert.deepEqual(await store.users.parameters('ada'), { city: 'Ulm', tier: 'two' });
    assert.deepEqual(await store.users.parameters('bob'), { tier: 'his' });
  });

  check('the order of a batch holds where one session has several commits in it', async (store) => {
    const session = await talk(store);
    const first = { ...next(session, say('a'), 3000), userParameters: keeping('ada', { x: 'first', y: 'first' }) };
    const second = {
      ...next(first.session, say('b'), 3000),
      userParameters: keeping('ada', { x: 'second', y: 'second' }),
    };
    const third = opened(keeping('ada', { x: 'third' }));
    await store.sessions.commitBatch([first, second, third], 3000);
    assert.deepEqual(await store.users.parameters('ada'), { x: 'third', y: 'second' });
  });

  check('a batch that fails keeps nothing for anybody', async (store) => {
    const [event] = next(await talk(store, 'x'), say('c'), 3000).events;
    assert.ok(event);
    const twice = { ...next(await talk(store, 'x'), say('c'), 3000), events: [event, event] };
    await assert.rejects(store.sessions.commitBatch([opened(keeping('ada', { tier: 'gold' })), twice], 3000));
    assert.deepEqual(await store.users.parameters('ada'), {});
  });

  check('a user is forgotten, and others are not', async (store) => {
    for (const user of ['ada', 'bob']) {
      await store.sessions.commitBatch([opened(keeping(user, { tier: 'gold', city: 'Ulm' }))], 1000);
    }
    assert.deepEqual([await store.users.forget('ada'), await store.users.forget('ada')], [2, 0]);
    assert.deepEqual(await store.users.parameters('ada'), {});
    assert.deepEqual(await store.users.parameters('bob'), { city: 'Ulm', tier: 'gold' });
    await store.sessions.commitBatch([opened(keeping('ada', { tier: 'new' }))], 2000);
    assert.deepEqual(await store.users.parameters('ada'), { tier: 'new' });
  });
}

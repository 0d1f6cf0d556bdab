import assert from 'node:assert/strict';
import { checksOn, flow } from './kit.contract.ts';
import type { Store } from './store.ts';

/** What every store keeps of virtual agents. @param open a new, empty store. */
export function agentsContract(open: () => Promise<Pick<Store, 'agents' | 'close'>>): void {
  const check = checksOn(open);

  check('versions of a virtual agent are kept, also of one that was removed', async (store) => {
    const secret = { sealed: 'one', createdAt: 1 };
    assert.equal((await store.agents.publish('a', flow, secret, 1)).version, 1);
    assert.equal(
      (await store.agents.publish('a', { ...flow, name: 'Second' }, { ...secret, sealed: 'two' }, 2)).version,
      2,
    );
    assert.equal((await store.agents.find('a'))?.flow.name, 'Second');
    assert.equal((await store.agents.findFlow('a', 1))?.name, 'Store');
    assert.deepEqual(await store.agents.secrets('a'), [secret]);
    await store.agents.addSecret('a', { sealed: 'b', createdAt: 2 });
    await store.agents.addSecret('a', { sealed: 'c', createdAt: 3 });
    assert.deepEqual(
      (await store.agents.secrets('a')).map(({ sealed }) => sealed),
      ['c', 'b'],
    );
    assert.equal(await store.agents.remove('a'), true);
    assert.equal(await store.agents.remove('a'), false);
    assert.equal(await store.agents.find('a'), null);
    assert.equal((await store.agents.findFlow('a', 2))?.name, 'Second');
    assert.equal((await store.agents.publish('a', flow, secret, 3)).version, 3);
    assert.equal((await store.agents.list()).length, 1);
  });
}

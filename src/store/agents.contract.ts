import assert from 'node:assert/strict';
import type { AgentStore, Terms } from './agents.ts';
import { encodeBody } from './codec.ts';
import { checksOn, flow } from './kit.contract.ts';
import type { Store } from './store.ts';

type Publication = Awaited<ReturnType<AgentStore['publish']>>;
type Agents = Pick<Store, 'agents' | 'close'>;

const secret = { sealed: 'one', createdAt: 1 };
const named = (name: string) => ({ ...flow, name });

/** The number of the version that was published. */
async function publish(agents: AgentStore, ...about: Parameters<AgentStore['publish']>): Promise<number> {
  const published = await agents.publish(...about);
  assert.ok('version' in published && !('overtaken' in published), JSON.stringify(published));
  return published.version;
}

/** What every store keeps of virtual agents. @param open a new, empty store. */
export function agentsContract(open: () => Promise<Agents>): void {
  versionsContract(open);
  basesContract(open);
  draftsContract(open);
  draftPublicationContract(open);
  trialsContract(open);
}

function versionsContract(open: () => Promise<Agents>): void {
  const check = checksOn(open);

  check('versions of a virtual agent are kept, also of one that was removed', async ({ agents }) => {
    assert.equal(await publish(agents, 'a', flow, secret, 1), 1);
    assert.equal(await publish(agents, 'a', named('Second'), { ...secret, sealed: 'two' }, 2), 2);
    assert.equal((await agents.find('a'))?.flow.name, 'Second');
    assert.equal((await agents.findFlow('a', 1))?.name, 'Store');
    assert.deepEqual(await agents.secrets('a'), [secret]);
    await agents.addSecret('a', { sealed: 'b', createdAt: 2 });
    await agents.addSecret('a', { sealed: 'c', createdAt: 3 });
    assert.deepEqual(
      (await agents.secrets('a')).map(({ sealed }) => sealed),
      ['c', 'b'],
    );
    assert.equal(await agents.remove('a'), true);
    assert.equal(await agents.remove('a'), false);
    assert.equal(await agents.find('a'), null);
    assert.equal((await agents.findFlow('a', 2))?.name, 'Second');
    assert.equal(await publish(agents, 'a', flow, secret, 3), 3);
    assert.equal((await agents.list()).length, 1);
  });

  check('the history tells who published what and when, newest first, in pages', async ({ agents }) => {
    const odd = 'Störe \u0000 \u{1f44b}';
    await publish(agents, 'a', named(odd), secret, 1);
    await publish(agents, 'a', named('Second'), secret, 2, { by: 'Käthe' });
    await publish(agents, 'a', named(odd), secret, 3, { by: 'BATON_KEY', restoredFrom: 1 });
    await publish(agents, 'b', named('Another'), secret, 4);
    const all = await agents.listVersions('a', null, 9);
    assert.deepEqual(all, [
      { version: 3, publishedAt: 3, publishedBy: 'BATON_KEY', restoredFrom: 1, name: odd, isCurrent: true },
      { version: 2, publishedAt: 2, publishedBy: 'Käthe', restoredFrom: null, name: 'Second', isCurrent: false },
      { version: 1, publishedAt: 1, publishedBy: null, restoredFrom: null, name: odd, isCurrent: false },
    ]);
    assert.deepEqual(await agents.listVersions('a', null, 2), all.slice(0, 2));
    assert.deepEqual(await agents.listVersions('a', 2, 2), all.slice(2));
    assert.deepEqual(await agents.listVersions('none', null, 9), []);
    assert.deepEqual(await agents.readVersion('a', 2), { ...all[1], flow: named('Second') });
    assert.equal(await agents.readVersion('a', 4), null);
    await agents.remove('a');
    assert.deepEqual(
      (await agents.listVersions('a', null, 9)).map(({ isCurrent }) => isCurrent),
      [false, false, false],
    );
  });
}

function basesContract(open: () => Promise<Agents>): void {
  const check = checksOn(open);

  check('a version that names another base than the published one changes nothing', async ({ agents }) => {
    const overtaken = (version: number | null) => ({ overtaken: 'version', version });
    assert.deepEqual(await agents.publish('a', flow, secret, 1, { base: 1 }), overtaken(null));
    assert.deepEqual([await agents.find('a'), await agents.secrets('a')], [null, []]);
    assert.equal(await publish(agents, 'a', flow, secret, 1, { base: null }), 1);
    for (const base of [null, 2]) {
      assert.deepEqual(await agents.publish('a', flow, secret, 2, { base }), overtaken(1));
    }
    assert.equal(await publish(agents, 'a', flow, secret, 2, { base: 1 }), 2);
    assert.equal(await publish(agents, 'a', flow, secret, 3), 3);
    await agents.remove('a');
    assert.deepEqual(await agents.publish('a', flow, secret, 4, { base: 3 }), overtaken(null));
    assert.equal(await publish(agents, 'a', flow, secret, 4, { base: null }), 4);
    assert.equal((await agents.listVersions('a', null, 9)).length, 4);
  });

  check('of many who publish at once on the same base exactly one wins', async ({ agents }) => {
    let base: number | null = null;
    for (let round = 1; round <= 5; round += 1) {
      const terms: Terms = { base };
      const all: Publication[] = await Promise.all(
        Array.from({ length: 8 }, (_, rival) => agents.publish('a', named(`${round} ${rival}`), secret, round, terms)),
      );
      const won = all.flatMap((one) => ('overtaken' in one ? [] : [one]));
      assert.deepEqual(
        won.map(({ version }) => version),
        [round],
      );
      assert.equal((await agents.find('a'))?.flow.name, won[0]?.flow.name);
      const lost = all.filter((one) => 'overtaken' in one);
      assert.deepEqual(new Set(lost.map(encodeBody)), new Set([encodeBody({ overtaken: 'version', version: round })]));
      base = round;
    }
    assert.equal((await agents.listVersions('a', null, 99)).length, 5);
  });
}

function draftsContract(open: () => Promise<Agents>): void {
  const check = checksOn(open);
  const overtaken = (revision: number | null) => ({ overtaken: 'draft', revision });

  check('a draft is saved on the revision that was read, and on no other', async ({ agents }) => {
    const first = { id: 'a', revision: 1, base: null, updatedAt: 1, definition: { name: 'Half', odd: '\u0000' } };
    assert.equal(await agents.findDraft('a'), null);
    assert.deepEqual(await agents.saveDraft('a', { definition: {}, revision: 1 }, 1), overtaken(null));
    assert.deepEqual(await agents.saveDraft('a', { definition: first.definition }, 1), first);
    assert.deepEqual(await agents.findDraft('a'), first);
    const second = { definition: { name: 7 }, revision: 1, base: 3 };
    const saved = { id: 'a', revision: 2, base: 3, updatedAt: 2, definition: { name: 7 } };
    assert.deepEqual(await agents.saveDraft('a', second, 2), saved);
    for (const revision of [undefined, 1, 3]) {
      assert.deepEqual(await agents.saveDraft('a', { definition: {}, revision }, 3), overtaken(2));
    }
    assert.deepEqual(await agents.saveDraft('a', second, 3), saved, 'a repeat changes nothing');
    assert.deepEqual(await agents.findDraft('a'), saved);
    const third = { id: 'a', revision: 3, base: 3, updatedAt: 4, definition: { name: 'Third' } };
    assert.deepEqual(await agents.saveDraft('a', { definition: third.definition, revision: 2 }, 4), third);
    const { definition, ...rest } = third;
    assert.deepEqual(await agents.listDrafts(), [{ ...rest, ...definition }]);
  });

  check('a draft begins on the published version, and its revision never comes again', async ({ agents }) => {
    await publish(agents, 'a', flow, secret, 1);
    await publish(agents, 'a', flow, secret, 2);
    const first = await agents.saveDraft('a', { definition: {} }, 3);
    assert.deepEqual(first, { id: 'a', revision: 1, base: 2, updatedAt: 3, definition: {} });
    assert.deepEqual(await agents.removeDraft('a', 2), overtaken(1));
    assert.equal(await agents.removeDraft('a', 1), 'removed');
    assert.equal(await agents.removeDraft('a', 1), 'not-found');
    assert.equal(await agents.removeDraft('none', null), 'not-found');
    assert.deepEqual([await agents.findDraft('a'), await agents.listDrafts()], [null, []]);
    assert.deepEqual(await agents.saveDraft('a', { definition: {}, revision: 1 }, 4), overtaken(null));
    const again = await agents.saveDraft('a', { definition: {}, base: null }, 5);
    assert.deepEqual(again, { id: 'a', revision: 2, base: null, updatedAt: 5, definition: {} });
    assert.deepEqual(await agents.saveDraft('a', { definition: { name: 'late' }, revision: 1 }, 6), overtaken(2));
    assert.equal(await agents.removeDraft('a', null), 'removed');
  });

  check('of many who save at once exactly one wins', async ({ agents }) => {
    for (const revision of [undefined, 1, 2]) {
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, rival) =>
          agents.saveDraft('a', { definition: { name: `${revision} ${rival}` }, revision }, 1),
        ),
      );
      const won = all.filter((one) => !('overtaken' in one));
      assert.deepEqual(won, [await agents.findDraft('a')]);
    }
  });
}

function draftPublicationContract(open: () => Promise<Agents>): void {
  const check = checksOn(open);

  check('a draft is gone with its publication, and stays when that is overtaken', async ({ agents }) => {
    await agents.saveDraft('a', { definition: flow }, 1);
    assert.deepEqual(await agents.publish('a', flow, secret, 2, { draft: 2, base: null }), {
      ...{ overtaken: 'draft', revision: 1 },
    });
    assert.equal(await publish(agents, 'a', flow, secret, 2, { draft: 1, base: null }), 1);
    assert.deepEqual(await agents.publish('a', flow, secret, 2, { draft: 1, base: 1 }), {
      ...{ overtaken: 'draft', revision: null },
    });
    await agents.saveDraft('a', { definition: flow }, 3);
    await publish(agents, 'a', named('Meanwhile'), secret, 4);
    const before = await agents.findDraft('a');
    assert.deepEqual([before?.revision, before?.base], [2, 1]);
    assert.deepEqual(await agents.publish('a', flow, secret, 5, { draft: 2, base: 1 }), {
      ...{ overtaken: 'version', version: 2 },
    });
    assert.deepEqual(await agents.findDraft('a'), before);
    assert.equal((await agents.find('a'))?.flow.name, 'Meanwhile');
    assert.equal(await publish(agents, 'a', flow, secret, 6, { draft: 2, base: 2 }), 3);
    assert.equal(await agents.findDraft('a'), null);
  });

  check('of a save and many publications of a draft at once one comes first', async ({ agents }) => {
    let base: number | null = null;
    for (let round = 0; round < 6; round += 1) {
      const begun = await agents.saveDraft('a', { definition: flow }, round);
      assert.ok('definition' in begun);
      const { revision } = begun;
      const terms: Terms = { draft: revision, base };
      const publications: Promise<Publication>[] = [1, 2, 3].map(() => agents.publish('a', flow, secret, round, terms));
      const save = agents.saveDraft('a', { definition: { name: 'late' }, revision }, round);
      const published = (await Promise.all(publications)).filter((one) => !('overtaken' in one));
      const saved = !('overtaken' in (await save));
      assert.equal(published.length + (saved ? 1 : 0), 1);
      base = await agents.findVersion('a');
      const draft = await agents.findDraft('a');
      assert.equal(draft !== null, saved);
      if (draft !== null) await agents.removeDraft('a', draft.revision);
    }
  });
}

function trialsContract(open: () => Promise<Agents>): void {
  const check = checksOn(open);
  const sealed = async ({ secrets }: AgentStore, id = 'a') => (await secrets(id)).map((one) => one.sealed);
  const kept = { secret, forgetBefore: 0 };

  check('a trial is found by its number, and is no version', async ({ agents }) => {
    await agents.saveDraft('a', { definition: flow }, 1);
    await agents.keepTrial('a', { ...kept, version: -2, flow: named('Trial'), at: 1 });
    assert.equal((await agents.findFlow('a', -2))?.name, 'Trial');
    assert.equal(await agents.findFlow('a', -3), null);
    assert.deepEqual([await agents.find('a'), await agents.findVersion('a'), await agents.list()], [null, null, []]);
    assert.deepEqual(await agents.listVersions('a', null, 9), []);
    assert.equal(await agents.remove('a'), false);
    assert.equal(await publish(agents, 'a', flow, { ...secret, sealed: 'later' }, 2, { draft: 1, base: null }), 1);
    assert.deepEqual(await sealed(agents), ['one'], 'what is published keeps the secret of its trials');
    await agents.keepTrial('a', { ...kept, version: -4, flow: named('Trial'), at: 3 });
    assert.equal((await agents.listVersions('a', null, 9)).length, 1);
    assert.equal(await agents.readVersion('a', -2), null);
    assert.equal(await publish(agents, 'a', flow, secret, 4, { base: 1 }), 2);
    await agents.remove('a');
    assert.equal((await agents.findFlow('a', -4))?.name, 'Trial');
  });

  check('a trial that was not kept again for long is forgotten, those of others stay', async ({ agents }) => {
    const trial = { ...kept, flow: named('Trial') };
    for (const id of ['a', 'b']) await agents.keepTrial(id, { ...trial, version: -2, at: 10 });
    await agents.keepTrial('a', { ...trial, version: -3, at: 10 });
    await agents.keepTrial('a', { ...trial, version: -2, flow: named('Never told'), at: 20 });
    assert.equal((await agents.findFlow('a', -2))?.name, 'Trial', 'its number means one definition for ever');
    await publish(agents, 'a', flow, secret, 5);
    await agents.keepTrial('a', { ...trial, version: -4, at: 30, forgetBefore: 20 });
    const found = await Promise.all([-2, -3, -4, 1].map((version) => agents.findFlow('a', version)));
    assert.deepEqual(
      found.map((one) => one?.name),
      ['Trial', undefined, 'Trial', 'Store'],
    );
    assert.equal((await agents.findFlow('b', -2))?.name, 'Trial');
  });

  check('of many who give the first secret at once one does, and a rotation goes on from it', async ({ agents }) => {
    await agents.saveDraft('a', { definition: flow }, 1);
    const rivals = Array.from({ length: 6 }, (_, rival) => ({ sealed: `${rival}`, createdAt: 1 }));
    await Promise.all([
      ...rivals.map((one) => agents.giveSecret('a', one)),
      agents.keepTrial('a', { ...kept, version: -2, flow, at: 1 }),
      agents.publish('a', flow, secret, 1),
    ]);
    const [first, ...more] = await sealed(agents);
    assert.deepEqual(more, []);
    await agents.giveSecret('a', { sealed: 'late', createdAt: 2 });
    assert.deepEqual(await sealed(agents), [first]);
    await agents.saveDraft('b', { definition: flow }, 1);
    await agents.giveSecret('b', secret);
    await Promise.all(rivals.map((one) => agents.addSecret('b', one)));
    assert.equal((await sealed(agents, 'b')).length, 2);
  });
}

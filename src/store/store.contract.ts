import assert from 'node:assert/strict';
import { sessionReport } from '../contract/insights.ts';
import { systemRandom } from '../platform/random.ts';
import { agentsContract } from './agents.contract.ts';
import { deliveriesContract } from './deliveries.contract.ts';
import { checksOn, newId, next, opening, start, talk } from './kit.contract.ts';
import { peopleContract } from './people.contract.ts';
import { sessionsContract } from './sessions.contract.ts';
import { type AuditEntry, mostKeys, type SessionFilter, type Store, unknownActor } from './store.ts';
import { usersContract } from './users.contract.ts';

const uuidAt = systemRandom().uuid;

/** What conversations stand on. */
export type ConversationStore = Pick<Store, 'sessions' | 'deliveries' | 'agents' | 'users' | 'close'>;

/** What every store keeps of conversations, whatever is under it. @param open a new, empty store. */
export function conversationContract(open: () => Promise<ConversationStore>): void {
  sessionsContract(open);
  deliveriesContract(open);
  agentsContract(open);
  usersContract(open);
}

/** What every store keeps, whatever engine is under it. @param open a new, empty store. */
export function storeContract(open: () => Promise<Store>): void {
  conversationContract(open);
  peopleContract(open);
  const check = checksOn(open);

  const key = { id: 'k1', hash: 'h', label: 'desk', scopes: ['read', 'init'], createdAt: 5 };
  const bare = { prefix: null, requestsPerSecond: null, expiresAt: null, revokedAt: null, lastUsedAt: null };
  const stored = { ...key, ...bare, successor: null };

  check('keys are kept with all that was asked, and revoked once', async (store) => {
    const asked = { prefix: 'baton_abc', requestsPerSecond: 3, expiresAt: 50 };
    await store.keys.add(key);
    await store.keys.add({ ...key, ...asked, id: 'k2', hash: 'i', createdAt: 6 });
    const second = { ...stored, ...asked, id: 'k2', hash: 'i', createdAt: 6 };
    assert.deepEqual(await store.keys.list(), [stored, second]);
    assert.equal(await store.keys.revoke('k1', 9, true), 'revoked');
    assert.equal(await store.keys.revoke('k1', 10, true), 'revoked-before');
    assert.equal(await store.keys.revoke('k9', 10, true), 'not-found');
    assert.deepEqual(await store.keys.list(), [{ ...stored, revokedAt: 9 }, second]);
  });

  check('the stamp of the keys changes with them', async (store) => {
    const before = await store.keys.stamp();
    assert.equal(await store.keys.stamp(), before);
    await store.keys.add(key);
    assert.notEqual(await store.keys.stamp(), before);
  });

  check('a key that was revoked or has expired is not valid', async (store) => {
    await store.keys.add({ ...key, expiresAt: 50 });
    await store.keys.add({ ...key, id: 'k2', hash: 'i' });
    const valid = async (at: number) => (await store.keys.valid(at)).map(({ id }) => id).sort();
    assert.deepEqual([await valid(49), await valid(50)], [['k1', 'k2'], ['k2']]);
    await store.keys.revoke('k2', 9, false);
    assert.deepEqual(await valid(10), ['k1']);
  });

  check('the last valid key that may manage stays, unless it is forced', async (store) => {
    const manager = (id: string, more: object = {}) => ({ ...key, id, hash: id, scopes: ['manage', 'read'], ...more });
    await store.keys.add(key);
    await store.keys.add(manager('m1'));
    await store.keys.add(manager('m2', { expiresAt: 50 }));
    assert.equal(await store.keys.revoke('m1', 50, true), 'last', 'the other one has expired');
    assert.equal(await store.keys.revoke('m1', 49, true), 'last', 'the other one ends before it');
    assert.equal(await store.keys.revoke('m2', 49, true), 'revoked', 'the other one stays');
    await store.keys.add(manager('m3'));
    assert.equal(await store.keys.revoke('m1', 49, true), 'revoked');
    assert.equal(await store.keys.revoke('m3', 49, true), 'last');
    assert.equal(await store.keys.revoke('m3', 49, false), 'revoked');
  });

  check('a rotated key ends when the overlap does, or before, and is rotated once', async (store) => {
    await store.keys.add(key);
    await store.keys.add({ ...key, id: 'soon', hash: 'soon', expiresAt: 30 });
    const successor = (id: string) => ({ ...key, id, hash: id, createdAt: 10 });
    assert.equal(await store.keys.rotate('k1', successor('k2'), 40), 'rotated');
    assert.equal(await store.keys.rotate('k1', successor('k3'), 40), 'not-valid');
    assert.equal(await store.keys.rotate('soon', successor('later'), 40), 'rotated');
    const ends = (await store.keys.list()).map(({ id, expiresAt, successor: next }) => [id, expiresAt, next]);
    assert.deepEqual(ends, [
      ['k1', 40, 'k2'],
      ['soon', 30, 'later'],
      ['k2', null, null],
      ['later', null, null],
    ]);
    assert.equal(await store.keys.rotate('k2', { ...successor('k1'), hash: 'h2' }, 1).catch(() => 'failed'), 'failed');
    assert.deepEqual((await store.keys.list())[2]?.successor, null, 'half a rotation is none');
  });

  check('a full table of keys forgets those that open nothing, and no other', async (store) => {
    const many = (index: number) => ({ ...key, id: `k${String(index).padStart(4, '0')}`, hash: `h${index}` });
    for (let index = 0; index < mostKeys; index += 1) await store.keys.add(many(index));
    assert.equal(await store.keys.add(many(5000)), false);
    assert.equal(await store.keys.rotate('k0007', many(5000), 9), 'full');
    await store.keys.revoke('k0003', 1, false);
    assert.equal(await store.keys.add(many(5000)), true);
    const ids = (await store.keys.list()).map(({ id }) => id);
    assert.deepEqual([ids.length, ids.includes('k0003'), ids.includes('k5000')], [mostKeys, false, true]);
  });

  check('the last use of a key goes forward only', async (store) => {
    await store.keys.add(key);
    await store.keys.noteUses([{ id: 'k1', at: 70 }]);
    await store.keys.noteUses([
      { id: 'k1', at: 60 },
      { id: 'gone', at: 60 },
    ]);
    assert.equal((await store.keys.list())[0]?.lastUsedAt, 70);
  });

  const entry = (at: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
    ...{ id: uuidAt(at), at, actor: 'desk', keyId: 'k1', address: '::1', operation: 'publishAgent' },
    ...{ target: 'support', status: null, code: null, ...more },
  });

  check('the audit log is read newest first, page by page, with what was begun', async (store) => {
    const entries = [1, 2, 3].map((at) => entry(at * 1000));
    for (const one of entries) await store.audit.begin(one);
    await store.audit.settle(entries[1]?.id ?? '', { target: 'other', status: 422, code: 'invalid-flow' });
    const first = await store.audit.list(null, 2);
    assert.deepEqual(first, [entries[2], { ...entries[1], target: 'other', status: 422, code: 'invalid-flow' }]);
    assert.deepEqual(await store.audit.list(first[1]?.id ?? '', 2), [entries[0]]);
  });

  check('old entries of the audit log are dropped, those of strangers earlier', async (store) => {
    const unknown = { actor: unknownActor, keyId: null };
    for (const at of [1000, 2000, 3000]) {
      await store.audit.begin(entry(at));
      await store.audit.begin(entry(at, unknown));
    }
    await store.audit.begin(entry(2000, { actor: unknownActor, keyId: 'a key of this label' }));
    assert.equal(await store.audit.forget({ before: 2000, unknownBefore: 3000, limit: 1 }), 2);
    assert.equal(await store.audit.forget({ before: 2000, unknownBefore: 3000, limit: 9 }), 1);
    assert.equal(await store.audit.forget({ before: 2000, unknownBefore: 3000, limit: 9 }), 0);
    const left = (await store.audit.list(null, 9)).map(({ at, keyId }) => [at, keyId]);
    assert.deepEqual(left.sort(), [
      [2000, 'a key of this label'],
      [2000, 'k1'],
      [3000, null],
      [3000, 'k1'],
    ]);
  });

  check('reports see what was committed', async (store) => {
    const session = await talk(store, 'a');
    const all = { offset: 0, limit: 10, mostEvents: 100 };
    const { total, events, reports } = await store.reports.sessions({ ...all, virtualAgentId: 'support' });
    assert.deepEqual([total, events], [1, session.version]);
    const log = await store.sessions.readEvents(session.id, 0, -1);
    const report = sessionReport(session, log, await store.deliveries.debt(session.id));
    assert.deepEqual(jsonOf(reports), [report]);
    assert.deepEqual(jsonOf(await store.reports.report(session.id)), report);
    assert.equal(await store.reports.report(newId()), null);
    assert.equal((await store.reports.sessions({ ...all, to: 1000 })).total, 0);
    assert.deepEqual(jsonOf((await store.reports.sessions({ ...all, virtualAgentId: 'other' })).reports), []);
  });

  check('reports are found by what became of their sessions', async (store) => {
    const [handedOver, alone] = [await talk(store, 'a'), opening(start(newId()))];
    const trial = opening({ ...start(newId()), flowVersion: -3 });
    await store.sessions.commitBatch([alone, trial], 1000);
    const over = next(alone.session, { kind: 'leave' }, 3000);
    await store.sessions.commitBatch([over], 3000);
    const found = async (filter: Partial<SessionFilter>) => {
      const { reports, total } = await store.reports.sessions({ offset: 0, limit: 10, mostEvents: 100, ...filter });
      const ids = (jsonOf(reports) as readonly { id: string }[]).map(({ id }) => id);
      assert.equal(total, ids.length);
      return ids.reverse();
    };
    const [first, second, third] = [handedOver.id, alone.session.id, trial.session.id];
    for (const [filter, ids] of [
      [{}, [first, second, third]],
      [{ isOpen: true }, [first, third]],
      [{ isOpen: false }, [second]],
      [{ hasHandoff: true }, [first]],
      [{ hasHandoff: false }, [second, third]],
      [{ isTrial: true }, [third]],
      [{ isTrial: false }, [first, second]],
      [{ isOpen: true, hasHandoff: false, isTrial: true, virtualAgentId: 'support' }, [third]],
      [{ isOpen: true, hasHandoff: false, isTrial: false }, []],
    ] as const) {
      assert.deepEqual(await found(filter), ids, JSON.stringify(filter));
    }
  });

  check('endpoints are told with what is owed to them, those first that fare worst', async (store) => {
    assert.deepEqual(await store.reports.endpoints(9), []);
    const [session, other] = [await talk(store, 'a', 'b'), await talk(store, 'c')];
    const at = (name: string) => `https://desk.example/${name}`;
    const well = { stuck: 0, dead: 0, oldestOwedAt: 2000, lastFailure: null };
    const [start, first, second] = await store.deliveries.readLane(session.id, 'h1', 10);
    assert.ok(start && first && second);
    assert.deepEqual(await store.reports.endpoints(9), [
      { ...well, url: at('inbound'), kinds: ['inbound'], owed: 3 },
      { ...well, url: at('start'), kinds: ['start'], owed: 2 },
    ]);
    const failed = { attempts: 1, at: 1, state: 'owed', status: 503, excerpt: null } as const;
    const [, late] = await store.deliveries.readLane(other.id, 'h1', 10);
    assert.ok(late);
    await store.deliveries.record([
      { ...start, ...failed, dueAt: 90, failure: 'first' },
      { ...late, ...failed, dueAt: 1_000, failure: 'later' },
      { ...first, ...failed, dueAt: 99, failure: 'before' },
      { ...second, attempts: 1, at: 9, state: 'delivered' },
    ]);
    const dead = { kind: 'report-dead', call: start, callKind: 'start', cause: 'gone', attempts: 2 } as const;
    const commit = next(session, dead, 5000);
    await store.sessions.commitBatch([commit], 5000);
    assert.deepEqual(await store.reports.endpoints(9), [
      { ...well, url: at('inbound'), kinds: ['inbound'], owed: 2, stuck: 2, lastFailure: 'later' },
      { ...well, url: at('start'), kinds: ['start'], owed: 1, dead: 1, lastFailure: 'gone' },
    ]);
    assert.deepEqual(
      (await store.reports.endpoints(1)).map(({ url }) => url),
      [at('inbound')],
    );
  });

  check('reports of too many events at once are not made, and one alone always is', async (store) => {
    const [first, second] = [await talk(store, 'a'), await talk(store, 'b', 'c')];
    const all = { offset: 0, limit: 10, mostEvents: first.version };
    const refused = await store.reports.sessions(all);
    assert.deepEqual(refused, { total: 2, events: first.version + second.version, reports: null });
    for (const offset of [0, 1]) {
      const { reports } = await store.reports.sessions({ ...all, offset, limit: 1, mostEvents: 1 });
      assert.equal((jsonOf(reports) as unknown[]).length, 1);
    }
  });
}

const jsonOf = (bytes: Uint8Array | null): unknown => bytes && JSON.parse(new TextDecoder().decode(bytes));

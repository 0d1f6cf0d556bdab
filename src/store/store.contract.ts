import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionReport } from '../contract/insights.ts';
import type { Command } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import type { EventOf } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import { wakeAt } from '../core/response-clock.ts';
import { begin, type Session } from '../core/session.ts';
import { systemRandom } from '../platform/random.ts';
import {
  type AuditEntry,
  type DeliveryRef,
  deliveryId,
  deliveryRefOf,
  mostKeys,
  type SessionCommit,
  type Store,
  unknownActor,
} from './store.ts';

const flow: Flow = {
  name: 'Store',
  start: 'human',
  nodes: {
    human: {
      type: 'live-agent-routing',
      startConnectionUrl: 'https://desk.example/start',
      inboundTransferUrl: 'https://desk.example/inbound',
      endedUrl: 'https://desk.example/ended',
      outputs: { default: null },
    },
  },
};

const uuidAt = systemRandom().uuid;

let made = 0;
const newId = (): string => {
  made += 1;
  return `01890000-0000-7000-8000-${String(made).padStart(12, '0')}`;
};

const start = (sessionId: string, at = 1000): EventOf<'session-started'> => ({
  kind: 'session-started',
  seq: 1,
  at,
  sessionId,
  virtualAgentId: 'support',
  flowVersion: 1,
  expiresAt: at + 86_400_000,
  parameters: { A: 'é\n"' },
});

function opening(event: EventOf<'session-started'>): SessionCommit {
  const session = begin(event);
  return { before: 0, session, events: [event], calls: [], changes: [], answers: [], wakeAt: wakeAt(session) };
}

function next(session: Session, command: Command, at: number): SessionCommit {
  const { events, calls, changes, session: after } = decide(flow, session, command, at);
  return { before: session.version, session: after, events, calls, changes, answers: [], wakeAt: wakeAt(after) };
}

const failure = (status: number | null, excerpt: string | null = null) => ({
  failure: status === null ? 'No answer within 10 s.' : `The desk answered ${status}.`,
  status,
  excerpt,
});

const say = (text: string): Command => ({ kind: 'say', messageId: newId(), clientId: text, text });

/** Opens a session, connects its socket and says some texts, each in a commit of its own. */
async function talk(store: Pick<Store, 'sessions'>, ...texts: readonly string[]): Promise<Session> {
  const open = opening(start(newId()));
  await store.sessions.commitBatch([open], 1000);
  let { session } = open;
  for (const command of [{ kind: 'connect-socket' } as const, ...texts.map(say)]) {
    const commit = next(session, command, 2000);
    assert.deepEqual(await store.sessions.commitBatch([commit], 2000), ['committed']);
    session = commit.session;
  }
  return session;
}

type Check<Kept> = (name: string, body: (store: Kept) => Promise<void>) => void;

/** Tests a store that is new for each test. */
function checker<Kept extends Pick<Store, 'close'>>(open: () => Promise<Kept>): Check<Kept> {
  return (name, body) => {
    test(name, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  };
}

/** What conversations stand on. */
export type ConversationStore = Pick<Store, 'sessions' | 'deliveries' | 'agents' | 'close'>;

/** What every store keeps of conversations, whatever is under it. @param open a new, empty store. */
export function conversationContract(open: () => Promise<ConversationStore>): void {
  const check = checker(open);

  check('what was committed is what is loaded, also past snapshots', async (store) => {
    const session = await talk(store, ...Array.from({ length: 100 }, (_, index) => `text ${index} \u{1f44b} é`));
    assert.deepEqual(await store.sessions.load(session.id), session);
    const events = await store.sessions.readEvents(session.id, 0, -1);
    assert.equal(events.length, session.version);
    assert.deepEqual(
      (await store.sessions.readEvents(session.id, 10, 3)).map(({ seq }) => seq),
      [11, 12, 13],
    );
    assert.equal(await store.sessions.load(newId()), null);
  });

  check('a commit that was overtaken changes nothing, the others of its batch stand', async (store) => {
    const [one, two] = [await talk(store, 'a'), await talk(store, 'b')];
    const [stale, fresh, other] = [
      next(one, say('late'), 3000),
      next(one, say('first'), 3000),
      next(two, say('x'), 3000),
    ];
    await store.sessions.commitBatch([fresh], 3000);
    assert.deepEqual(await store.sessions.commitBatch([stale, other], 3000), ['conflict', 'committed']);
    assert.deepEqual(await store.sessions.load(one.id), fresh.session);
    assert.deepEqual(await store.sessions.load(two.id), other.session);
    assert.deepEqual(await store.sessions.commitBatch([opening(start(one.id))], 3000), ['conflict']);
  });

  check('a batch that fails leaves nothing behind', async (store) => {
    const session = await talk(store, 'a');
    const good = next(session, say('b'), 3000);
    const [event] = good.events;
    assert.ok(event);
    const twice = { ...next(await talk(store, 'x'), say('c'), 3000), events: [event, event] };
    await assert.rejects(store.sessions.commitBatch([good, twice], 3000));
    assert.deepEqual(await store.sessions.load(session.id), session);
    assert.deepEqual(await store.sessions.commitBatch([good], 3000), ['committed']);
  });

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

  check('answers are found again until they are too old', async (store) => {
    const session = await talk(store);
    const answer = { key: 'k', fingerprint: 'f', body: '{"seq":1}' };
    await store.sessions.commitBatch([{ ...next(session, say('a'), 3000), answers: [answer] }], 3000);
    assert.deepEqual(await store.sessions.findAnswer(session.id, 'k', 3000), answer);
    assert.equal(await store.sessions.findAnswer(session.id, 'k', 3001), null);
    assert.equal(await store.sessions.findAnswer(session.id, 'other', 0), null);
  });

  check('sessions are due at their wake-up and no more when they have ended', async (store) => {
    const session = await talk(store);
    const due = wakeAt(session);
    assert.ok(due !== null);
    assert.equal(await store.sessions.nextWakeAt(0), due);
    assert.equal(await store.sessions.nextWakeAt(due - 1), due);
    assert.equal(await store.sessions.nextWakeAt(due), null, 'one that is due is not to come');
    assert.deepEqual(await store.sessions.due(due - 1, 10), []);
    assert.deepEqual(await store.sessions.due(due, 10), [session.id]);
    await store.sessions.commitBatch([next(session, { kind: 'leave' }, 3000)], 3000);
    assert.equal(await store.sessions.nextWakeAt(0), null);
  });

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

/** What every store keeps, whatever engine is under it. @param open a new, empty store. */
export function storeContract(open: () => Promise<Store>): void {
  conversationContract(open);
  const check = checker(open);

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

const pick = ({ sessionId, lane, seq, part }: DeliveryRef): DeliveryRef => ({ sessionId, lane, seq, part });

import type { Session } from '../../core/session.ts';
import { systemRandom } from '../../platform/random.ts';
import { flow, next, opening, say, start } from '../kit.contract.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import { type DeliveryRef, deliveryId, type SessionCommit, type Store, type StoredKey } from '../store.ts';

const day = 86_400_000;
export const noon = Date.UTC(2026, 10, 25, 12);
const uuidAt = systemRandom().uuid;
const failed = (status: number | null, excerpt: string | null) =>
  ({ failure: status === null ? 'No answer within 10 s.' : `The desk answered ${status}.`, status, excerpt }) as const;

type Talk = Readonly<{ session: () => Session; apply: (commit: SessionCommit) => Promise<void> }>;

async function openTalk(store: Store, at: number, texts: readonly string[]): Promise<Talk> {
  const first = opening(start(uuidAt(at), at));
  let { session } = first;
  const apply = async (commit: SessionCommit): Promise<void> => {
    const [result] = await store.sessions.commitBatch([commit], at);
    if (result !== 'committed') throw new Error('The commit was not made.');
    session = commit.session;
  };
  await apply(first);
  for (const command of [{ kind: 'connect-socket' } as const, ...texts.map(say)]) {
    await apply(next(session, command, at + 1));
  }
  return { session: () => session, apply };
}

/** An embedded database with everything that may be in one, made by the store. @returns the ids of its sessions. */
export async function fill(file: string): Promise<readonly string[]> {
  const store = openSqliteStore(file, noon);
  try {
    await fillAgents(store);
    await fillKeys(store);
    await fillAudit(store);
    await fillPeople(store);
    const ids: string[] = [];
    for (const at of kept.keys()) ids.push(...(await fillDay(store, at)));
    return ids;
  } finally {
    await store.close();
  }
}

async function fillAgents({ agents }: Store): Promise<void> {
  const secret = (sealed: string) => ({ sealed, createdAt: noon });
  await agents.publish('support', flow, secret('sealed 1'), noon);
  await agents.publish('support', { ...flow, name: 'Störe ✓' }, secret('unused'), noon + 1);
  for (const number of [2, 3]) await agents.addSecret('support', secret(`sealed ${number}`));
  await agents.publish('support', flow, secret('unused'), noon + 2, { base: 2, by: 'Käthe', restoredFrom: 1 });
  await agents.saveDraft('support', { definition: { name: 'Halb\0 ✓' } }, noon + 3);
  await agents.saveDraft('begun', { definition: {} }, noon);
  await agents.saveDraft('gone', { definition: {} }, noon);
  await agents.removeDraft('gone', 1);
  await agents.publish('gone', flow, secret('sealed'), noon);
  await agents.remove('gone');
}

async function fillKeys({ keys }: Store): Promise<void> {
  const make = (label: string, more: Partial<StoredKey> = {}) => ({
    ...{ id: uuidAt(noon), hash: `hash of ${label}`, label, scopes: ['init', 'manage'], createdAt: noon, ...more },
  });
  const [plain, ended, rotated, revoked] = [
    make('plain ü'),
    make('ended', { prefix: 'baton_abcdef', expiresAt: noon + 5, requestsPerSecond: 7 }),
    make('rotated'),
    make('revoked', { scopes: ['read'] }),
  ];
  for (const key of [plain, ended, rotated, revoked]) await keys.add(key);
  await keys.rotate(rotated.id, make('successor', { createdAt: noon + 1 }), noon + day);
  await keys.revoke(revoked.id, noon + 2, true);
  await keys.noteUses([{ id: plain.id, at: noon + 9 }]);
}

async function fillAudit({ audit }: Store): Promise<void> {
  const entry = { at: noon, actor: 'plain ü', keyId: null, address: null, operation: 'publish', target: 'support' };
  const known = { ...entry, id: uuidAt(noon), keyId: uuidAt(noon), address: '::1', status: null, code: null };
  await audit.begin(known);
  await audit.settle(known.id, { target: 'support 2', status: 409, code: 'conflict' });
  await audit.begin({ ...entry, id: uuidAt(noon + 1), status: null, code: null });
  await audit.begin({ ...entry, id: uuidAt(noon + 2), actor: 'unknown', status: 401, code: 'unauthorized' });
}

async function fillPeople({ people }: Store): Promise<void> {
  const named = { name: 'Ána \u{1f44b}', role: 'owner', passwordHash: '$argon2id$v=19$…', subject: null } as const;
  const signIn = { tokenHash: 'a sign-in', refreshedAt: noon + 1, expiresAt: noon + day };
  await people.add({ ...named, id: 'ana', email: 'ána@example.org', createdAt: noon }, null);
  await people.enterByPassword('ana', named.passwordHash, signIn);
  const subject = { issuer: 'https://id.example', subject: 'é|1' };
  await people.add(
    { ...named, ...{ id: 'bo', email: 'bo@example.org', passwordHash: null, createdAt: noon }, subject },
    {
      ...{ tokenHash: 'an invitation', kind: 'invitation', personId: 'bo', expiresAt: noon + day },
    },
  );
}

/** What the sessions of a day keep for a user each. */
const kept = new Map([
  [noon, { userId: 'ada', values: { tier: 'gold', SEEN: ['é "', '\n'] } }],
  [noon - day, { userId: 'Bö \u{1f44b}\u2028', values: { tier: 'nul \0', _: [] } }],
  [noon - 40 * day, { userId: 'B', values: { a: '' } }],
]);

async function fillDay(store: Store, at: number): Promise<readonly string[]> {
  const quiet = await openTalk(store, at, []);
  const ended = await openTalk(store, at, ['a', 'b \u0000 "é" \ud800 \u2028']);
  const userParameters = kept.get(at);
  await ended.apply({ ...next(ended.session(), { kind: 'disconnect' }, at + 3), userParameters });
  const settled = await openTalk(store, at, ['all', 'delivered']);
  const taken = await store.deliveries.readLane(settled.session().id, 'h1', 9);
  await store.deliveries.record(taken.map((one) => ({ ...one, attempts: 1, at: at + 5, state: 'delivered' as const })));
  const owed = await openTalk(store, at, ['a', 'b', 'c', 'd', 'e', 'f']);
  await quarrel(store, owed, at);
  const long = await openTalk(
    store,
    at,
    Array.from({ length: 90 }, (_, index) => `message ${index} `.repeat(20)),
  );
  return [quiet, ended, settled, owed, long].map(({ session }) => session().id);
}

/** Delivered, tried in vain, dead, replayed, skipped, and answers to the desk. */
async function quarrel({ deliveries }: Store, talk: Talk, at: number): Promise<void> {
  const [begun, first, second, third, fourth] = await deliveries.readLane(talk.session().id, 'h1', 9);
  if (!(begun && first && second && third && fourth)) throw new Error('The lane is too short.');
  await deliveries.record([{ ...begun, attempts: 1, at: at + 5, state: 'delivered' }]);
  for (let number = 1; number <= 40; number += 1) {
    const attempt = { ...first, attempts: number, at: at + number, dueAt: at + number + 1 };
    await deliveries.record([
      { ...attempt, state: 'owed', ...failed(number % 2 ? 503 : null, `busy\u0000 ${number} é`) },
    ]);
  }
  const settle = (call: DeliveryRef, state: 'dead' | 'skipped' | 'owed') =>
    state === 'dead'
      ? ({ kind: 'settle', call, state, attempts: 3, cause: 'The desk answered 404: \u0000.' } as const)
      : ({ kind: 'settle', call, state } as const);
  for (const change of [
    settle(second, 'dead'),
    settle(third, 'dead'),
    settle(fourth, 'skipped'),
    settle(third, 'owed'),
  ]) {
    const answers = [{ key: `key ${change.state}`, fingerprint: 'print', body: '{"é":"\\u0000"}' }];
    const commit = next(talk.session(), say(`${change.state} ${change.call.seq}`), at + 60);
    await talk.apply({ ...commit, changes: [change], answers });
  }
}

/** For what a store gives in whatever order. */
const inOrder = <Value>(values: readonly Value[], nameOf: (value: Value) => string): readonly Value[] =>
  values.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));

/** All that the functions of a store tell of what is in it. */
export async function readAll(store: Store, ids: readonly string[]): Promise<object> {
  const { sessions, deliveries, agents, keys, audit, users, people, reports } = store;
  const of = async (id: string): Promise<object> => {
    const calls = await deliveries.list({ sessionId: id, limit: 1_000 });
    const report = await reports.report(id);
    return {
      session: await sessions.load(id),
      events: await sessions.readEvents(id, 0, -1),
      messages: await sessions.readMessages(id, 1, 50, 30),
      event: await sessions.readEvent(id, 2),
      answers: await Promise.all(['dead', 'owed', 'none'].map((key) => sessions.findAnswer(id, `key ${key}`, 0))),
      calls,
      attempts: await Promise.all(calls.map((call) => deliveries.attempts(call))),
      found: await Promise.all(calls.map((call) => deliveries.find(call))),
      lane: await deliveries.readLane(id, 'h1', 5),
      open: await deliveries.open(id, 0, 99),
      debt: await deliveries.debt(id),
      report: report === null ? null : Buffer.from(report).toString(),
    };
  };
  const { reports: page, ...counts } = await reports.sessions({ offset: 0, limit: 100, mostEvents: 9_999 });
  const states = ['owed', 'stuck', 'delivered', 'dead', 'skipped'] as const;
  return {
    sessions: await Promise.all(ids.map(of)),
    nextWakeAt: await sessions.nextWakeAt(0),
    page: Buffer.from(page ?? []).toString(),
    counts,
    owed: await deliveries.owed(null, 1_000),
    owedIn: inOrder(await deliveries.owedIn(ids), deliveryId),
    lists: await Promise.all(states.map((state) => deliveries.list({ state, limit: 1_000 }))),
    count: await deliveries.count(),
    agents: await agents.list(),
    versions: await Promise.all(['support', 'gone', 'none'].map((id) => agents.findVersion(id))),
    flows: await Promise.all([1, 2, 3].map((version) => agents.findFlow('support', version))),
    history: await agents.listVersions('support', null, 9),
    drafts: [await agents.listDrafts(), await agents.findDraft('support'), await agents.findDraft('gone')],
    goneFlow: await agents.findFlow('gone', 1),
    secrets: await Promise.all(['support', 'gone'].map((id) => agents.secrets(id))),
    keys: await keys.list(),
    valid: inOrder(await keys.valid(noon + 4), ({ id }) => id),
    audit: await audit.list(null, 100),
    people: [await people.list(), await people.findSignIn('a sign-in'), await people.findLink('an invitation')],
    users: await Promise.all(['ada', 'Bö \u{1f44b}\u2028', 'B', 'none'].map((id) => users.parameters(id))),
  };
}

/** Many short sessions, in batches. @returns how many events they hold. */
export async function fillMany(file: string, sessions: number): Promise<number> {
  const store = openSqliteStore(file, noon);
  let events = 0;
  try {
    for (let begun = 0; begun < sessions; begun += 500) {
      const at = noon - (begun % 7) * day;
      let commits = Array.from({ length: 500 }, () => opening(start(uuidAt(at), at)));
      for (let step = 0; step < 15; step += 1) {
        await store.sessions.commitBatch(commits, at);
        events += commits.reduce((sum, commit) => sum + commit.events.length, 0);
        const command =
          step === 0
            ? ({ kind: 'connect-socket' } as const)
            : say(`A message, number ${step}, of fifty letters or so.`);
        commits = commits.map(({ session }) => next(session, command, at + step));
      }
    }
    return events;
  } finally {
    await store.close();
  }
}

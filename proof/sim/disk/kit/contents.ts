import type { DeliveryFilter, StoredDelivery } from '../../../../src/store/store.ts';
import type { DiskStores } from '../disk.ts';
import { agentIds, answerKeys, sessionIds, userIds } from './writes.ts';

const far = Number.MAX_SAFE_INTEGER;

/** Everything that can be read, by each way to read it. */
export async function contents(stores: DiskStores): Promise<unknown> {
  const calls = await stores.deliveries.list({ limit: 10_000 });
  return {
    sessions: await all(sessionIds, (id) => sessionOf(stores, id)),
    due: await dueOf(stores),
    calls: await callsOf(stores, calls),
    each: await all(calls, async (call) => [
      await stores.deliveries.find(call),
      await stores.deliveries.attempts(call),
    ]),
    agents: await stores.agents.list(),
    agent: await all(agentIds, (id) => agentOf(stores, id)),
    users: await all(userIds, async (id) => Object.entries(await stores.users.parameters(id))),
  };
}

const all = <Item, Result>(items: readonly Item[], read: (item: Item) => Promise<Result>): Promise<readonly Result[]> =>
  Promise.all(items.map(read));

async function sessionOf({ sessions, deliveries }: DiskStores, id: string): Promise<unknown> {
  const session = await sessions.load(id);
  const at = session?.at ?? 0;
  return {
    ...{ session, events: await sessions.readEvents(id, 0, -1), some: await sessions.readEvents(id, 4, 3) },
    single: await all([0, 1, 5, 9_999], (seq) => sessions.readEvent(id, seq)),
    messages: [await sessions.readMessages(id, 0, far, -1), await sessions.readMessages(id, 5, 30, 2)],
    answers: await all(answerKeys, (key) => sessions.findAnswer(id, key, 0)),
    late: await all(answerKeys, (key) => sessions.findAnswer(id, key, at)),
    debt: await deliveries.debt(id),
    open: [await deliveries.open(id, 0, far), await deliveries.open(id, 5, 20)],
    lanes: await all(['h1', 'h2', 's'], (lane) => deliveries.readLane(id, lane, 3)),
  };
}

async function dueOf({ sessions }: DiskStores): Promise<unknown> {
  const first = await sessions.nextWakeAt(0);
  return [
    first,
    await sessions.nextWakeAt(first ?? 0),
    await sessions.claimDue(first ?? 0, 9),
    await sessions.claimDue(far, 2),
  ];
}

async function callsOf({ deliveries }: DiskStores, calls: readonly StoredDelivery[]): Promise<unknown> {
  const after = calls[Math.floor(calls.length / 3)];
  const states: readonly DeliveryFilter['state'][] = ['owed', 'stuck', 'delivered', 'dead', 'skipped', undefined];
  return {
    ...{ calls, count: await deliveries.count() },
    owed: [await deliveries.owed(null, 1_000), await deliveries.owed(after ?? null, 2)],
    listed: await all(states, (state) => deliveries.list({ state, limit: 1_000 })),
    paged: await all(states, (state) => deliveries.list({ state, after, limit: 3 })),
    ofOne: await all(states, (state) => deliveries.list({ state, sessionId: sessionIds[1], after, limit: 5 })),
  };
}

async function agentOf({ agents }: DiskStores, id: string): Promise<unknown> {
  const [found, version, secrets] = [await agents.find(id), await agents.findVersion(id), await agents.secrets(id)];
  return { found, version, secrets, flows: await all([1, 2, 9], (number) => agents.findFlow(id, number)) };
}

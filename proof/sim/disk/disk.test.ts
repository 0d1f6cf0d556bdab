import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../../src/core/decide.ts';
import type { Flow } from '../../../src/core/flow/flow.ts';
import { begin, type Session } from '../../../src/core/session.ts';
import { conversationContract } from '../../../src/store/store.contract.ts';
import { createDisk, type Disk } from './disk.ts';

const nobody = { onDurable: () => {}, onPublished: () => {} };

conversationContract(async () => ({
  ...createDisk(nobody).open({ flush: async () => {} }),
  close: async () => {},
}));

const flow: Flow = {
  name: 'Disk',
  start: 'human',
  nodes: {
    human: {
      type: 'live-agent-routing',
      ...{ startConnectionUrl: 'https://desk.example/start', inboundTransferUrl: 'https://desk.example/inbound' },
      ...{ statusDeliveryUrl: 'https://desk.example/status', endedUrl: 'https://desk.example/ended' },
      outputs: { default: 'human' },
    },
  },
};

const id = '01890000-0000-7000-8000-000000000001';

const opened: Session = begin({
  ...{ kind: 'session-started', seq: 1, at: 0, sessionId: id, virtualAgentId: 'a', flowVersion: 1 },
  ...{ expiresAt: 1e9, parameters: {} },
});

/** Writes of a conversation, one after another. */
async function write(disk: Disk, count: number): Promise<void> {
  const { sessions, deliveries, agents } = disk.open({ flush: async () => {} });
  const event = { kind: 'session-started', seq: 1, at: 0, sessionId: id, virtualAgentId: 'a', flowVersion: 1 } as const;
  let session = opened;
  for (let number = 0; number < count; number += 1) {
    if (number % 7 === 3) {
      const attempt = { sessionId: id, lane: 'h1', seq: 5, part: 0, attempts: number, at: number, failure: 'x' };
      await deliveries.record([{ ...attempt, state: 'owed', dueAt: number, status: 500, excerpt: null }]);
    } else if (number % 7 === 5) await agents.publish('a', flow, { sealed: 's', createdAt: 0 }, number);
    else if (number === 0) {
      const first = { ...event, expiresAt: 1e9, parameters: {} };
      const commit = { before: 0, session, events: [first], calls: [], changes: [], answers: [], wakeAt: 1e9 };
      await sessions.commitBatch([commit], 0);
    } else {
      const command =
        number === 1
          ? ({ kind: 'connect-socket' } as const)
          : ({ kind: 'say', messageId: `m${number}`, clientId: `c${number}`, text: 'x' } as const);
      const { session: after, events, calls, changes } = decide(flow, session, command, number);
      const answers = [{ key: `k${number % 3}`, fingerprint: `${number}`, body: '{}' }];
      await sessions.commitBatch(
        [{ before: session.version, session: after, events, calls, changes, answers, wakeAt: number }],
        number,
      );
      session = after;
    }
  }
}

/** Everything that can be read. */
async function contents(disk: Disk): Promise<unknown> {
  const { sessions, deliveries, agents } = disk.open({ flush: async () => {} });
  return {
    session: await sessions.load(id),
    events: await sessions.readEvents(id, 0, -1),
    answers: await Promise.all(['k0', 'k1', 'k2'].map((key) => sessions.findAnswer(id, key, 0))),
    due: await sessions.nextWakeAt(-1),
    calls: await deliveries.list({ limit: 1_000 }),
    attempts: await deliveries.attempts({ sessionId: id, lane: 'h1', seq: 5, part: 0 }),
    agents: await agents.list(),
  };
}

test('after a crash there is what was flushed and the first writes after that, and nothing else', async () => {
  const numbers = fc.record({ flushed: fc.nat(20), more: fc.nat(60), keep: fc.nat(60) });
  await fc.assert(
    fc.asyncProperty(numbers, async ({ flushed, more, keep }) => {
      const total = flushed + more;
      const disk = createDisk(nobody);
      await write(disk, total);
      disk.flushed(flushed);
      const kept = Math.min(keep, disk.unflushed());
      disk.crash(kept);
      const other = createDisk(nobody);
      await write(other, flushed + kept);
      assert.deepEqual(await contents(disk), await contents(other));
    }),
    { numRuns: 100 },
  );
});

test('what becomes durable is told once and in order, also when a crash makes it so', async () => {
  const told: number[] = [];
  const disk = createDisk({ ...nobody, onDurable: ({ session }) => told.push(session.version) });
  await write(disk, 30);
  assert.deepEqual(told, []);
  disk.flushed(10);
  const before = told.length;
  disk.crash(5);
  assert.ok(before > 0 && told.length > before);
  assert.deepEqual(
    told,
    told.toSorted((one, other) => one - other),
  );
  assert.equal(new Set(told).size, told.length);
});

test('a full disk takes nothing, and can be read', async () => {
  const disk = createDisk(nobody);
  await write(disk, 20);
  const before = await contents(disk);
  disk.refuse = true;
  const { sessions, deliveries, agents } = disk.open({ flush: async () => {} });
  await assert.rejects(sessions.commitBatch([], 1), { code: 'ERR_SQLITE_ERROR' });
  await assert.rejects(deliveries.record([]), { code: 'ERR_SQLITE_ERROR' });
  await assert.rejects(agents.remove('a'), { code: 'ERR_SQLITE_ERROR' });
  assert.deepEqual(await contents(disk), before);
});

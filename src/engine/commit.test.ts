import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { trialDeskAt } from '../contract/trials/trials.ts';
import type { Flow } from '../core/flow/flow.ts';
import { plainUnderstanding } from '../core/plain-understanding.ts';
import type { Session } from '../core/session.ts';
import { type HandClock, handClock } from '../platform/hand-clock.ts';
import { silentLog } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { SessionCommit, SessionStore, Store } from '../store/store.ts';
import type { Change } from './changes.ts';
import { createEngine, defaultEngineSettings, type Engine } from './engine.ts';

const flow: Flow = {
  name: 'Engine',
  start: 'ask',
  nodes: {
    ask: { type: 'collect-input', parameter: 'A', prompt: 'Again?', outputs: { default: 'ask' } },
  },
};

const humanFlow: Flow = {
  name: 'Human',
  start: 'human',
  nodes: {
    human: {
      type: 'live-agent-routing',
      startConnectionUrl: 'https://desk.example/start',
      inboundTransferUrl: 'https://desk.example/inbound',
      outputs: {},
    },
  },
};

const folder = mkdtempSync(join(tmpdir(), 'baton-engine-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const trialDesk = () => trialDeskAt('https://baton.example');

type Bench = Readonly<{ engine: Engine; store: Store; clock: HandClock; session: Session }>;

/** An engine on a real store, whose sessions may be tampered with. */
async function withEngine(
  body: (bench: Bench) => Promise<void>,
  tamper: (sessions: SessionStore) => Partial<SessionStore> = () => ({}),
  settings: Partial<typeof defaultEngineSettings> = {},
): Promise<void> {
  files += 1;
  const store = openSqliteStore(join(folder, `${files}.sqlite`), 1);
  const clock = handClock(1_000_000);
  const engine = createEngine({
    sessions: { ...store.sessions, ...tamper(store.sessions) },
    agents: store.agents,
    users: store.users,
    clock,
    random: systemRandom(),
    log: silentLog,
    settings: { ...defaultEngineSettings, ...settings },
    neighbourhood: null,
    understanding: plainUnderstanding,
    trialDesk,
  });
  await store.agents.publish('a', flow, { sealed: '', createdAt: 1 }, 1);
  const session = await engine.open({ virtualAgentId: 'a' });
  assert.ok(typeof session === 'object');
  try {
    await body({ engine, store, clock, session });
  } finally {
    await engine.stop();
    await store.close();
  }
}

const say = (text: string) => ({ kind: 'say', messageId: text, clientId: text, text }) as const;

/** Lets what is under way go on, and rings what it has set to now. */
async function rung(clock: HandClock): Promise<void> {
  await new Promise(setImmediate);
  clock.advance(0);
}

test('nobody is told before the flush', async () => {
  const waiting: (() => void)[] = [];
  let told = 0;
  const held = (sessions: SessionStore): Partial<SessionStore> => ({
    commitBatch: async (commits, at) => {
      if (commits.some(({ before }) => before > 0)) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        assert.equal(told, 0, 'somebody was answered or told before the batch was flushed');
      }
      return sessions.commitBatch(commits, at);
    },
  });
  await withEngine(async ({ engine, session }) => {
    const feed = engine.changes()[Symbol.asyncIterator]();
    const heard = feed.next().then(() => {
      told += 1;
    });
    const submitted = engine.submit(session.id, say('a')).then((result) => {
      told += 1;
      return result;
    });
    while (waiting.length === 0) await new Promise(setImmediate);
    for (const flush of waiting) flush();
    assert.equal((await submitted).kind, 'done');
    await heard;
  }, held);
});

test('commands that wait together share one transaction, in their order', async () => {
  await withEngine(async ({ engine, store, session }) => {
    const before = engine.stats().batches;
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => engine.submit(session.id, say(`m${index}`))),
    );
    assert.equal(engine.stats().batches - before, 1);
    const seqs = results.map((result) => (result.kind === 'done' ? (result.seq ?? 0) : 0));
    assert.deepEqual(
      seqs,
      [...seqs].sort((a, b) => a - b),
    );
    const events = await store.sessions.readEvents(session.id, 0, -1);
    const texts = events.flatMap((event) => (event.kind === 'user-message-received' ? [event.text] : []));
    assert.deepEqual(
      texts,
      Array.from({ length: 50 }, (_, index) => `m${index}`),
    );
  });
});

test('what waits behind a command that could not be stored is not stored either', async () => {
  const waiting: (() => void)[] = [];
  const failing = (sessions: SessionStore): Partial<SessionStore> => ({
    commitBatch: async (commits, at) => {
      if (commits.some(({ before }) => before === 0) || waiting.length > 0) return sessions.commitBatch(commits, at);
      await new Promise<void>((resolve) => waiting.push(resolve));
      throw new Error('The disk is full.');
    },
  });
  await withEngine(async ({ engine, session }) => {
    const other = await engine.open({ virtualAgentId: 'a' });
    assert.ok(typeof other === 'object');
    const first = engine.submit(session.id, say('first'));
    while (waiting.length === 0) await new Promise(setImmediate);
    const behind = engine.submit(session.id, say('behind'));
    const elsewhere = engine.submit(other.id, say('elsewhere'));
    for (const fail of waiting) fail();
    const kinds = (await Promise.all([first, behind, elsewhere])).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['unavailable', 'unavailable', 'done']);
    assert.equal((await engine.submit(session.id, say('first'))).kind, 'done');
  }, failing);
});

test('a session that was overtaken is decided again on what overtook it', async () => {
  let overtake: ((commit: SessionCommit) => Promise<void>) | null = null;
  const racing = (sessions: SessionStore): Partial<SessionStore> => ({
    commitBatch: async (commits, at) => {
      const [first] = commits;
      const race = overtake;
      overtake = null;
      if (race !== null && first !== undefined) await race(first);
      return sessions.commitBatch(commits, at);
    },
  });
  await withEngine(async ({ engine, store, session }) => {
    overtake = async (commit) => {
      // Another node commits a message of its own first.
      const events = commit.events.map((event) =>
        event.kind === 'user-message-received' ? { ...event, clientId: 'theirs', text: 'theirs' } : event,
      );
      assert.deepEqual(await store.sessions.commitBatch([{ ...commit, events }], 1), ['committed']);
    };
    const mine = await engine.submit(session.id, say('mine'));
    assert.equal(mine.kind, 'done');
    const events = await store.sessions.readEvents(session.id, 0, -1);
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    const texts = events.flatMap((event) => (event.kind === 'user-message-received' ? [event.text] : []));
    assert.deepEqual(texts, ['theirs', 'mine']);
  }, racing);
});

test('a batch that cannot be stored changes nothing, and the next one goes through', async () => {
  let full = false;
  const failing = (sessions: SessionStore): Partial<SessionStore> => ({
    commitBatch: async (commits, at) => {
      if (full) throw new Error('database or disk is full');
      return sessions.commitBatch(commits, at);
    },
  });
  await withEngine(async ({ engine, store, session }) => {
    full = true;
    const results = await Promise.all([engine.submit(session.id, say('a')), engine.submit(session.id, say('b'))]);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['unavailable', 'unavailable'],
    );
    assert.equal((await store.sessions.load(session.id))?.version, 1);
    full = false;
    assert.equal((await engine.submit(session.id, say('c'))).kind, 'done');
  }, failing);
});

test('a message sent twice under one id is one message, also when both wait for the same batch', async () => {
  await withEngine(async ({ engine, store, session }) => {
    const results = await Promise.all(Array.from({ length: 20 }, () => engine.submit(session.id, say('once'))));
    results.push(await engine.submit(session.id, say('once')));
    assert.equal(new Set(results.map((result) => (result.kind === 'done' ? result.seq : null))).size, 1);
    const events = await store.sessions.readEvents(session.id, 0, -1);
    assert.equal(events.filter(({ kind }) => kind === 'user-message-received').length, 1);
  });
});

test('a message sent again to a process that was started since is still one message', async () => {
  await withEngine(async ({ engine, store, clock, session }) => {
    const first = await engine.submit(session.id, say('once'));
    await engine.submit(session.id, say('other'));
    await engine.stop();
    const settings = defaultEngineSettings;
    const { sessions, agents, users } = store;
    const parts = { sessions, agents, users, clock, random: systemRandom(), log: silentLog };
    const later = createEngine({
      ...parts,
      neighbourhood: null,
      settings,
      understanding: plainUnderstanding,
      trialDesk,
    });
    const again = await later.submit(session.id, say('once'));
    assert.ok(first.kind === 'done' && again.kind === 'done');
    assert.deepEqual([again.seq, again.events], [first.seq, []]);
    assert.equal((await later.submit(session.id, say('new'))).kind, 'done');
    const events = await store.sessions.readEvents(session.id, 0, -1);
    assert.equal(events.filter(({ kind }) => kind === 'user-message-received').length, 3);
    await later.stop();
  });
});

test('what was said in the batch in which a second opening loses is told once', async () => {
  await withEngine(async ({ store, clock }) => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    const findVersion = async (id: string): Promise<number | null> => {
      asked += 1;
      if (asked === 1) await released;
      return store.agents.findVersion(id);
    };
    const agents = { ...store.agents, findVersion };
    const { sessions, users } = store;
    const parts = { sessions, agents, users, clock, random: systemRandom(), log: silentLog };
    const engine = createEngine({
      ...parts,
      neighbourhood: null,
      settings: defaultEngineSettings,
      understanding: plainUnderstanding,
      trialDesk,
    });
    await store.agents.publish('chat', { ...flow, webChat: true }, { sealed: '', createdAt: 1 }, 1);
    const handedOut = { sessionId: '01890000-0000-7000-8000-000000000001', expiresAt: clock.now() + 1_000_000 };
    const slow = engine.open({ virtualAgentId: 'chat', handedOut });
    const first = await engine.open({ virtualAgentId: 'chat', handedOut });
    assert.ok(typeof first === 'object');
    release();
    for (let turn = 0; turn < 50 && engine.stats().waiting === 0; turn += 1) await Promise.resolve();
    assert.equal(engine.stats().waiting, 1, 'the second opening waits for the next batch');
    const step = { kind: 'step', messageId: 's', input: null, parameters: [] } as const;
    const spoken = [engine.submit(first.id, step), engine.submit(first.id, { ...step, input: 'once' })];
    assert.deepEqual(
      (await Promise.all(spoken)).map(({ kind }) => kind),
      ['done', 'done'],
    );
    assert.ok(typeof (await slow) === 'object');
    const events = await store.sessions.readEvents(first.id, 0, -1);
    assert.equal(events.filter(({ kind }) => kind === 'user-message-received').length, 1);
    await engine.stop();
  });
});

test('no wake-up is lost: each session expires at its hour, whatever else is going on', async () => {
  await withEngine(
    async ({ engine, store, clock, session }) => {
      const expired: [string, number][] = [];
      const follow = (async () => {
        for await (const batch of engine.changes() as AsyncIterable<readonly Change[]>) {
          for (const { session: one, events } of batch) {
            for (const { kind, at } of events) if (kind === 'session-ended') expired.push([one.id, at]);
          }
        }
      })();
      engine.start();
      const opened: Session[] = [session];
      for (let minute = 0; minute < 30; minute += 1) {
        const one = await engine.open({ virtualAgentId: 'a' });
        assert.ok(typeof one === 'object');
        opened.push(one);
        clock.advance(1_000);
      }
      const last = Math.max(...opened.map(({ expiresAt }) => expiresAt));
      while (expired.length < opened.length && clock.now() < last + 60_000) {
        clock.advance(500);
        // The hands stand still until nobody is due: a disk takes real time.
        while ((await store.sessions.claimDue(clock.now(), 1)).length > 0) await new Promise(setImmediate);
      }
      // What was lost is waited for in vain: the test's time ends.
      while (expired.length < opened.length) await new Promise(setImmediate);
      for (const { id, expiresAt } of opened) {
        const at = expired.find(([one]) => one === id)?.[1] ?? Number.NaN;
        assert.ok(at >= expiresAt && at <= expiresAt + 1_000, `${at - expiresAt} ms late`);
      }
      await engine.stop();
      await follow;
    },
    () => ({}),
    { sessionLifeMs: 60_000 },
  );
});

test('a wake-up that comes in vain is moved to the deadline, and the session ends at that', async () => {
  await withEngine(async ({ engine, store, clock }) => {
    await store.agents.publish('human', humanFlow, { sealed: '', createdAt: 1 }, 1);
    const session = await engine.open({ virtualAgentId: 'human' });
    assert.ok(typeof session === 'object');
    engine.start();
    const { id, expiresAt } = session;
    await engine.submit(id, { kind: 'connect-socket' });
    await engine.submit(id, { kind: 'answer', messageId: 'm1', text: 'hello' });
    await engine.submit(id, say('question'));
    const asked = clock.now();
    assert.equal(await store.sessions.nextWakeAt(0), asked + 25_000_000);
    clock.advance(60_000);
    await engine.submit(id, { kind: 'answer', messageId: 'm2', text: 'answer' });
    assert.equal(await store.sessions.nextWakeAt(asked), asked + 25_000_000, 'no message moves it');
    clock.advance(25_000_000);
    while ((await store.sessions.nextWakeAt(asked)) !== expiresAt) await rung(clock);
    assert.equal((await engine.read(id))?.phase.kind, 'handoff', 'nothing has happened in it');
    clock.advance(expiresAt - clock.now());
    while ((await store.sessions.load(id))?.phase.kind !== 'ended') await rung(clock);
    assert.equal((await store.sessions.load(id))?.at, expiresAt);
  });
});

test('a session that talks too fast waits, others do not', async () => {
  await withEngine(
    async ({ engine, clock, session }) => {
      const other = await engine.open({ virtualAgentId: 'a' });
      assert.ok(typeof other === 'object');
      const kinds = [];
      for (const text of ['a', 'b', 'c']) kinds.push((await engine.submit(session.id, say(text))).kind);
      assert.deepEqual(kinds, ['done', 'done', 'limited']);
      assert.equal((await engine.submit(other.id, say('x'))).kind, 'done');
      clock.advance(100);
      assert.equal((await engine.submit(session.id, say('c'))).kind, 'done');
    },
    () => ({}),
    { messagesPerSecond: 10, messageBurst: 2 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { begin, type Session } from '../core/session.ts';
import { createFeed } from '../platform/feed.ts';
import { handClock } from '../platform/hand-clock.ts';
import type { Change, News } from './changes.ts';
import { restOf } from './rest.ts';

const started = begin({
  ...{ kind: 'session-started', seq: 1, at: 0, sessionId: 's', virtualAgentId: 'a', flowVersion: 1 },
  ...{ expiresAt: 86_400_000, parameters: {} },
});
const asking: Session = {
  ...started,
  version: 5,
  phase: { kind: 'asking', node: 'n', request: 5, dueAt: 10_000, told: null },
};
const resting: Session = { ...asking, version: 7, phase: { kind: 'waiting', node: 'n', misses: 0 } };

function stage() {
  const clock = handClock(0);
  const feeds = { changes: createFeed<Change>(), news: createFeed<News>() };
  const state = { session: asking, looks: 0, reads: 0, isOver: false };
  const rest = restOf({
    clock,
    read: async () => {
      state.reads += 1;
      return state.session;
    },
    look: async ([id = '']) => {
      state.looks += 1;
      // Whoever looks is told whatever there is, known or not.
      feeds.news.publish([{ kind: 'moved', sessionId: id, version: state.session.version, caller: null }]);
    },
    ...{ changes: feeds.changes.follow(), news: feeds.news.follow() },
  });
  const limits = { withinMs: 90_000, isOver: () => state.isOver };
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.advance(1_000);
      for (let turns = 0; turns < 20; turns += 1) await turn();
    }
  };
  return { state, pass, rest: () => rest(asking, limits), clock };
}

test('those who wait for a session look together once a second, however many they are', async () => {
  const { state, pass, rest } = stage();
  const waiting = [rest(), rest(), rest(), rest()];
  await pass(10_000);
  assert.ok(state.looks >= 9 && state.looks <= 10, `${state.looks} looks`);
  assert.ok(state.reads <= 50, `${state.reads} reads`);
  state.session = resting;
  await pass(2_000);
  assert.deepEqual(
    (await Promise.all(waiting)).map(({ version }) => version),
    [7, 7, 7, 7],
  );
  const { looks } = state;
  await pass(5_000);
  assert.equal(state.looks, looks, 'nobody waits, so nobody looks');
});

test('a fifth of one session is answered at once, and whoever is gone waits no longer', async () => {
  const { state, pass, rest } = stage();
  const waiting = [rest(), rest(), rest(), rest()];
  assert.equal((await rest()).version, 5);
  state.isOver = true;
  await pass(1_000);
  assert.deepEqual(
    (await Promise.all(waiting)).map(({ version }) => version),
    [5, 5, 5, 5],
  );
});

test('whoever waits too long gets what there is', async () => {
  const { pass, rest } = stage();
  const waiting = rest();
  await pass(90_000);
  assert.equal((await waiting).phase.kind, 'asking');
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Flow } from '../../core/flow/flow.ts';
import { handClock } from '../../platform/hand-clock.ts';
import { trialThread } from './trial-thread.ts';

const flowWith = (example: string): Flow => ({
  ...{ name: 'x', start: 'a', nodes: {} },
  intents: [{ name: 'pay', examples: [example] }],
  entities: [{ name: 'drink', values: [{ value: 'tea', synonyms: ['chai'] }] }],
});
const trial = { text: 'a chai', intents: ['pay'], entity: 'drink', at: 0 };

test('a text is read as by the engine; many at once are each answered, by their own flow', async (t) => {
  const trials = trialThread(handClock(0));
  t.after(trials.close);
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      trials.ask({ ...trial, key: `flow ${index % 25}` }, flowWith(`a chai ${index % 2}`)),
    ),
  );
  for (const { intents, value } of all) assert.deepEqual([intents[0]?.intent, value], ['pay', 'tea']);
  const { intents } = await trials.ask({ ...trial, key: 'mine', entity: undefined }, flowWith('a chai'));
  assert.deepEqual(intents, [{ intent: 'pay', score: 1 }]);
  // What has the key already is not sent, and not read, again.
  assert.equal((await trials.ask({ ...trial, key: 'mine' }, flowWith('other words'))).intents[0]?.score, 1);
});

test('idleness ends the thread, and the next trial starts another', async (t) => {
  const hands = handClock(0);
  const trials = trialThread(hands);
  t.after(trials.close);
  const before = await trials.ask({ ...trial, key: 'a' }, flowWith('a chai'));
  hands.advance(60_000);
  assert.deepEqual(await trials.ask({ ...trial, key: 'a' }, flowWith('a chai')), before);
});

test('a thread that is closed answers nobody any more', async () => {
  const trials = trialThread(handClock(0));
  const late = assert.rejects(trials.ask({ ...trial, key: 'a' }, flowWith('a chai')), /ended|stopping/);
  await trials.close();
  await late;
  await assert.rejects(trials.ask({ ...trial, key: 'a' }, flowWith('a chai')), /stopping/);
});

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { accountKey } from '../house/kit/house.ts';
import { textsOf, untilStory } from './kit/browser.ts';
import { officeFor } from './kit/office.ts';

const program = fileURLToPath(new URL('./kit/desk-process.ts', import.meta.url));

test('a desk that is killed has kept all that it answered to, and sends it once, in order', async (t) => {
  const office = await officeFor(t);
  const { port } = new URL(office.url);
  await office.stop();
  const child = fork(program, [office.folder, office.house.url, accountKey, port], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'message');
  const talk = await office.arrive();
  const answered: string[] = [];
  const saying = (async () => {
    for (let n = 0; ; n += 1) {
      const id = `client-${String(n).padStart(4, '0')}`;
      const { status } = await office.browser.say(talk.at, id, id);
      assert.equal(status, 200);
      answered.push(id);
      if (n === 25) child.kill('SIGKILL');
    }
  })();
  await assert.rejects(saying, /ECONNRE|socket hang up/);
  if (child.signalCode === null) await once(child, 'exit');
  await office.start();
  const story = await untilStory(office.browser, talk.at, 'nothing is owed', ({ entries }) =>
    entries.every((entry) => !('status' in entry) || entry.status !== 'sending'),
  );
  const kept = textsOf(story);
  assert.deepEqual(kept.slice(0, answered.length), answered, 'what was answered is kept, in order');
  const last = kept.at(-1) ?? '';
  await talk.user.hears(last);
  const heard = talk.user.texts().filter((text) => text.startsWith('client-'));
  assert.deepEqual(heard, kept, 'and the end user hears it once, in order');
});

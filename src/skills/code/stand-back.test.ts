import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, platform } from 'node:os';
import { after, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { codeRunner } from './code-runner.ts';
import { standBackBy } from './stand-back.ts';

/** How far each thread of this process stands back (`nice`), the 19th field of its `stat`. */
function nices(): readonly number[] {
  const tasks = '/proc/self/task';
  return readdirSync(tasks).map((id) => {
    const [, rest = ''] = readFileSync(`${tasks}/${id}/stat`, 'utf8').split(') ');
    return Number(rest.split(' ')[16]);
  });
}

test('the thread of code stands back, and no other', {
  skip: platform() !== 'linux' && 'priorities of threads are a matter of Linux',
}, async () => {
  const own = getPriority();
  const runner = codeRunner({ clock: systemClock() });
  after(() => runner.close());
  for (let n = 0; n < 2; n += 1) {
    const answer = await runner.run('parameters.A = 1;', {}, { timeoutMs: 20_000 }, new AbortController().signal);
    assert.equal(answer.kind, 'answered');
  }
  const behind = nices().filter((nice) => nice !== own);
  assert.deepEqual(behind, [Math.min(19, own + standBackBy)]);
});

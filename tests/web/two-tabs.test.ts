// Two tabs of one visitor share one session, whoever writes first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../house/kit/until.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { startDemo } from './kit/program.ts';
import { ChatSide } from './kit/sides.ts';

test('two tabs write their first line while offline, and both lines arrive once', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page: one, faults } = await openPage(await openBrowser(t));
  const context = one.context();
  const other = await context.newPage();
  const sides = [one, other].map((page) => new ChatSide(page.locator('body')));
  for (const page of [one, other]) {
    await page.goto(`${program.url}/chat/support`);
    await page.getByRole('textbox', { name: 'Your message' }).waitFor();
  }
  await context.setOffline(true);
  const lines = ['From the first tab', 'From the second tab'];
  for (const [index, side] of sides.entries()) {
    await side.say(lines[index] ?? '');
    await side.notes('Connection lost, trying again…');
  }
  await context.setOffline(false);
  for (const side of sides) {
    await until('each line stands there once', async () => {
      const said = await side.texts();
      return lines.every((line) => said.filter((text) => text === line).length === 1);
    });
    await until('nothing is on its way', async () => (await side.root.getByLabel('Sending').count()) === 0);
  }
  const [first, second] = await Promise.all(sides.map((side) => side.texts()));
  assert.deepEqual(first, second);
  assert.deepEqual(faults, []);
});

// What a real browser makes of the headers: the API's description under its policy, and calls of another site's page.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { supportFlow } from '../house/kit/flows.ts';
import { houseFor } from '../house/kit/house.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { startDemo } from './kit/program.ts';

test(
  'the API’s description shows its calls and tries one, and its policy stops nothing of it',
  needsBrowser,
  async (t) => {
    const program = await startDemo(t);
    const { page, faults } = await openPage(await openBrowser(t));
    await page.goto(`${program.url}/docs`);
    const ready = page.locator('#operations-Operations-ready');
    await ready.click();
    await ready.getByRole('button', { name: 'Try it out' }).click();
    await ready.getByRole('button', { name: 'Execute' }).click();
    await ready.locator('.live-responses-table').getByText('"ready"').first().waitFor();
    assert.deepEqual(faults, []);
  },
);

test('a page of another site steps through a session, and no call with a key leaves it', needsBrowser, async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const shop = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<title>Shop</title>'),
  );
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  t.after(() => {
    shop.closeAllConnections();
    shop.close();
  });
  const { page } = await openPage(await openBrowser(t));
  await page.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}/`);
  const told = await page.evaluate(
    async ({ url, id, token }) => {
      const step = await fetch(`${url}/http/${id}/step`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ input: 'hello' }),
      });
      const keyed = await fetch(`${url}/agents`, { headers: { 'x-vgai-key': 'x' } }).then(String, String);
      return { status: step.status, body: await step.text(), keyed };
    },
    { url: house.url, ...session },
  );
  assert.equal(told.status, 200);
  assert.match(told.body, /"text":"Hello\."/);
  assert.match(told.keyed, /TypeError/, 'the browser makes no call with a key');
});

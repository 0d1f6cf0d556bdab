// A real Chromium, the real program, and a kill in the middle of a conversation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedSupportAgent } from '../../src/desk/support-agent.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { playHandover } from './kit/handover.ts';
import { startDemo, startProgram } from './kit/program.ts';
import { ChatSide, DeskSide } from './kit/sides.ts';

const key = 'a-key-for-tests-only';

test('the demo page: one process, killed in the middle, and nothing is lost or doubled', needsBrowser, async (t) => {
  const program = await startDemo(t);
  const { page, faults } = await openPage(await openBrowser(t), { viewport: { width: 1440, height: 900 } });
  await page.goto(program.url);
  await page.getByText('All quiet').waitFor(); // The desk has signed in by itself.
  await playHandover({
    chat: new ChatSide(page.locator('#side-customer')),
    desk: new DeskSide(page.locator('#side-desk')),
    outage: async (meanwhile) => {
      await program.kill();
      await meanwhile();
      await program.start();
    },
  });
  assert.deepEqual(faults, []);
});

test('the desk as its own process, pages of their own, both killed, one after the other', needsBrowser, async (t) => {
  const router = await startProgram(t, {
    args: () => ['start'],
    environment: (port, folder) => ({
      ...{ PORT: String(port), BATON_DATA: folder, BATON_KEY: key, BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
    }),
  });
  const desk = await startProgram(t, {
    args: (port, folder) => ['desk', '--router', router.url, '--key', key, '--port', String(port), '--data', folder],
  });
  const hook = (name: string): string => `${desk.url}/desk/hooks/${name}`;
  const endpoints = { start: hook('start'), inbound: hook('inbound'), status: hook('status'), ended: hook('ended') };
  await seedSupportAgent(router.url, key, endpoints);
  const browser = await openBrowser(t);
  const customer = await openPage(browser);
  const agent = await openPage(browser);
  const [setupLink = ''] = /http\S+#setup=\S+/.exec(desk.printed()) ?? [];
  await agent.page.goto(setupLink);
  await agent.page.getByLabel('Your name').fill('Robin');
  await agent.page.getByLabel('E-mail').fill('robin@desk.example');
  await agent.page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await agent.page.getByRole('button', { name: 'Make the account' }).click();
  await agent.page.getByText('All quiet').waitFor();
  assert.ok(!agent.page.url().includes('setup'), 'the link is gone from the address');
  await customer.page.goto(`${router.url}/chat/support`);
  await playHandover({
    chat: new ChatSide(customer.page.locator('body')),
    desk: new DeskSide(agent.page.locator('body')),
    outage: async (meanwhile) => {
      await router.kill();
      await desk.kill();
      await meanwhile();
      await router.start();
      // What the customer wrote meanwhile is taken by the router while the desk is still away.
      await customer.page.getByText('Connection lost, trying again…').waitFor({ state: 'hidden' });
      await desk.start();
    },
  });
  assert.deepEqual([...customer.faults, ...agent.faults], []);
});

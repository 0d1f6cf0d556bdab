// The tester beside the canvas: somebody talks with a draft as its end user, and is its live agent too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { openStudio, type StudioKit } from './kit/studio.ts';
import { focused, openTester, support } from './kit/tester.ts';

type Reports = Readonly<{ sessions: readonly { session_status: string; agent_version: number }[] }>;

/** Resolves when the sessions, newest first, are in these states. */
async function sessionsAre(kit: StudioKit, states: readonly string[]): Promise<void> {
  await until(`the sessions are ${states}`, async () => {
    const { sessions } = await kit.call<Reports>('GET', '/insights/sessions');
    return sessions.map(({ session_status }) => session_status).join() === states.join();
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `a draft is tried from its first word to its last, both sides of it (${colorScheme})`,
    needsBrowser,
    async (t) => {
      const kit = await openStudio(t, { colorScheme });
      const { page } = kit;
      const tester = await openTester(kit, support(kit.program.url));
      const lit = page.locator('.edge-taken');
      const isFine = (moment: string) => assertAccessible(page, moment, '.tester');
      await isFine('before it begins');
      await tester.start();
      await tester.sees('Hi , how can I help?');
      await tester.say('My wifi is down');
      await tester.sees('One moment, a colleague takes over.');
      const live = tester.root.getByRole('region', { name: 'You are the live agent now' });
      await live.waitFor();
      assert.equal(await focused(page), 'As the end user', 'the keyboard stays where it was');
      await live.getByText('What the live agent sees').click();
      const seen = live.getByRole('region', { name: 'What the live agent sees' });
      assert.deepEqual((await seen.locator('dl').first().innerText()).split(/\s*\n\s*/), [
        ...['agent', 'Hi , how can I help?', 'user', 'My wifi is down'],
        ...['agent', 'One moment, a colleague takes over.'],
      ]);
      assert.match(await seen.innerText(), /ISSUE\s+My wifi is down/);
      await isFine('the live agent');
      await tester.say('Which lights are on?', 'As the live agent');
      await tester.sees('Which lights are on?');
      await tester.say('Only the red one.');
      await tester.sees('Only the red one.');
      await page.locator('.node-card[data-current="true"]', { hasText: 'human' }).waitFor();
      await tester.button('Hand back').focus();
      await page.keyboard.press('Enter');
      await tester.sees('Is all well now?');
      await until('the keyboard is handed on', async () => (await focused(page)) === 'As the end user');
      await tester.tab(/Steps/).click();
      await tester.button(/^ask Collect input/).waitFor();
      assert.deepEqual(
        await tester.root.getByRole('region', { name: 'Steps' }).locator('.tester-step-node').allTextContents(),
        ['greet', 'ask', 'tell', 'human', 'sure'],
      );
      await isFine('steps');
      await tester.tab(/Parameters/).click();
      await tester.say('yes');
      await tester.root.getByText('SUREjust changedyes').waitFor();
      await isFine('parameters');
      await until('the keyboard goes on', async () => (await focused(page)) === 'Start again');
      await tester.tab(/Conversation/).click();
      await tester.sees('The flow came to its end.');
      await isFine('over');
      await until('all that was taken is lit up', async () => (await lit.count()) === 5);
      await tester.button('Close the trial').click();
      await tester.root.waitFor({ state: 'hidden' });
      await until('nothing is lit up any more', async () => (await lit.count()) === 0);
      assert.deepEqual(kit.faults, []);
    },
  );
}

test(
  'who starts again, or closes, leaves no session behind; what changed meanwhile is told',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t);
    const { page } = kit;
    const tester = await openTester(kit, support(kit.program.url));
    await tester.start();
    await tester.sees('Hi , how can I help?');
    await sessionsAre(kit, ['AWAITING_INPUT']);
    assert.equal(await tester.root.getByText('The draft has changed').count(), 0);
    await page.locator('.node-card', { hasText: 'greet' }).click();
    await page.locator('.react-flow__node.selected', { hasText: 'greet' }).waitFor();
    await page.keyboard.press('Delete');
    await tester.root.getByText('The draft has changed meanwhile.').waitFor();
    await page.keyboard.press('Control+z');
    await tester.root.getByText('The draft has changed').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Try it' }).waitFor();
    await tester.button('Start again').click();
    await sessionsAre(kit, ['AWAITING_INPUT', 'ENDED']);
    await tester.sees('Hi , how can I help?');
    await tester.button('End the session').focus();
    await page.keyboard.press('Enter');
    await tester.sees('The end user left.');
    await sessionsAre(kit, ['ENDED', 'ENDED']);
    await until('the keyboard goes on', async () => (await focused(page)) === 'Start again');
    await tester.button('Change how it starts').click();
    await tester.start();
    await tester.sees('Hi , how can I help?');
    await tester.button('Close the trial').click();
    await sessionsAre(kit, ['ENDED', 'ENDED', 'ENDED']);
    await page.getByRole('button', { name: 'Try it' }).click();
    await tester.start();
    await tester.sees('Hi , how can I help?');
    await sessionsAre(kit, ['AWAITING_INPUT', 'ENDED', 'ENDED', 'ENDED']);
    await page.goto(`${kit.program.url}/studio`);
    await sessionsAre(kit, ['ENDED', 'ENDED', 'ENDED', 'ENDED']);
    assert.deepEqual(kit.faults, []);
  },
);

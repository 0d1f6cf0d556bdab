// The tester where things are not as usual: faults, a desk that answers, a server that is away, a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { openStudio } from './kit/studio.ts';
import { openTester, support } from './kit/tester.ts';

test('faults are listed and lead to their nodes, and a server that is away is told', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page } = kit;
  const draft = support(kit.program.url);
  const nodes = { ...draft.nodes, tell: { ...draft.nodes.tell, outputs: { default: 'nowhere' } } };
  const tester = await openTester(kit, { ...draft, nodes });
  await tester.root.getByText('One fault keeps the draft from running.').waitFor();
  await tester.button('Start').click();
  await tester.button('Show tell').waitFor();
  await assertAccessible(page, 'faults', '.tester');
  await tester.button('Show tell').click();
  await page.locator('.react-flow__node.selected', { hasText: 'tell' }).waitFor();
  await kit.program.kill();
  await tester.button('Start').click();
  await tester.root.getByText(/The server cannot be reached|could not be saved/).waitFor();
});

test('the desk of the flow answers, for a user and with parameters that were given', needsBrowser, async (t) => {
  const kit = await openStudio(t, { viewport: { width: 1440, height: 700 } });
  const { page } = kit;
  const tester = await openTester(kit, support(kit.program.url));
  await tester.root.getByRole('radio', { name: 'The desk of the flow' }).check();
  await tester.root.getByText('End user and parameters').click();
  await tester.field('User id optional').fill('ada');
  for (const [index, [name, value]] of [
    ['tier', 'gold'],
    ['ITEMS', 'router\nphone'],
  ].entries()) {
    await tester.button('Add a parameter').click();
    await tester.root.getByRole('combobox', { name: `Name of parameter ${index + 1}` }).fill(name ?? '');
    await tester.field(`Value of parameter ${index + 1}`).fill(value ?? '');
  }
  await assertAccessible(page, 'what is given', '.tester');
  await tester.start();
  await tester.sees('Hi gold, how can I help?');
  await tester.tab(/Conversation/).press('End');
  await tester.root.getByText('ITEMSrouterphone').waitFor();
  await tester.tab(/Parameters/).press('Home');
  await tester.say('My wifi is down');
  await tester.sees(/^The desk (took the conversation|put it into its queue)/);
  const link = tester.root.getByRole('link', { name: 'Answer at the desk' });
  assert.equal(await link.getAttribute('href'), `${kit.program.url}/desk`);
  assert.equal(await link.getAttribute('target'), '_blank');
  assert.equal(await tester.field('As the live agent').count(), 0);
  await assertAccessible(page, 'the desk answers', '.tester');
  assert.deepEqual(kit.faults, []);
});

test('a server that is away in the middle of it is told, and the conversation goes on', needsBrowser, async (t) => {
  const kit = await openStudio(t, { viewport: { width: 1280, height: 700 } });
  const tester = await openTester(kit, support(kit.program.url));
  await tester.start();
  await tester.sees('Hi , how can I help?');
  await tester.say('My wifi is down');
  await tester.root.getByRole('region', { name: 'You are the live agent now' }).waitFor();
  await kit.program.kill();
  await tester.root.getByText('Connection lost, trying again…').waitFor();
  await tester.say('Which lights are on?', 'As the live agent');
  await tester.root.getByText('The server cannot be reached. Check your connection and try again.').waitFor();
  const log = await tester.root.getByRole('log').boundingBox();
  assert.ok((log?.height ?? 0) > 120, 'in a low window, with all that there is to be told, one can still read');
  assert.equal(await tester.field('As the live agent').inputValue(), 'Which lights are on?', 'nothing is lost');
  await tester.say('Are you there?');
  await kit.program.start();
  await tester.root.getByText('Connection lost, trying again…').waitFor({ state: 'hidden' });
  await tester.field('As the live agent').press('Enter');
  await tester.sees('Which lights are on?');
  await tester.sees('Are you there?');
});

test('on a phone the tester fits, with words that are longer than it is wide', needsBrowser, async (t) => {
  const kit = await openStudio(t, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const { page } = kit;
  const tester = await openTester(kit, support(kit.program.url));
  const isFine = async (moment: string): Promise<void> => {
    const [width, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.equal(width, seen, `the page is as wide as the window at "${moment}"`);
    await assertAccessible(page, moment, '.tester');
  };
  await isFine('before it begins');
  await tester.start();
  await tester.say(`My ${'very-'.repeat(60)}long word`);
  await tester.root.getByRole('region', { name: 'You are the live agent now' }).waitFor();
  await isFine('the live agent');
  await tester.tab(/Steps/).click();
  await isFine('steps');
  assert.equal(await tester.button(/^greet/).count(), 0, 'there is no canvas to show a node on');
  const steps = tester.root.getByRole('region', { name: 'Steps' });
  await until('the last step is in sight', () =>
    steps.evaluate((list) => list.scrollTop > 0 && list.scrollTop + list.clientHeight >= list.scrollHeight - 1),
  );
  await tester.tab(/Parameters/).click();
  await isFine('parameters');
});

// From an empty system to a conversation through bot, human and bot, as a conversation designer goes that way who never
// sees JSON: with mouse and keyboard, on the canvas, with the server's own desk at the other end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser, openBrowser, openPage } from './kit/browser.ts';
import { password } from './kit/password-form.ts';
import { callerOf, setupLink, startStudio, studioPassword } from './kit/studio.ts';
import { TesterSide } from './kit/tester.ts';

type Published = Readonly<{
  version: number;
  definition: Readonly<{ start: string; nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>> }>;
}>;

const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
const panel = (page: Page, id: string) => page.getByRole('complementary', { name: `Settings of ${id}` });

/** Gives the node that is open a name. */
async function rename(page: Page, from: string, to: string): Promise<void> {
  await panel(page, from).getByRole('textbox', { name: 'Name', exact: true }).fill(to);
  await page.keyboard.press('Enter');
  await panel(page, to).waitFor();
}

/** Adds a node by keyboard; it follows the one that is chosen. */
async function addByKey(page: Page, kind: string, id: string): Promise<void> {
  await page.locator('.react-flow__node.selected').focus();
  await page.keyboard.press('a');
  await page.getByPlaceholder('Add a node').fill(kind);
  await page.keyboard.press('Enter');
  await panel(page, id).waitFor();
}

async function beginByMouse(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Begin with a message' }).click();
  await panel(page, 'message').waitFor();
  await rename(page, 'message', 'greet');
  await panel(page, 'greet').getByRole('textbox', { name: 'Text' }).fill('Hello! I am the virtual agent of this shop.');
}

async function askByKey(page: Page): Promise<void> {
  await addByKey(page, 'collect', 'ask');
  const ask = panel(page, 'ask');
  await ask.getByRole('textbox', { name: 'Question' }).fill('What is it about?');
  await ask
    .getByRole('button', { name: /^New parameter/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('ISSUE');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
}

/** Draws a line from the question to where the human is to be, and lets go over nothing. */
async function routeByMouse(page: Page): Promise<void> {
  const handle = card(page, 'ask').locator('.react-flow__handle[data-handleid="default"]');
  // The view follows what was added; a line is drawn when it stands still.
  const box = await until('the canvas stands still', async () => {
    const [one, other] = [await handle.boundingBox(), await handle.boundingBox()];
    return one !== null && other !== null && one.x === other.x && one.y === other.y ? one : null;
  });
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.locator('.react-flow__handle[data-handleid="default"]:hover').waitFor();
  await page.mouse.down();
  await page.mouse.move(box.x - 60, box.y + 230, { steps: 8 });
  await page.mouse.up();
  await page.getByRole('button', { name: /^Live agent routing/ }).click();
  await panel(page, 'live-agent').waitFor();
  await rename(page, 'live-agent', 'human');
}

async function setUpDesk(page: Page): Promise<void> {
  const human = panel(page, 'human');
  await human.getByRole('radio', { name: /Built-in desk/ }).check();
  await human.getByRole('checkbox', { name: 'ISSUE' }).check();
  await human.getByRole('button', { name: 'Test all' }).click();
  await human.getByText('All 4 accepted the test.').waitFor();
  assert.equal(
    await human
      .getByLabel('Agent response waiting time')
      .evaluate((choice: HTMLSelectElement) => choice.selectedOptions[0]?.text),
    '6.94 hours (default)',
  );
}

async function comeBackAndEnd(page: Page): Promise<void> {
  await addByKey(page, 'send message', 'message');
  await rename(page, 'message', 'back');
  await panel(page, 'back').getByRole('textbox', { name: 'Text' }).fill('I am back. Goodbye!');
  await addByKey(page, 'end', 'end');
}

test('from an empty system to a conversation through bot, human and bot', needsBrowser, async (t) => {
  const program = await startStudio(t);
  const { page, faults } = await openPage(await openBrowser(t), { viewport: { width: 1440, height: 900 } });
  await page.goto(await setupLink(program));
  await page.getByLabel('Your name').fill('Robin');
  await page.getByLabel('E-mail').fill('robin@example.com');
  await password(page).fill(studioPassword);
  await page.keyboard.press('Enter');

  await page.getByRole('button', { name: /^Blank/ }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Shop');
  await page.keyboard.press('Enter');
  await beginByMouse(page);
  await askByKey(page);
  await routeByMouse(page);
  await setUpDesk(page);
  await comeBackAndEnd(page);

  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByText('It becomes version 1').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.getByText(/^Version 1 is published/).waitFor();
  const { definition } = await callerOf(program)<Published>('GET', '/agents/shop');
  assert.equal(definition.start, 'greet');
  assert.deepEqual(definition.nodes.greet?.outputs, { default: 'ask' });
  assert.deepEqual(definition.nodes.ask?.outputs, { default: 'human' });
  assert.deepEqual(definition.nodes.human?.outputs, { default: 'back' });
  assert.deepEqual(definition.nodes.back?.outputs, { default: 'end' });
  assert.deepEqual(definition.nodes.human?.transferParameters, ['ISSUE']);

  await page.getByRole('button', { name: 'Try it' }).click();
  const tester = new TesterSide(page);
  await tester.start();
  await tester.sees('Hello! I am the virtual agent of this shop.');
  await tester.sees('What is it about?');
  await card(page, 'ask').locator('[data-current="true"]').waitFor();
  await tester.say('My parcel is late');
  await tester.say('Robin here. Which parcel?', 'As the live agent');
  await tester.sees('Robin here. Which parcel?');
  await card(page, 'human').locator('[data-current="true"]').waitFor();
  await assertAccessible(page, 'the canvas with a conversation beside it');
  await tester.say('The one of Monday');
  await tester.sees('The one of Monday');
  await tester.button('Hand back').click();
  await tester.sees('I am back. Goodbye!');
  for (const id of ['greet', 'ask', 'human', 'back', 'end']) {
    await card(page, id).locator('[data-entered="true"]').waitFor();
  }
  assert.deepEqual(faults, []);
});

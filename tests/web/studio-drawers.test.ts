// The settings of nodes in a real Chromium: live agent routing, texts, rules, code and JSON; whatever a draft holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDesk } from '../house/kit/desk.ts';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { addCredential, DrawerSide, everyKind } from './kit/drawers.ts';
import { openStudio } from './kit/studio.ts';

test('live agent routing: who answers, endpoints that are tested, clocks, what goes along', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, program, faults } = kit;
  const desk = await openDesk();
  t.after(() => desk.close());
  const side = new DrawerSide(kit);
  await side.open(everyKind);
  const panel = await side.show('human');
  const own = page.getByRole('radio', { name: 'Your own desk' });
  await page.getByText('Give a http or https URL').waitFor();
  await page.getByRole('textbox', { name: 'Inbound transfer EP' }).fill(desk.url('inbound'));
  await page.getByRole('radio', { name: 'Built-in desk' }).check();
  await side.nodeWhere('human', ({ endedUrl }) => endedUrl === `${program.url}/desk/hooks/ended`);
  await page.getByText('Give a http or https URL').waitFor({ state: 'hidden' });
  assert.equal(await own.isChecked(), false);
  await page.getByRole('button', { name: 'Test all' }).click();
  await page.getByText('All 4 accepted the test.').waitFor();
  await own.check();
  const back = await side.nodeWhere('human', ({ endedUrl }) => endedUrl === undefined);
  assert.equal(back.inboundTransferUrl, desk.url('inbound'));

  desk.behave = ({ kind }) => (kind === 'start' ? { status: 200, body: '{"state":"queued"}' } : { status: 401 });
  await page.getByRole('textbox', { name: 'Start connection EP' }).fill(desk.url('start'));
  await page.getByLabel('Transcription keys').selectOption('capitalised');
  await page.getByRole('button', { name: 'Test all' }).click();
  await page.getByText('1 of 2 accepted the test.').waitFor();
  await page.getByRole('status').filter({ hasText: 'Refused' }).filter({ hasText: 'HTTP 401' }).waitFor();
  await page.getByText('{"state":"queued"}').waitFor();
  await page.getByText('What was sent').first().click();
  await page.getByText('webhook-signature').first().waitFor();
  assert.deepEqual(
    desk.calls.map(({ kind }) => kind),
    ['start', 'inbound'],
  );
  assert.ok(desk.of('start')[0]?.body.history?.transcription.every((said) => 'User' in said || 'Agent' in said));
  await assertAccessible(page, 'endpoints that were tested', '.node-panel');
  await desk.disappear();
  await page.getByRole('textbox', { name: 'Start connection EP' }).fill(`${desk.url('start')}?again`);
  await page.getByText('{"state":"queued"}').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Test: Start connection EP' }).click();
  await page.getByRole('status').filter({ hasText: 'Unreachable' }).waitFor();
  await page.getByText('A call to try').first().click();
  await page.getByText(`${program.url}/live-agent/outbound/$SESSION_ID`).waitFor();

  const waiting = page.getByLabel('Agent response waiting time');
  assert.equal(await waiting.locator('option:checked').textContent(), '6.94 hours (default)');
  await waiting.selectOption({ label: '7 hours' });
  await side.nodeWhere('human', ({ responseWaitingTime }) => responseWaitingTime === 7);
  await page.getByText('seconds = 5 min').waitFor();
  await page.getByRole('switch', { name: 'Save chat' }).click();
  await page.getByRole('button', { name: 'None: Transfer parameters' }).click();
  await page.getByRole('checkbox', { name: 'ITEMS' }).check();
  await page.getByRole('button', { name: 'New parameter…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('SESSION_ID');
  await page.keyboard.press('Enter');
  await page.getByText('A system parameter has this name').waitFor();
  await assertAccessible(page, 'a parameter that may not be called so');
  await dialog.getByLabel('Name').fill('CITY');
  await page.keyboard.press('Enter');
  await panel.getByLabel('User left').selectOption('bye');
  const saved = await side.nodeWhere('human', ({ outputs }) => outputs.userLeft === 'bye');
  assert.deepEqual(saved.transferParameters, ['ITEMS', 'CITY']);
  assert.deepEqual([saved.saveChat, saved.transcriptionKeys], [false, 'capitalised']);
  await side.draftWhere(({ parameters }) => parameters.at(-1).name === 'CITY');
  await panel.getByLabel('User left').selectOption({ label: 'Ends the conversation' });
  await side.nodeWhere('human', ({ outputs }) => !('userLeft' in outputs));
  assert.deepEqual(faults, []);
});

test(
  'texts and names by keyboard: a parameter at the cursor, a new name, the keyboard stays',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t);
    const { page, faults } = kit;
    const side = new DrawerSide(kit);
    await side.open(everyKind);
    await side.show('greet');
    await page.getByText('No parameter is named SHOP').waitFor();
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await name.fill('human');
    await name.press('Enter');
    await page.getByText('There is a node called human already.').waitFor();
    await name.fill('__proto__');
    await name.press('Enter');
    await page.getByText('A node cannot be called __proto__').waitFor();
    await name.press('Escape');
    assert.equal(await name.inputValue(), 'greet');
    await name.fill('hello');
    await name.press('Tab');
    await page.getByRole('complementary', { name: 'Settings of hello' }).waitFor();
    assert.equal((await side.draftWhere(({ start }) => start === 'hello')).nodes.human.outputs.failed, 'hello');
    const insert = page.getByRole('button', { name: 'Insert parameter: Text' });
    await until('the keyboard is where it was', () => insert.evaluate((one) => one === document.activeElement));
    await name.fill('hi');
    await insert.click();
    await page.getByRole('complementary', { name: 'Settings of hi' }).waitFor();
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await name.fill('hello');
    await page.locator('.react-flow__node[data-id="ask"]').click({ position: { x: 60, y: 20 } });
    await page.getByRole('complementary', { name: 'Settings of ask' }).waitFor();
    await side.draftWhere(({ start }) => start === 'hello');
    await side.show('hello');

    const text = page.getByRole('textbox', { name: 'Text' });
    await text.fill('Dear , hi');
    await text.evaluate((one) => (one as HTMLTextAreaElement).setSelectionRange(5, 5));
    await insert.focus();
    await page.keyboard.press('Enter');
    await assertAccessible(page, 'parameters to be inserted', '.node-panel');
    await page.keyboard.press('t');
    await page.keyboard.press('Enter');
    await page.keyboard.type('!');
    await side.nodeWhere('hello', (node) => node.text === 'Dear $tier!, hi');
    assert.equal(await page.getByPlaceholder('Add a node').count(), 0, "the menu's keys are no keys of the canvas");
    await text.fill('x'.repeat(4097));
    await page.getByText('4,097 of 4,096 characters').waitFor();
    await page.getByText('more than 4096 characters').waitFor();
    assert.deepEqual(faults, []);
  },
);

test('rules: outputs that are renamed and moved, groups that come and go', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  const side = new DrawerSide(kit);
  await side.open(everyKind);
  await side.show('check');
  const value = page.getByRole('textbox', { name: 'Value: Condition 1.2.1' });
  await page.getByText('"contains" needs a value to compare with.').waitFor();
  assert.equal(await value.getAttribute('aria-invalid'), 'true');
  await value.fill('wifi');
  await page.getByText('"contains" needs a value to compare with.').waitFor({ state: 'hidden' });
  const output = page.getByRole('textbox', { name: 'Output' }).first();
  await output.fill('other');
  await output.press('Enter');
  await page.getByText('Another condition, or the node itself').waitFor();
  await output.fill('golden');
  await page.getByRole('button', { name: 'Move down: Condition 1' }).click();
  const moved = await side.nodeWhere('check', ({ conditions }) => conditions[1].output === 'golden');
  assert.equal(moved.outputs.golden, 'human');
  await page.getByRole('button', { name: 'Remove Group: Condition 2.2' }).click();
  await side.nodeWhere('check', ({ conditions }) => conditions[1].when.parameter === 'tier');
  await page.getByRole('button', { name: 'Add group: Condition 2', exact: true }).click();
  await page.getByLabel('Parameter: Condition 2.2.1', { exact: true }).selectOption('LANG');
  await page.getByLabel('Operator: Condition 2.2.1').selectOption({ label: 'is one of' });
  await page.getByRole('button', { name: 'Add: Values: Condition 2.2.1' }).click();
  const added = page.getByRole('textbox', { name: 'Value: Condition 2.2.1 1' });
  await until('the new row has the keyboard', () => added.evaluate((one) => one === document.activeElement));
  await page.keyboard.type('en');
  const made = await side.nodeWhere(
    'check',
    ({ conditions }) => conditions[1].when.all?.[1].any[0].value?.[0] === 'en',
  );
  assert.deepEqual(made.conditions[1].when.all[1], { any: [{ parameter: 'LANG', operator: 'in', value: ['en'] }] });
  await page.getByRole('button', { name: 'Remove the output stale' }).click();
  await side.nodeWhere('check', ({ outputs }) => !('stale' in outputs));
  assert.deepEqual(faults, []);
});

test('code, JSON that is not right yet, pairs, and an intent that is made in passing', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  await addCredential(kit, 'ORDERS', 'https://api.example.com');
  const side = new DrawerSide(kit);
  await side.open(everyKind);
  await side.show('code');
  const code = page.getByRole('textbox', { name: 'JavaScript' });
  await code.fill('a');
  await code.press('Home');
  await code.press('Tab');
  await side.nodeWhere('code', (node) => node.code === '  a');
  await code.press('Escape');
  await code.press('Tab');
  assert.equal(await code.evaluate((one) => one === document.activeElement), false);

  await side.show('hook');
  await page.getByText('It is sent to https://api.example.com only.').waitFor();
  const json = page.getByRole('textbox', { name: 'JSON' });
  await json.fill('{"a": 1,\n b}');
  await page.getByText('look at line 2').waitFor();
  await json.fill('{"a":  1}');
  await side.nodeWhere('hook', ({ body }) => body.value.a === 1);
  assert.equal(await json.inputValue(), '{"a":  1}');
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('the JSON of before is back', async () => (await json.inputValue()).includes('$ISSUE'));
  await page.getByLabel('Body', { exact: true }).selectOption('form');
  await page.getByRole('button', { name: 'Add: Fields' }).click();
  await page.getByRole('textbox', { name: 'Field 1: name' }).fill('k');
  await page.getByRole('textbox', { name: 'Field 1: value' }).fill('v');
  await side.nodeWhere('hook', ({ body }) => body.fields?.k === 'v');
  await page.getByLabel('Body', { exact: true }).selectOption('json');
  await side.nodeWhere('hook', ({ body }) => body.value?.issue === '$ISSUE');

  await side.show('wish');
  await page.getByRole('button', { name: 'New intent…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('wifi');
  await page.getByRole('dialog').getByLabel('Examples').fill('no wifi\n\nmy wifi is down');
  await page.getByRole('button', { name: 'Declare' }).click();
  const draft = await side.draftWhere(({ nodes }) => nodes.wish.intents.includes('wifi'));
  assert.deepEqual(draft.intents.at(-1), { name: 'wifi', examples: ['no wifi', 'my wifi is down'] });
  await side.show('count');
  await page.getByRole('button', { name: 'Declare it' }).click();
  await side.draftWhere(({ parameters }) => parameters.at(-1).name === 'TRIES');
  assert.deepEqual(faults, []);
});

test('who types fast loses no letter, whatever else is drawn meanwhile', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  const side = new DrawerSide(kit);
  await side.open(everyKind);
  await side.show('greet');
  await page.getByRole('textbox', { name: 'Text' }).fill('');
  // The search over the canvas opens and closes between two letters, before the next frame.
  const typed = await page.evaluate(async () => {
    const area = document.activeElement as HTMLTextAreaElement;
    for (const letter of 'Hello') {
      area.setRangeText(letter, area.value.length, area.value.length, 'end');
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
      await new Promise((drawn) => queueMicrotask(() => queueMicrotask(() => drawn(null))));
      area.focus();
    }
    return area.value;
  });
  assert.equal(typed, 'Hello');
  await side.nodeWhere('greet', ({ text }) => text === 'Hello');

  await side.show('ai');
  const warmth = page.getByRole('spinbutton', { name: 'Temperature' });
  await warmth.fill('');
  await page.keyboard.type('0.05');
  await side.nodeWhere('ai', ({ temperature }) => temperature === 0.05);
  await page.keyboard.type('e');
  await side.nodeWhere('ai', ({ temperature }) => temperature === undefined);
  await page.keyboard.type('1');
  await side.nodeWhere('ai', ({ temperature }) => temperature === 0.5);
  assert.deepEqual(faults, []);
});

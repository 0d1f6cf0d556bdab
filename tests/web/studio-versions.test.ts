// Versions in a real Chromium: what changed is read, published, taken back, and nobody is written over unseen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { needsBrowser } from './kit/browser.ts';
import { openStudio, type StudioKit } from './kit/studio.ts';
import { assertLooks } from './kit/studio-looks.ts';

type Agent = Readonly<{
  version: number;
  definition: Readonly<{ name: string; nodes: Readonly<Record<string, object>> }>;
}>;

const end = { type: 'end-conversation' };
const first = {
  name: 'Shop',
  start: 'greet',
  parameters: [{ name: 'WISH', kind: 'custom' }],
  intents: [{ name: 'pay', examples: ['pay', 'my bill'] }],
  nodes: {
    greet: { type: 'send-message', text: 'Hello, how can I help you?', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'WISH', prompt: '', outputs: { default: 'end', missed: 'end' } },
    end,
  },
};
const second = {
  ...first,
  name: 'The shop',
  parameters: [{ name: 'WISH', kind: 'user' }],
  intents: [{ name: 'pay', examples: ['my bill', 'invoice'] }],
  nodes: {
    greet: { type: 'send-message', text: 'Hello, how may I help you?', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'WISH', prompt: '', outputs: { default: 'bye', missed: 'finish' } },
    bye: { type: 'send-message', text: 'Bye', outputs: { default: 'finish' } },
    finish: end,
  },
};

const dialog = (page: Page) => page.getByRole('dialog');
const compared = (page: Page) => page.getByRole('region', { name: 'What changed' });
const changeOf = (page: Page, name: string) =>
  compared(page)
    .getByRole('listitem')
    .filter({ has: page.locator('.change-head').getByText(name, { exact: true }) });
const published = ({ call }: StudioKit): Promise<Agent> => call('GET', '/agents/shop');

async function open({ page, program }: StudioKit, query = ''): Promise<void> {
  await page.goto(`${program.url}/studio/agents/shop/versions${query}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

async function choose(page: Page, what: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More about: ${what}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a draft is published, changed, compared in words, and taken back', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  await call('PUT', '/agents/shop/draft', { definition: first });
  await open(kit);
  await page.getByText('Nothing was published yet').waitFor();
  await assertLooks(page, 'nothing published');
  await page.getByRole('button', { name: 'Publish…' }).click();
  await dialog(page).getByText('It becomes version 1').waitFor();
  await dialog(page).getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('This is the first version.').waitFor();
  assert.equal((await published(kit)).version, 1);

  await call('PUT', '/agents/shop/draft', { definition: second });
  await open(kit);
  await changeOf(page, 'greet').waitFor();
  const text = changeOf(page, 'greet');
  assert.deepEqual(await text.locator('del').allTextContents(), ['can']);
  assert.deepEqual(await text.locator('ins').allTextContents(), ['may']);
  await changeOf(page, 'finish').getByText('was end').waitFor();
  await changeOf(page, 'bye').getByText('Added').waitFor();
  assert.match(String(await changeOf(page, 'ask').textContent()), /Answered leads tofinish→ becomes bye$/);
  assert.match(String(await changeOf(page, 'WISH').textContent()), /Kindcustom→ becomes user$/);
  assert.match(String(await changeOf(page, 'pay').textContent()), /Removed: pay1 line unchangedAdded: invoice$/);
  await compared(page).getByText('1 added, 3 changed').waitFor();
  await assertLooks(page, 'what changed');
  await page.getByRole('button', { name: 'Publish…' }).click();
  await dialog(page).getByText('was end').waitFor();
  await assertLooks(page, 'publish');
  await dialog(page).getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('Version 2 is published.').waitFor();
  await changeOf(page, 'bye').waitFor();

  await choose(page, 'Version 1', 'Return to this version');
  await dialog(page).getByText('It is published again, as version 3').waitFor();
  await assertLooks(page, 'return');
  await dialog(page).getByRole('button', { name: 'Return to it' }).click();
  await page.getByText('Repeats version 1', { exact: true }).waitFor();
  const { version, definition } = await published(kit);
  assert.deepEqual([version, definition], [3, first]);
  await page.getByRole('button', { name: 'Show what changed: Version 2' }).click();
  await changeOf(page, 'bye').getByText('Added').waitFor();
  assert.match(page.url(), /\?before=1&after=2$/);
  await compared(page).getByLabel('From').selectOption('Version 3');
  await changeOf(page, 'bye').getByText('Added').waitFor();
  await compared(page).getByLabel('To').selectOption('Version 1');
  await compared(page).getByText('Nothing changed between the two.').waitFor();
  assert.deepEqual(faults, []);
});

test('who publishes over somebody else is told by whom, and what they changed', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  await call('PUT', '/agents/shop', first);
  await call('PUT', '/agents/shop/draft', { definition: second });
  await open(kit);
  await page.getByRole('button', { name: 'Publish…' }).click();
  await dialog(page).getByText('was end').waitFor();
  await call('PUT', '/agents/shop', { ...first, name: 'Theirs', timeZone: 'Europe/Berlin' });
  await dialog(page).getByRole('button', { name: 'Publish', exact: true }).click();
  await dialog(page).getByText('Version 2 was published by BATON_KEY since this draft was begun').waitFor();
  const theirs = dialog(page).getByRole('region', { name: 'What they changed: Version 1 to Version 2' });
  await theirs.getByText('Europe/Berlin').waitFor();
  await dialog(page).getByRole('region', { name: 'What yours changes' }).getByText('was end').waitFor();
  assert.equal((await published(kit)).definition.name, 'Theirs');
  await assertLooks(page, 'somebody was faster');
  await dialog(page).getByRole('button', { name: 'Publish over it' }).click();
  await page.getByText('Version 3 is published.').waitFor();
  assert.equal((await published(kit)).definition.name, 'The shop');

  await call('PUT', '/agents/shop/draft', { definition: first });
  await call('DELETE', '/agents/shop');
  await open(kit);
  await page.getByRole('button', { name: 'Publish…' }).click();
  await dialog(page).getByText('It was taken away since this draft was begun').waitFor();
  await dialog(page).getByRole('button', { name: 'Publish over it' }).click();
  await page.getByText('Version 4 is published.').waitFor();
  assert.deepEqual((await published(kit)).definition, first);
  assert.deepEqual(faults, []);
});

test(
  'a version is opened as the draft, looked at, kept as a file, and a draft is discarded',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t);
    const { page, faults, call } = kit;
    await call('PUT', '/agents/shop', first);
    await call('PUT', '/agents/shop', second);
    await open(kit);
    await choose(page, 'Version 1', 'View as JSON');
    await dialog(page)
      .getByText('"how can I help you?"', { exact: false })
      .or(dialog(page).locator('pre'))
      .first()
      .waitFor();
    assert.deepEqual(JSON.parse(String(await dialog(page).locator('pre').textContent())), first);
    await assertLooks(page, 'JSON');
    await page.keyboard.press('Escape');
    const saving = page.waitForEvent('download');
    await choose(page, 'Version 1', 'Export as JSON');
    const file = await saving;
    assert.equal(file.suggestedFilename(), 'shop-1.json');
    assert.deepEqual(JSON.parse(readFileSync(await file.path(), 'utf8')), first);

    await choose(page, 'Version 1', 'Open as the draft');
    await dialog(page).getByText('Nothing that is published changes.').waitFor();
    await dialog(page).getByRole('button', { name: 'Open as the draft' }).click();
    await page.waitForURL('**/studio/agents/shop');
    const draft = () => call<Readonly<{ definition: object; base_version: number }>>('GET', '/agents/shop/draft');
    assert.deepEqual((await draft()).definition, first);
    assert.equal((await draft()).base_version, 2);
    await open(kit);
    await choose(page, 'Version 2', 'Open as the draft');
    await dialog(page).getByText('Write over the draft?').waitFor();
    await dialog(page).getByRole('button', { name: 'Write over it' }).click();
    await page.waitForURL('**/studio/agents/shop');
    assert.deepEqual((await draft()).definition, second);
    await open(kit);
    await compared(page).getByText('Nothing changed between the two.').waitFor();
    await choose(page, 'Draft', 'Discard the draft');
    await dialog(page).getByRole('button', { name: 'Discard it' }).click();
    await page.getByRole('button', { name: 'More about: Draft' }).waitFor({ state: 'hidden' });
    assert.equal(await page.getByRole('button', { name: 'Publish…' }).count(), 0);
    assert.deepEqual(faults, []);
  },
);

test('faults keep a draft back; many versions come in pages; who may only look does', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  for (let version = 1; version <= 52; version += 1) {
    await call('PUT', '/agents/shop', { ...first, name: `Shop ${version}` });
  }
  await call('PUT', '/agents/shop/draft', { definition: { ...first, start: 'nowhere' } });
  await open(kit);
  await page.getByRole('button', { name: 'Publish…' }).click();
  await dialog(page).getByText('There is no node "nowhere"').waitFor();
  assert.ok(await dialog(page).getByRole('button', { name: 'Publish', exact: true }).isDisabled());
  await assertLooks(page, 'faults');
  await page.keyboard.press('Escape');
  const lines = page.getByRole('region', { name: 'Versions' }).getByRole('listitem');
  assert.equal(await lines.count(), 51);
  await page.getByRole('button', { name: 'Load more' }).click();
  await page.getByRole('button', { name: 'Show what changed: Version 1', exact: true }).waitFor();
  assert.equal(await lines.count(), 53);
  await page.route('**/me', (route) =>
    route.fulfill({ json: { person: { id: 'p2', name: 'Kim', email: 'kim@example.com', role: 'viewer' } } }),
  );
  await open(kit, '?before=1&after=2');
  await compared(page).getByText('Shop 2').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Publish…' }).count(), 0);
  await page.getByRole('button', { name: 'More about: Version 51' }).click();
  assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['View as JSON', 'Export as JSON']);
  assert.deepEqual(faults, []);
});

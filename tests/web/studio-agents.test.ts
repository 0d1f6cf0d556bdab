// The list of virtual agents in a real Chromium: from nothing to drafts of every beginning, and away again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { studioSample } from '../formats/studio-sample.ts';
import { until } from '../house/kit/until.ts';
import { needsBrowser } from './kit/browser.ts';
import { openStudio, type StudioKit } from './kit/studio.ts';
import { assertLooks } from './kit/studio-looks.ts';

type Draft = Readonly<{
  definition: Readonly<{ name?: string; nodes: Readonly<Record<string, object>> }>;
  base_version: number | null;
}>;
type Agents = Readonly<{ agents: readonly Readonly<{ agent_id: string }>[]; drafts: readonly object[] }>;

const ending = { start: 'end', nodes: { end: { type: 'end-conversation' } } };

async function open({ page, program }: StudioKit): Promise<void> {
  await page.goto(`${program.url}/studio`);
  await page.getByRole('heading', { name: 'Virtual agents', exact: true }).waitFor();
}

const draftOf = ({ call }: StudioKit, id: string): Promise<Draft> => call('GET', `/agents/${id}/draft`);
const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
const dialog = (page: Page) => page.getByRole('dialog');

async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More about ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Tabs on until what has the focus bears this name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let stop = 0; stop < 60; stop += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement: here } = document;
      return `${here?.getAttribute('aria-label') ?? ''} ${here?.textContent ?? ''}`.trim();
    });
    if (name.test(focused)) return;
  }
  assert.fail(`the keyboard does not come to ${name}`);
}

test(
  'from nothing, by keyboard: a template becomes a draft, and what it wants changed is kept',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t);
    const { page, faults, call } = kit;
    await open(kit);
    await page.getByRole('heading', { name: 'Create your first virtual agent' }).waitFor();
    await page.getByRole('button', { name: /^Support with a handoff/ }).waitFor();
    await assertLooks(page, 'nothing yet');
    await tabTo(page, /^Support with a handoff/);
    await page.keyboard.press('Enter');
    await dialog(page).getByText('Replace https://desk.example').waitFor();
    await assertLooks(page, 'a template');
    // The first field has the keyboard already.
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Café & Hilfe');
    assert.equal(await dialog(page).getByLabel('Id').inputValue(), 'cafe-hilfe');
    await page.keyboard.press('Enter');
    await dialog(page).getByText('Nobody can talk with it yet').waitFor();
    await assertLooks(page, 'made');
    await page.getByRole('checkbox').first().check();
    const { definition } = await draftOf(kit, 'cafe-hilfe');
    assert.equal(definition.name, 'Café & Hilfe');
    assert.ok('human' in definition.nodes);
    assert.deepEqual((await call<Agents>('GET', '/agents')).agents, [], 'nothing was published');
    await page.keyboard.press('Escape');
    await rowOf(page, 'Café & Hilfe').getByText('Not published', { exact: true }).waitFor();
    await page.getByRole('button', { name: '2 to do: Café & Hilfe' }).click();
    for (const task of await page.getByRole('checkbox').all()) await task.check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'All done: Café & Hilfe' }).click();
    await page.getByRole('button', { name: 'Forget this list' }).click();
    await page.getByRole('button', { name: 'All done: Café & Hilfe' }).waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Café & Hilfe' }).click();
    await page.waitForURL('**/studio/agents/cafe-hilfe');
    assert.deepEqual(faults, []);
  },
);

test('what others exported becomes a draft, with a report of its parts', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  await open(kit);
  await page.getByRole('button', { name: /^Import/ }).click();
  await dialog(page).getByRole('button', { name: 'Import' }).click();
  await dialog(page).getByText('Choose a file.').waitFor();
  const give = (name: string, mimeType: string, content: string | Uint8Array) =>
    dialog(page)
      .getByLabel('File')
      .setInputFiles({ name, mimeType, buffer: Buffer.from(content) });
  await give('no.json', 'application/json', '{"name": "No", "nodes": 7}');
  await dialog(page).getByRole('button', { name: 'Import' }).click();
  await dialog(page).getByRole('alert').waitFor();
  await give('Café.zip', 'application/zip', studioSample());
  await until('the id follows', async () => (await dialog(page).getByLabel('Id').inputValue()) === 'cafe');
  await assertLooks(page, 'import');
  await dialog(page).getByRole('button', { name: 'Import' }).click();
  await dialog(page).getByText('The import is done').waitFor();
  await dialog(page).getByText('Left out', { exact: false }).first().waitFor();
  await assertLooks(page, 'the report');
  const saving = page.waitForEvent('download');
  await dialog(page).getByRole('button', { name: 'Save the report' }).click();
  const report = readFileSync(await (await saving).path(), 'utf8');
  assert.match(report, /^Left out\n- \S/);
  assert.ok(Object.keys((await draftOf(kit, 'cafe')).definition.nodes).length > 3);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'New virtual agent' }).click();
  await page.getByRole('button', { name: /^Import/ }).click();
  await give('whatever', '', JSON.stringify({ definition: { name: 'Plain', ...ending } }));
  await dialog(page).getByLabel('Id').fill('plain');
  await dialog(page).getByRole('button', { name: 'Import' }).click();
  await dialog(page).getByText('Everything was taken over as it is.').waitFor();
  await dialog(page).getByText('It could be published as it is.').waitFor();
  assert.equal((await draftOf(kit, 'plain')).definition.name, 'Plain');
  await dialog(page).getByRole('button', { name: 'Open the canvas' }).click();
  await page.waitForURL('**/studio/agents/plain');
  assert.deepEqual(faults, []);
});

test('a copy, a file, a virtual agent that is taken away and is still found', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  await call('PUT', '/agents/shop', { name: 'Shop', webChat: true, region: 'eu', ...ending });
  await call('PUT', '/agents/shop/draft', { definition: { name: 'Shop', nodes: {} } });
  await call('PUT', '/agents/bare', { name: 'Bare', ...ending });
  await open(kit);
  await rowOf(page, 'Shop').getByText('Changes not published').waitFor();
  await rowOf(page, 'Shop').getByText('EU').waitFor();
  await assertLooks(page, 'the list');

  const saving = page.waitForEvent('download');
  await choose(page, 'Shop', 'Export as JSON');
  const exported = await saving;
  assert.equal(exported.suggestedFilename(), 'shop.json');
  assert.deepEqual(JSON.parse(readFileSync(await exported.path(), 'utf8')).nodes, ending.nodes);

  await choose(page, 'Shop', 'Duplicate');
  await dialog(page).getByLabel('What is copied').selectOption({ label: 'Version 1, which is published' });
  assert.equal(await dialog(page).getByLabel('Id').inputValue(), 'copy-of-shop');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await page.waitForURL('**/studio/agents/copy-of-shop');
  const copy = await draftOf(kit, 'copy-of-shop');
  assert.deepEqual(
    [copy.definition.name, copy.definition.nodes, copy.base_version],
    ['Copy of Shop', ending.nodes, null],
  );

  await open(kit);
  const opening = page.waitForEvent('popup');
  await choose(page, 'Shop', 'Open the chat page');
  assert.match((await opening).url(), /\/chat\/shop$/);
  for (const name of ['Bare', 'Shop']) {
    await choose(page, name, 'Take away');
    await dialog(page).getByText('New conversations can no longer begin').waitFor();
    await dialog(page).getByRole('button', { name: 'Take it away' }).click();
    await rowOf(page, name).getByText('Not published', { exact: true }).waitFor();
  }
  for (const id of ['bare', 'shop']) assert.equal((await draftOf(kit, id)).base_version, null, `${id} follows nothing`);
  await page.getByRole('button', { name: 'More about Bare' }).click();
  assert.equal(await page.getByRole('menuitem', { name: 'Open the chat page' }).count(), 0);
  await page.getByRole('menuitem', { name: 'Discard the draft' }).click();
  await dialog(page).getByRole('button', { name: 'Discard it' }).click();
  await rowOf(page, 'Bare').waitFor({ state: 'hidden' });
  assert.deepEqual(faults, []);
});

test('an id is free and allowed, also when somebody else was faster', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  await call('PUT', '/agents/shop/draft', { definition: { nodes: {} } });
  await open(kit);
  await rowOf(page, 'Without a name').waitFor();
  await page.getByRole('button', { name: 'New virtual agent' }).click();
  await page.getByRole('button', { name: /^Blank/ }).click();
  const [name, id] = [dialog(page).getByLabel('Name'), dialog(page).getByLabel('Id')];
  await name.fill('Shop');
  assert.equal(await id.inputValue(), 'shop-2');
  await id.fill('shop');
  await dialog(page).getByText('Another virtual agent has this id').waitFor();
  await id.fill('no id');
  await dialog(page).getByText('Use 1 to 64 of').waitFor();
  await id.fill('late');
  await name.fill(' ');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await dialog(page).getByText('Give it a name.').waitFor();
  await name.fill('Late');
  await call('PUT', '/agents/late/draft', { definition: { name: 'First', nodes: {} } });
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await dialog(page).getByText('Another virtual agent has this id').waitFor();
  assert.equal((await draftOf(kit, 'late')).definition.name, 'First');
  await id.fill('later');
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await page.waitForURL('**/studio/agents/later');
  assert.deepEqual((await draftOf(kit, 'later')).definition, { name: 'Late', nodes: {} });
  assert.deepEqual(faults, []);
});

test('many are searched; who may only look changes nothing; a server that is away is told', needsBrowser, async (t) => {
  const kit = await openStudio(t, {}, 'viewer');
  const { page, program, call } = kit;
  await open(kit);
  await page.getByText('There are no virtual agents yet').waitFor();
  await assertLooks(page, 'nothing to see');
  for (let number = 1; number <= 11; number += 1) {
    await call('PUT', `/agents/agent-${number}/draft`, { definition: { name: `Number ${number}`, nodes: {} } });
  }
  await open(kit);
  await page.getByLabel('Search by name or id').fill('number 11');
  await rowOf(page, 'Number 1').waitFor({ state: 'hidden' });
  await rowOf(page, 'Number 11').waitFor();
  assert.equal(await page.getByRole('row').count(), 2);
  await page.getByLabel('Search by name or id').fill('nobody');
  await page.getByText('No virtual agent has “nobody”').waitFor();
  await page.getByLabel('Search by name or id').fill('number 11');
  await page.getByRole('button', { name: 'More about Number 11' }).click();
  assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Settings', 'Versions', 'Export as JSON']);
  assert.equal(await page.getByRole('button', { name: 'New virtual agent' }).count(), 0);
  await page.route('**/agents', (route) => route.abort());
  await page.reload();
  await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor();
  await assertLooks(page, 'a server that is away');
  await page.unroute('**/agents');
  await page.getByRole('button', { name: 'Try again' }).click();
  await rowOf(page, 'Number 11').waitFor();
  assert.ok(program.url);
});

// The draft and its saves in a real Chromium: two pages, two tabs, two people, and answers that are late or lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { until } from '../house/kit/until.ts';
import { needsBrowser } from './kit/browser.ts';
import { addPerson, giveCookie, openStudio, type StudioKit } from './kit/studio.ts';

type Draft = Readonly<{
  revision: number;
  base_version: number | null;
  definition: Readonly<{ name?: string; nodes: Readonly<Record<string, Readonly<{ type: string }>>> }>;
}>;

const flow = {
  name: 'Shop',
  start: 'greet',
  nodes: {
    greet: { type: 'send-message', text: 'Hi', outputs: { default: 'bye' } },
    bye: { type: 'end-conversation' },
  },
  layout: { greet: { x: 0, y: 0 }, bye: { x: 352, y: 0 } },
};
const theirs = { ...flow, nodes: { ...flow.nodes, theirs: { type: 'end-conversation' } } };

const overtaken = (page: Page) => page.getByText('Somebody else changed this draft');
const broughtBack = (page: Page) => page.getByText('Your unsaved work was brought back.');
const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
const draft = ({ call }: StudioKit): Promise<Draft> => call<Draft>('GET', '/agents/shop/draft');

async function go(page: Page, { program }: StudioKit): Promise<void> {
  await page.goto(`${program.url}/studio/agents/shop`);
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
  await card(page, 'bye').waitFor();
}

async function open(kit: StudioKit): Promise<void> {
  await kit.call('PUT', '/agents/shop/draft', { definition: flow });
  await go(kit.page, kit);
}

async function add(page: Page, kind: string): Promise<void> {
  await page.keyboard.press('a');
  await page.keyboard.type(kind);
  await page.keyboard.press('Enter');
}

/** The draft on the server, once it is what it should be. */
const draftWhere = (kit: StudioKit, holds: (found: Draft) => boolean): Promise<Draft> =>
  until(`of the draft: ${holds}`, async () => {
    const found = await draft(kit);
    return holds(found) ? found : null;
  });

/** Does something else with calls of one method to the draft. @returns how to stop. */
async function meet(page: Page, method: string, what: (route: Route) => Promise<void>): Promise<() => Promise<void>> {
  const met = (route: Route): Promise<void> => (route.request().method() === method ? what(route) : route.continue());
  await page.route('**/agents/shop/draft', met);
  return () => page.unroute('**/agents/shop/draft', met);
}

/** From now on nothing of this page is saved. @returns how to let it be saved again. */
const cutSaves = (page: Page): Promise<() => Promise<void>> => meet(page, 'PUT', (route) => route.abort());
const isCut = (page: Page) => page.getByText('Not saved; trying again…').waitFor();

test('a page that reads late takes nothing back, and undo goes from page to page', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  await open(kit);
  await add(page, 'counter');
  await draftWhere(kit, ({ definition }) => 'count' in definition.nodes);
  await page.getByText('Draft · Saved').waitFor();
  const late = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  await meet(page, 'GET', async (route) => {
    const answer = await route.fetch();
    asked.resolve();
    await late.promise;
    await route.fulfill({ response: answer });
    told.resolve();
  });
  await page.getByRole('link', { name: 'Settings' }).click();
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.click();
  await asked.promise;
  await page.keyboard.press('End');
  await page.keyboard.type(' of mine');
  await draftWhere(kit, ({ definition }) => definition.name === 'Shop of mine');
  late.resolve();
  await told.promise;
  assert.equal(await name.inputValue(), 'Shop of mine');
  await page.keyboard.type('!');
  await draftWhere(kit, ({ definition }) => definition.name === 'Shop of mine!');
  assert.equal(await overtaken(page).count(), 0);

  await page.getByRole('link', { name: 'Canvas' }).click();
  await card(page, 'count').waitFor();
  const undo = page.getByRole('button', { name: 'Undo' });
  while ('count' in (await draft(kit)).definition.nodes && (await undo.isEnabled())) {
    await undo.click();
    await page.getByText('Draft · Saved').waitFor();
  }
  const { definition } = await draft(kit);
  assert.deepEqual([definition.name, Object.keys(definition.nodes)], ['Shop', ['greet', 'bye']]);
  assert.deepEqual(faults, []);
});

test('a save whose answer is lost is not taken for somebody else', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page } = kit;
  await open(kit);
  const stop = await meet(page, 'PUT', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await add(page, 'counter');
  await isCut(page);
  await page.keyboard.press('Control+z');
  await add(page, 'webhook');
  await stop();
  const { definition } = await draftWhere(kit, (found) => 'webhook' in found.definition.nodes);
  assert.equal('count' in definition.nodes, false);
  await page.getByText('Draft · Saved').waitFor();
  assert.equal(await overtaken(page).count(), 0);
});

test('work that was overtaken is never saved over theirs by opening the page again', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, call } = kit;
  page.on('dialog', (dialog) => void dialog.accept());
  await open(kit);
  const { revision } = await draft(kit);
  const letSave = await cutSaves(page);
  await add(page, 'counter');
  await isCut(page);
  await call('PUT', '/agents/shop/draft', { definition: theirs, revision });
  for (const _ of [1, 2]) {
    await page.reload();
    await overtaken(page).waitFor();
    await card(page, 'count').waitFor();
  }
  await letSave();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByText('Somebody else changed this draft').waitFor();
  await page.keyboard.press('Escape');
  assert.ok('theirs' in (await draft(kit)).definition.nodes);
  await page.getByRole('button', { name: 'Save mine' }).click();
  await draftWhere(kit, ({ definition }) => 'count' in definition.nodes && !('theirs' in definition.nodes));
});

test('work that is brought back follows the version that it was begun with', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, call } = kit;
  page.on('dialog', (dialog) => void dialog.accept());
  await call('PUT', '/agents/shop', flow);
  await go(page, kit);
  const letSave = await cutSaves(page);
  await add(page, 'counter');
  await isCut(page);
  await call('PUT', '/agents/shop', theirs);
  await page.reload();
  await broughtBack(page).waitFor();
  await letSave();
  const saved = await until('it is saved', () => draft(kit).catch(() => null));
  assert.equal(saved.base_version, 1, 'so whoever publishes it is told of version 2');
});

test('of two tabs one does not forget the work of the other; another person never sees it', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, program } = kit;
  await open(kit);
  const other = await page.context().newPage();
  await go(other, kit);
  await cutSaves(page);
  await add(page, 'counter');
  await isCut(page);
  await add(other, 'webhook');
  await draftWhere(kit, ({ definition }) => 'webhook' in definition.nodes);
  await other.getByText('Draft · Saved').waitFor();
  await page.close();
  const cookies = await other.context().cookies();
  const { cookie } = await addPerson(program, { role: 'designer' });
  await giveCookie(other, program, cookie);
  await go(other, kit);
  await card(other, 'webhook').waitFor();
  assert.equal(await card(other, 'count').count(), 0);
  await other.context().addCookies(cookies);
  await go(other, kit);
  await overtaken(other).waitFor();
  await card(other, 'count').waitFor();
});

test('a draft that somebody discarded can be saved again by whoever still has it', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, call } = kit;
  await open(kit);
  await call('DELETE', '/agents/shop/draft');
  await add(page, 'counter');
  await overtaken(page).waitFor();
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await page.getByText('There is no such virtual agent').waitFor();
  await page.getByRole('button', { name: 'Save mine' }).click();
  const saved = await until('it is saved', () => draft(kit).catch(() => null));
  assert.ok('count' in saved.definition.nodes);
});

// The canvas in a real Chromium: by mouse and by keyboard, with two people on one draft, and with a server that goes away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../house/kit/until.ts';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { addPerson, giveCookie, openStudio, type StudioKit } from './kit/studio.ts';

type Draft = Readonly<{
  revision: number;
  definition: Readonly<{
    start?: string;
    nodes: Readonly<Record<string, Readonly<{ type: string; outputs?: Readonly<Record<string, string>> }>>>;
    layout?: Readonly<Record<string, Readonly<{ x: number; y: number }>>>;
  }>;
}>;

const flow = {
  name: 'Shop',
  start: 'greet',
  nodes: {
    greet: { type: 'send-message', text: 'Hi', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'WISH', prompt: 'What do you need?', outputs: { default: 'bye' } },
    bye: { type: 'end-conversation' },
  },
  parameters: [{ name: 'WISH', kind: 'custom' }],
  layout: { greet: { x: 0, y: 0 }, ask: { x: 352, y: 0 }, bye: { x: 704, y: 0 } },
};

const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
const cardWithKeyboard = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>('.react-flow__node')?.dataset.id);
const saved = (page: Page) => page.getByText('Draft · Saved').waitFor();

async function open({ page, program, call }: StudioKit, definition: object = flow): Promise<void> {
  await call('PUT', '/agents/shop/draft', { definition });
  await page.goto(`${program.url}/studio/agents/shop`);
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
}

/** The draft, once it is what it should be. */
const draftWhere = ({ call }: StudioKit, holds: (draft: Draft['definition']) => boolean): Promise<Draft> =>
  until(`of the draft: ${holds}`, async () => {
    const draft = await call<Draft>('GET', '/agents/shop/draft');
    return holds(draft.definition) ? draft : null;
  });

test('by mouse: drag, connect, cut a line, add where a line is let go, undo and redo', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  await open(kit);
  const handle = (id: string, output: string) =>
    card(page, id).locator(`.react-flow__handle[data-handleid="${output}"]`);
  await handle('ask', 'missed').dragTo(card(page, 'greet').locator('.node-in'));
  await draftWhere(kit, ({ nodes }) => nodes.ask?.outputs?.missed === 'greet');

  const before = await card(page, 'bye').boundingBox();
  assert.ok(before);
  await page.mouse.move(before.x + 60, before.y + 20);
  await page.mouse.down();
  await page.mouse.move(before.x + 60, before.y + 160, { steps: 6 });
  await page.mouse.up();
  const moved = await draftWhere(kit, ({ layout }) => (layout?.bye?.y ?? 0) > 0);
  assert.equal((moved.definition.layout?.bye?.y ?? 0) % 16, 0, 'it stands on the grid');

  await page.locator('.react-flow__edge[data-id="greet default"]').click();
  await page.locator('.react-flow__edge.selected').waitFor();
  await page.keyboard.press('Delete');
  await draftWhere(kit, ({ nodes }) => nodes.greet?.outputs?.default === undefined);
  await page.getByRole('button', { name: 'Undo' }).click();
  await draftWhere(kit, ({ nodes }) => nodes.greet?.outputs?.default === 'ask');
  await page.getByRole('button', { name: 'Redo' }).click();
  await draftWhere(kit, ({ nodes }) => nodes.greet?.outputs?.default === undefined);

  const from = await handle('greet', 'default').boundingBox();
  assert.ok(from);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 260, { steps: 8 });
  await page.mouse.up();
  await page.getByRole('button', { name: 'Webhook', exact: false }).click();
  const added = await draftWhere(kit, ({ nodes }) => nodes.greet?.outputs?.default === 'webhook');
  assert.equal(added.definition.nodes.webhook?.type, 'webhook');
  await page.getByRole('button', { name: /fault/ }).first().waitFor();
  assert.match((await card(page, 'webhook').locator('.node-problems').textContent()) ?? '', /1 fault/);
  await assertAccessible(page, 'a flow with a fault and a node chosen');
  assert.deepEqual(faults, []);
});

test('by keyboard alone: add, move, copy, paste, find, rename by its settings, remove', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  await open(kit);
  await card(page, 'bye').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('need');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Settings of ask' }).waitFor();
  await page.keyboard.press('a');
  await page.getByPlaceholder('Add a node').fill('message');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Settings of message' }).waitFor();
  await card(page, 'greet').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Settings of greet' }).waitFor();
  const before = (await draftWhere(kit, ({ nodes }) => 'message' in nodes)).definition.layout?.greet;
  await page.keyboard.press('ArrowDown');
  const after = (await draftWhere(kit, ({ layout }) => layout?.greet?.y !== before?.y)).definition.layout?.greet;
  assert.ok((after?.y ?? 0) > (before?.y ?? 0));
  await page.keyboard.press('Control+d');
  await draftWhere(kit, ({ nodes }) => 'greet-2' in nodes);
  await page.keyboard.press('Delete');
  await draftWhere(kit, ({ nodes }) => !('greet-2' in nodes));
  await card(page, 'ask').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Delete');
  await card(page, 'ask').waitFor({ state: 'detached' });
  assert.equal(await cardWithKeyboard(page), 'greet', 'the keyboard stays on the canvas');
  await page.keyboard.press('a');
  await page.getByPlaceholder('Add a node').press('Escape');
  assert.equal(await cardWithKeyboard(page), 'greet', 'and goes back to it');
  await page.keyboard.press('Control+z');
  await card(page, 'ask').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  const pasted = await draftWhere(kit, ({ nodes }) => 'ask-2' in nodes);
  assert.equal(pasted.definition.nodes['greet-2']?.outputs?.default, 'ask-2');
  assert.equal(pasted.definition.start, 'greet');
  await page.keyboard.press('Control+z');
  await draftWhere(kit, ({ nodes }) => !('ask-2' in nodes));
  assert.deepEqual(faults, []);
});

/** A machine that is busy: each frame is drawn late. Keys come as fast as they are pressed. */
async function drawLate(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const soon = requestAnimationFrame;
    globalThis.requestAnimationFrame = (draw) => soon(() => setTimeout(() => soon(draw), 150)) as number;
  });
}

test('keys that are faster than what is drawn do what they mean', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults } = kit;
  const { keyboard } = page;
  await drawLate(page);
  await open(kit);
  await card(page, 'bye').waitFor();

  await keyboard.press('/');
  await keyboard.type('bye');
  await keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Settings of bye' }).waitFor();
  await keyboard.press('/');
  await keyboard.type('need');
  await keyboard.press('Enter');
  await keyboard.press('ArrowDown');
  await draftWhere(kit, ({ layout }) => (layout?.ask?.y ?? 0) > 0);

  await keyboard.press('Control+d');
  await keyboard.press('Delete');
  await keyboard.press('a');
  await keyboard.type('counter');
  await keyboard.press('Enter');
  await keyboard.press('Control+d');
  await keyboard.press('Control+d');
  const { nodes, layout } = (await draftWhere(kit, (draft) => 'count' in draft.nodes)).definition;
  assert.deepEqual(Object.keys(nodes), ['greet', 'ask', 'bye', 'count', 'count-2', 'count-3']);
  assert.deepEqual(layout?.['count-3'], { x: (layout?.count?.x ?? 0) + 96, y: (layout?.count?.y ?? 0) + 96 });

  await keyboard.press('Control+z');
  await keyboard.press('Control+a');
  await keyboard.press('Delete');
  await draftWhere(kit, (draft) => Object.keys(draft.nodes).length === 0);
  assert.deepEqual(faults, []);
});

test('two people at once: the second is told, and nothing of either is lost', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, call } = kit;
  await open(kit);
  await card(page, 'bye').waitFor();
  const { revision } = await call<Draft>('GET', '/agents/shop/draft');
  const theirs = { ...flow, nodes: { ...flow.nodes, theirs: { type: 'end-conversation' } } };
  await call('PUT', '/agents/shop/draft', { definition: theirs, revision });
  await page.keyboard.press('a');
  await page.getByPlaceholder('Add a node').fill('counter');
  await page.keyboard.press('Enter');
  await page.getByText('Somebody else changed this draft').waitFor();
  await assertAccessible(page, 'overtaken');
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await card(page, 'theirs').waitFor();
  assert.equal(await card(page, 'count').count(), 0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await card(page, 'count').waitFor();
  await draftWhere(kit, ({ nodes }) => 'count' in nodes && !('theirs' in nodes));
});

test(
  'a server that goes away: what is built meanwhile is saved when it is back, even in a new window',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t);
    const { page, program, call } = kit;
    await open(kit);
    await card(page, 'bye').waitFor();
    await program.kill();
    await page.keyboard.press('a');
    await page.getByPlaceholder('Add a node').fill('counter');
    await page.keyboard.press('Enter');
    await page.getByText('Not saved; trying again…').waitFor();
    await program.start();
    await saved(page);
    assert.ok('count' in (await call<Draft>('GET', '/agents/shop/draft')).definition.nodes);

    await page.route('**/draft', (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue()));
    page.on('dialog', (dialog) => void dialog.accept());
    await page.keyboard.press('a');
    await page.getByPlaceholder('Add a node').fill('custom code');
    await page.keyboard.press('Enter');
    await page.getByText('Not saved; trying again…').waitFor();
    // The server stays away until the new window is there: otherwise it might be saved before that.
    await page.reload();
    await page.getByText('Your unsaved work was brought back.').waitFor();
    await page.unroute('**/draft');
    await draftWhere(kit, ({ nodes }) => 'code' in nodes);

    await page.keyboard.press('a');
    await page.getByPlaceholder('Add a node').fill('webhook');
    await page.keyboard.press('Enter');
    await card(page, 'webhook').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await card(page, 'webhook').waitFor({ state: 'detached' });
    await page.reload();
    await card(page, 'code').waitFor();
    assert.equal(await card(page, 'webhook').count(), 0, 'what was undone before it was saved stays undone');
  },
);

test(
  'written by hand: JSON becomes the canvas, whatever it holds; who may only look changes nothing',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t);
    const { page } = kit;
    await open(kit);
    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    const area = page.getByLabel('Definition');
    await area.fill('{"name": "Shop", "nodes": {');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('This is no JSON yet').waitFor();
    await assertAccessible(page, 'JSON with a fault');
    await area.fill(
      JSON.stringify({ name: 'Shop', start: 'a', nodes: { a: { type: 'teleport', x: 1 }, b: 7 }, own: true }),
    );
    await page.getByRole('button', { name: 'Apply' }).click();
    await card(page, 'b').waitFor();
    assert.equal(await card(page, 'a').locator('.node-kind').textContent(), 'Unknown kind');
    await draftWhere(kit, (definition) => 'own' in definition);

    await giveCookie(page, kit.program, (await addPerson(kit.program, { role: 'viewer' })).cookie);
    await page.reload();
    await page.getByText('You may look at it').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Publish' }).count(), 0);
    await card(page, 'a').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Delete');
    await page.keyboard.press('a');
    assert.equal(await card(page, 'a').count(), 1);
    assert.equal(await page.getByPlaceholder('Add a node').count(), 0);
  },
);

// What the settings of nodes look like to those who see, hear or touch them, and whatever a draft holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './kit/axe.ts';
import { needsBrowser } from './kit/browser.ts';
import { DrawerSide, everyKind } from './kit/drawers.ts';
import { openStudio } from './kit/studio.ts';

const all = Object.keys(everyKind.nodes);

for (const [colorScheme, ids] of [
  ['light', all],
  ['dark', ['greet', 'wish', 'check', 'hook', 'human', 'odd']],
] as const) {
  test(
    `axe finds nothing in the settings of any kind, and nothing sticks out (${colorScheme})`,
    needsBrowser,
    async (t) => {
      const kit = await openStudio(t, { colorScheme, viewport: { width: 900, height: 700 } });
      const { page, faults } = kit;
      const side = new DrawerSide(kit);
      await side.open(everyKind);
      await page.getByText('Draft · Saved').waitFor();
      for (const id of ids) {
        const panel = await side.show(id);
        const folded = panel.locator('details:not([open]) > summary');
        while ((await folded.count()) > 0) await folded.first().click();
        const over = await panel.evaluate((one) => one.scrollWidth - one.clientWidth);
        assert.equal(over, 0, `nothing sticks out of ${id}`);
        await assertAccessible(page, id, '.node-panel');
      }
      assert.deepEqual(faults, []);
    },
  );
}

test(
  'whatever stands in the fields of a node, it is shown, and looking at it changes nothing',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t, {}, 'designer');
    const { faults, call } = kit;
    const odd = { a: [1, null, { b: 2 }] };
    const fields = Object.values(everyKind.nodes).flatMap((node) => Object.keys(node as object));
    const of = (value: unknown) =>
      Object.fromEntries([...fields, 'retries', 'saveChat'].map((field) => [field, value]));
    const kinds = Object.entries(everyKind.nodes).map(([id, node]) => [id, (node as { type: string }).type] as const);
    const nodes = kinds.flatMap(([id, type]) => [
      [`${id}-none`, { type }],
      [`${id}-odd`, { ...of(odd), type }],
      [`${id}-list`, { ...of([odd, null, 'x']), type }],
    ]);
    const definition = { nodes: Object.fromEntries(nodes), parameters: 'none', intents: [{ name: 'a' }] };
    const side = new DrawerSide(kit);
    await side.open(definition);
    for (const id of Object.keys(definition.nodes)) {
      await side.show(id);
      assert.deepEqual(faults, [], id);
    }
    const after = await call<{ definition: object; revision: number }>('GET', '/agents/shop/draft');
    assert.deepEqual([after.definition, after.revision], [definition, 1]);
  },
);

test('who may only look finds every setting shut, and may not test', needsBrowser, async (t) => {
  const kit = await openStudio(t, {}, 'viewer');
  const { page, faults } = kit;
  const side = new DrawerSide(kit);
  await side.open(everyKind);
  for (const id of Object.keys(everyKind.nodes)) {
    const panel = await side.show(id);
    const free = panel.locator(
      ':is(input:not([readonly], :disabled), select:not(:disabled), textarea:not([readonly]), .drawer-insert:not(:disabled))',
    );
    assert.equal(await free.count(), 0, id);
  }
  await side.show('human');
  assert.equal(await page.getByRole('button', { name: 'Test all' }).isDisabled(), true);
  await page.getByText('Testing is for designers and owners.', { exact: false }).waitFor();
  assert.deepEqual(faults, []);
});

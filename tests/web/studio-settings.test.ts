// A virtual agent's settings in a real Chromium: everything that is no node, saved into the draft as it is typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../house/kit/until.ts';
import { needsBrowser } from './kit/browser.ts';
import { openStudio, type StudioKit } from './kit/studio.ts';
import { assertLooks } from './kit/studio-looks.ts';

type Definition = Readonly<{
  name?: string;
  region?: string;
  timeZone?: string;
  webChat?: boolean;
  allowedOrigins?: readonly string[];
  parameters?: readonly Readonly<{ name: string }>[];
  intents?: readonly Readonly<{ name: string; examples: readonly string[] }>[];
  entities?: readonly Readonly<{ name: string }>[];
}>;
type Draft = Readonly<{ revision: number; base_version: number | null; definition: Definition }>;

const flow = {
  name: 'Shop',
  start: 'ask',
  parameters: [{ name: 'WISH', kind: 'custom' }],
  nodes: {
    ask: {
      type: 'collect-input',
      parameter: 'WISH',
      prompt: 'Hi $NAME, what do you need?',
      outputs: { default: 'end' },
    },
    end: { type: 'end-conversation' },
  },
};

const draftOf = ({ call }: StudioKit): Promise<Draft> => call('GET', '/agents/shop/draft');
const dialog = (page: Page) => page.getByRole('dialog');
const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });

/** Resolves when the draft that the server has is as it should be. */
const draftHas = (kit: StudioKit, holds: (definition: Definition) => boolean): Promise<Draft> =>
  until(`of the draft: ${holds}`, async () => {
    const draft = await draftOf(kit).catch(() => null);
    return draft !== null && holds(draft.definition) ? draft : null;
  });

async function open({ page, program }: StudioKit, section = ''): Promise<void> {
  await page.goto(`${program.url}/studio/agents/shop/settings${section && `?section=${section}`}`);
  await page.getByRole('navigation', { name: 'Settings' }).waitFor();
}

const go = (page: Page, section: string) =>
  page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section }).click();

test(
  'what is typed becomes a draft of what is published, and faults are told where they are',
  needsBrowser,
  async (t) => {
    const kit = await openStudio(t);
    const { page, program, faults, call } = kit;
    await call('PUT', '/agents/shop', flow);
    await open(kit);
    await page.getByText('As published in version 1').waitFor();
    await page.getByLabel('Name').fill('');
    await page.getByText('1 thing to repair').waitFor();
    await page.getByLabel('Name').fill('The shop');
    await page.getByLabel('Region').selectOption('EU');
    await page.getByLabel('Time zone').fill('Europe/Nowhere');
    await page.getByLabel('Allowed origins').click();
    await page.getByText('Choose one of the list').waitFor();
    await page.getByLabel('Time zone').fill('Europe/Lisbon');
    await page.getByText(/It is .* there now\./).waitFor();
    await page.getByRole('switch', { name: 'A chat page for everybody' }).click();
    await page.getByText(`${program.url}/chat/shop`, { exact: true }).waitFor();
    await page.getByText(`<a href="${program.url}/chat/shop"`).waitFor();
    await page.getByLabel('Allowed origins').pressSequentially('shop.example\n');
    await page.getByText('“shop.example” is no origin').waitFor();
    await page.getByLabel('Allowed origins').fill('https://shop.example');
    await page.getByRole('button', { name: 'Add it' }).click();
    const allowedOrigins = ['https://shop.example', program.url];
    const { definition, base_version: base } = await draftHas(kit, (now) => now.allowedOrigins?.length === 2);
    const wanted = {
      ...flow,
      name: 'The shop',
      region: 'eu',
      timeZone: 'Europe/Lisbon',
      webChat: true,
      allowedOrigins,
    };
    assert.deepEqual([definition, base], [wanted, 1]);
    await assertLooks(page, 'general');
    await page.getByRole('button', { name: 'Undo' }).click();
    await draftHas(kit, (now) => now.allowedOrigins?.length === 1);
    await page.getByRole('button', { name: 'Do it again' }).click();
    await draftHas(kit, (now) => now.allowedOrigins?.length === 2);
    assert.deepEqual(faults, []);
  },
);

test('parameters are declared, renamed with a warning, and removed with a question', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  await call('PUT', '/agents/shop/draft', { definition: flow });
  await open(kit, 'parameters');
  await page.getByRole('button', { name: 'Declare NAME' }).click();
  await draftHas(kit, ({ parameters = [] }) => parameters.some(({ name }) => name === 'NAME'));
  await page.getByRole('button', { name: 'Declare NAME' }).waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: 'New parameter' }).click();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await dialog(page).getByText('Give it a name.').waitFor();
  for (const [name, fault] of [
    ['9', 'Begin with a letter or _'],
    ['WISH', 'WISH is there already'],
    ['SESSION_ID', 'SESSION_ID is filled by the server'],
  ] as const) {
    await dialog(page).getByLabel('Name').fill(name);
    await dialog(page).getByText(fault).waitFor();
  }
  await dialog(page).getByLabel('Name').fill('ITEMS');
  await dialog(page).getByLabel('Kind').selectOption('User');
  await dialog(page).getByRole('switch', { name: 'Several values' }).click();
  await dialog(page).getByLabel('Begins with').fill('one\n\ntwo');
  await assertLooks(page, 'a parameter');
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  const { definition } = await draftHas(kit, ({ parameters = [] }) => parameters.length === 3);
  assert.deepEqual(definition.parameters?.[2], { name: 'ITEMS', kind: 'user', multi: true, value: ['one', 'two'] });

  await page.getByRole('button', { name: 'Edit WISH' }).click();
  await dialog(page).getByLabel('Name').fill('DESIRE');
  await dialog(page).getByText('ask goes on naming WISH').waitFor();
  await page.keyboard.press('Enter');
  await rowOf(page, 'DESIRE').getByText('Nowhere').waitFor();
  await page.getByRole('button', { name: 'Declare WISH' }).waitFor();
  await page.getByRole('button', { name: 'Remove DESIRE' }).click();
  await rowOf(page, 'DESIRE').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Remove NAME' }).click();
  await dialog(page).getByText('ask names NAME and will go on doing so').waitFor();
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await assertLooks(page, 'parameters');
  await draftHas(kit, ({ parameters = [] }) => parameters.map(({ name }) => name).join() === 'NAME,ITEMS');
  assert.deepEqual(faults, []);
});

test('intents and entities are taught, and a sentence is tried by what is drafted', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  await call('PUT', '/agents/shop/draft', { definition: flow });
  await open(kit, 'intents');
  await page.getByText('No intents yet').waitFor();
  for (const [name, examples] of [
    ['pay', ['I want to pay my bill', 'my invoice', 'how can I pay', 'pay']],
    ['ship', ['where is my parcel', 'my order has not arrived', 'track my delivery']],
  ] as const) {
    await page.getByRole('button', { name: 'New intent' }).click();
    await dialog(page).getByLabel('Name').fill(name);
    await dialog(page).getByLabel('Examples, one a line').fill(examples.join('\n'));
    await dialog(page).getByRole('button', { name: 'Done' }).click();
    await rowOf(page, name).getByText(`${examples.length} examples`).waitFor();
  }
  // At once: what is tried is saved first.
  await page.getByLabel('A sentence of an end user').fill('where is my parcel?');
  await page.keyboard.press('Enter');
  const scores = page.getByRole('list', { name: 'How much it is like each intent' });
  await scores.getByRole('listitem').first().getByText('taken').waitFor();
  assert.match(String(await scores.getByRole('listitem').first().textContent()), /^ship\d+/);
  await assertLooks(page, 'intents');
  await page.getByLabel('A sentence of an end user').fill('zzz');
  await page.getByRole('button', { name: 'Try' }).click();
  await page.getByText('It has nothing in common with any example.').waitFor();

  await go(page, 'Entities');
  await page.getByRole('button', { name: 'New entity' }).click();
  await dialog(page).getByLabel('Name').fill('drink');
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await dialog(page).getByText('Give at least one value.').waitFor();
  await dialog(page).getByLabel('Value 1', { exact: true }).fill('espresso');
  await dialog(page).getByLabel('Also called, one a line: value 1').fill('short black\ncaffè, strong');
  await dialog(page).getByRole('button', { name: 'Add a value' }).click();
  await assertLooks(page, 'an entity');
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  const { definition } = await draftHas(kit, ({ entities = [] }) => entities.length === 1);
  assert.deepEqual(definition.entities, [
    { name: 'drink', values: [{ value: 'espresso', synonyms: ['short black', 'caffè, strong'] }] },
  ]);
  await page.getByLabel('An answer of an end user').fill('a short black, please');
  await page.getByRole('button', { name: 'Try' }).click();
  await page.getByText('Found:').waitFor();
  await page.getByRole('button', { name: 'New entity' }).click();
  await dialog(page).getByLabel('Name').fill('order');
  await dialog(page).getByLabel('What it holds').selectOption('A pattern');
  await dialog(page).getByLabel('Pattern').fill('A-([0-9]{3}');
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await page.getByText('1 thing to repair').waitFor();
  await rowOf(page, 'order').locator('.setting-fault').waitFor();
  await assertLooks(page, 'entities');
  assert.deepEqual(faults, []);
});

test('secrets are shown when asked for, and a new one signs beside the last', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, faults, call } = kit;
  await call('PUT', '/agents/shop', flow);
  const secrets = async () =>
    (await call<{ secrets: readonly { secret: string }[] }>('GET', '/agents/shop/secrets')).secrets;
  const [first] = await secrets();
  assert.ok(first);
  await open(kit, 'secrets');
  await page.getByText('whsec_•').waitFor();
  assert.equal(await page.getByText(first.secret).count(), 0);
  await page.getByRole('button', { name: 'Show: Secret 1' }).click();
  await page.getByText(first.secret).waitFor();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await dialog(page).getByText('if a secret leaked, make a new one twice').waitFor();
  await dialog(page).getByRole('button', { name: 'Make it' }).click();
  await page.getByText('Signs, too').waitFor();
  const [newest, older] = await secrets();
  assert.deepEqual(older, first);
  assert.notEqual(newest, first);
  await page.getByText('How your desk checks a signature').click();
  await page.getByText("import { Webhook } from 'standardwebhooks'").waitFor();
  await assertLooks(page, 'secrets');
  assert.deepEqual(faults, []);
});

test('somebody else was faster; who may only look; a virtual agent that is not there', needsBrowser, async (t) => {
  const kit = await openStudio(t);
  const { page, program, faults, call } = kit;
  await call('PUT', '/agents/shop/draft', { definition: flow });
  await open(kit);
  const { revision } = await draftOf(kit);
  await call('PUT', '/agents/shop/draft', { definition: { ...flow, name: 'Theirs' }, revision });
  await page.getByLabel('Name').fill('Mine');
  await page.getByRole('alert').getByText('Somebody else changed this draft').waitFor();
  await assertLooks(page, 'overtaken');
  await page.getByRole('button', { name: 'Save mine' }).click();
  await draftHas(kit, ({ name }) => name === 'Mine');
  await page.goto(`${program.url}/studio/agents/nobody/settings`);
  await page.getByText('There is no such virtual agent').waitFor();
  await assertLooks(page, 'not there');
  await page.route('**/me', (route) =>
    route.fulfill({ json: { person: { id: 'p2', name: 'Kim', email: 'kim@example.com', role: 'viewer' } } }),
  );
  await open(kit, 'secrets');
  await page.getByRole('heading', { name: 'Web chat' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Endpoint secrets' }).count(), 0);
  assert.ok(await page.getByLabel('Name').isDisabled());
  await go(page, 'Parameters');
  assert.equal(await page.getByRole('button', { name: 'New parameter' }).count(), 0);
  await page.getByRole('button', { name: 'Edit WISH' }).click();
  assert.ok(await dialog(page).getByLabel('Name').isDisabled());
  await assertLooks(page, 'only to look at');
  assert.deepEqual(faults, []);
});

// Makes pictures of every screen of the studio, empty and full, at 1440 and 390 px, light and dark.
// Usage: npm run pictures:studio              docs/studio.png, for the README
//        npm run pictures:studio -- FOLDER    all of them
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Closing } from '../tests/web/kit/browser.ts';
import { playable, wholeTalk } from '../tests/web/kit/desk-story.ts';
import { addPerson, openStudio, type StudioKit } from '../tests/web/kit/studio.ts';
import { paint } from '../tests/web/kit/studio-looks.ts';
import { TesterSide } from '../tests/web/kit/tester.ts';

const [folder] = process.argv.slice(2);
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

/** @param prepare brings the page to what is to be seen, once it is loaded. */
async function picture({ page, program }: StudioKit, name: string, path: string, prepare = settled): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    await page.goto(`${program.url}${path}`);
    await prepare(page);
    for (const scheme of ['light', 'dark'] as const) {
      await paint(page, scheme);
      await page.screenshot({ path: join(folder ?? '', `${name}-${size.width}-${scheme}.png`) });
    }
  }
  console.log(name);
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
}

const isWide = (page: Page): boolean => (page.viewportSize()?.width ?? 0) > 900;

async function empty(kit: StudioKit): Promise<void> {
  await picture(kit, 'agents-empty', '/studio');
  await picture(kit, 'sessions-empty', '/studio/sessions');
  await picture(kit, 'deliveries-empty', '/studio/deliveries');
  await picture(kit, 'keys-empty', '/studio/keys');
  await picture(kit, 'people-empty', '/studio/people');
  await kit.call('PUT', '/agents/empty/draft', { definition: { name: 'Nothing yet', nodes: {} } });
  await picture(kit, 'canvas-empty', '/studio/agents/empty');
}

/** What a team has after some days. */
async function fill(kit: StudioKit, closing: Closing): Promise<string> {
  const story = await playable(closing, kit);
  const { id } = await wholeTalk(story);
  story.desk.behave = ({ body }) => ({ status: body.text === 'stuck' ? 503 : 200 });
  const stuck = await story.connect('customer-4');
  stuck.user.say('stuck');
  await story.owes('stuck', 1);
  for (const name of ['booking', 'order-status', 'faq-with-ai']) {
    const { definition } = await kit.call<{ definition: object }>('GET', `/templates/${name}`);
    await kit.call('PUT', `/agents/${name}/draft`, { definition });
  }
  const published = await kit.call<{ definition: { nodes: object } }>('GET', '/agents/support');
  const changed = { ...published.definition, timeZone: 'Europe/Berlin', webChat: true };
  const nodes = {
    ...published.definition.nodes,
    hello: { type: 'send-message', text: 'Hello, and welcome.', outputs: { default: 'check' } },
  };
  await kit.call('PUT', '/agents/support', { ...changed, nodes });
  await addPerson(kit.program, { role: 'designer', name: 'Ada' });
  await addPerson(kit.program, { role: 'live-agent', name: 'Grace' });
  await kit.call('POST', '/people', { email: 'lin@example.com', role: 'viewer' });
  await kit.call('POST', '/keys', { label: 'Website', scopes: ['init'] });
  return id;
}

/** Tries the draft until the live agent, who is played too, has answered. */
async function tryIt(page: Page): Promise<void> {
  await settled(page);
  await page.getByRole('button', { name: 'Try it' }).click();
  const tester = new TesterSide(page);
  await tester.start();
  await tester.say('A-4711');
  await tester.sees(/your wish/);
  await tester.say('give me a refund');
  await tester.say('Hello, this is Robin. I look after it.', 'As the live agent');
  await tester.sees('I look after it.');
}

async function full(kit: StudioKit, session: string): Promise<void> {
  await picture(kit, 'agents', '/studio');
  await picture(kit, 'canvas', '/studio/agents/support');
  await picture(kit, 'canvas-routing', '/studio/agents/support', async (page) => {
    await settled(page);
    if (!isWide(page)) return;
    await page.keyboard.press('/');
    await page.keyboard.type('live agent routing');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Test all' }).click();
    await page
      .getByText(/accepted the test/)
      .first()
      .waitFor();
  });
  await picture(kit, 'tester', '/studio/agents/support', tryIt);
  for (const section of ['general', 'parameters', 'intents', 'entities', 'secrets']) {
    await picture(kit, `settings-${section}`, `/studio/agents/support/settings?section=${section}`);
  }
  await picture(kit, 'versions', '/studio/agents/support/versions');
  await picture(kit, 'sessions', '/studio/sessions');
  await picture(kit, 'session', `/studio/sessions/${session}`);
  await picture(kit, 'deliveries', '/studio/deliveries');
  await picture(kit, 'keys', '/studio/keys');
  await picture(kit, 'people', '/studio/people');
  await picture(kit, 'account', '/studio/account');
  await picture(kit, 'nowhere', '/studio/nowhere');
}

const closings: (() => Promise<void>)[] = [];
const closing: Closing = { after: (close) => closings.unshift(close) };
try {
  const kit = await openStudio(closing, { deviceScaleFactor: 1 });
  if (folder === undefined) {
    await fill(kit, closing);
    await kit.page.goto(`${kit.program.url}/studio/agents/support`);
    await tryIt(kit.page);
    await paint(kit.page, 'light');
    await kit.page.screenshot({ path: join(import.meta.dirname, '..', 'docs', 'studio.png') });
  } else {
    mkdirSync(folder, { recursive: true });
    await empty(kit);
    await full(kit, await fill(kit, closing));
    await kit.page.context().clearCookies();
    await picture(kit, 'sign-in', '/studio');
  }
} finally {
  for (const close of closings) await close();
}

// Makes pictures of the running program: the demo page in the middle of a handed-over conversation.
// Usage: npm run pictures              docs/demo.png, for the README
//        npm run pictures -- FOLDER    at 1440 and 390 px, light and dark
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Closing, openBrowser, openPage } from '../tests/web/kit/browser.ts';
import { startDemo } from '../tests/web/kit/program.ts';
import { ChatSide, DeskSide } from '../tests/web/kit/sides.ts';

type Picture = Readonly<{ file: string; width: number; height: number; colorScheme: 'light' | 'dark' }>;

const [folder] = process.argv.slice(2);
const pictures: readonly Picture[] =
  folder === undefined
    ? [{ file: join(import.meta.dirname, '..', 'docs', 'demo.png'), width: 1440, height: 860, colorScheme: 'light' }]
    : ([1440, 390] as const).flatMap((width) =>
        (['light', 'dark'] as const).map((colorScheme) => ({
          file: join(folder, `demo-${width}-${colorScheme}.png`),
          ...{ width, height: width === 390 ? 844 : 900, colorScheme },
        })),
      );

/** Plays until the live agent is asked something. On a phone each side is behind a tab. */
async function play(page: Page, show: (side: 'Customer' | 'Desk') => Promise<void>): Promise<void> {
  const chat = new ChatSide(page.locator('#side-customer'));
  const desk = new DeskSide(page.locator('#side-desk'));
  await chat.say('My wifi is down since this morning');
  await chat.sees('What is your name?');
  await chat.say('Ada');
  await chat.sees('Thank you. One moment, a colleague takes over.');
  await show('Desk');
  await desk.choose('Ada');
  await desk.say('Hello Ada, this is Robin. Which lights are on at your router?');
  await show('Customer');
  await chat.sees('Hello Ada, this is Robin. Which lights are on at your router?');
  await chat.say('Only the red one.');
  await show('Desk');
  await desk.sees('Only the red one.');
  await desk.ticks('Read');
}

const closings: (() => Promise<void>)[] = [];
const closing: Closing = { after: (close) => closings.unshift(close) };
try {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const browser = await openBrowser(closing);
  for (const { file, width, height, colorScheme } of pictures) {
    const program = await startDemo(closing);
    const isPhone = width < 860;
    const { page } = await openPage(browser, {
      viewport: { width, height },
      deviceScaleFactor: folder === undefined ? 1 : 2,
      colorScheme,
    });
    await page.goto(program.url);
    await play(page, async (side) => {
      if (isPhone) await page.getByRole('tab', { name: side }).click();
    });
    await page.screenshot({ path: file });
    if (isPhone) {
      await page.getByRole('tab', { name: 'Customer' }).click();
      await page.screenshot({ path: file.replace('.png', '-customer.png') });
    }
    await page.context().close();
    await program.kill();
    console.log(file);
  }
} finally {
  for (const close of closings) await close();
}

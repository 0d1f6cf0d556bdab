import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** No part of the studio may be wider than the window, or than the box it stands in. */
export async function assertNothingSticksOut(page: Page, moment: string): Promise<void> {
  const [width, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.equal(width, seen, `the page is as wide as the window at "${moment}"`);
  const wide = await page
    .locator('.studio-page, .gate-over, .table-box, .timeline, .dialog-body')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map(({ className }) => className));
  assert.deepEqual(wide, [], `nothing sticks out of its box at "${moment}"`);
}

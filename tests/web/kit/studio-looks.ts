import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible } from './axe.ts';

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/** Axe finds nothing in light and dark, on a wide window and a phone, and nothing sticks out at its side. */
export async function assertLooks(page: Page, moment: string): Promise<void> {
  for (const [size, name] of [
    [phone, 'phone'],
    [wide, 'wide'],
  ] as const) {
    await page.setViewportSize(size);
    for (const colorScheme of ['dark', 'light'] as const) {
      await paint(page, colorScheme);
      await assertAccessible(page, `${moment}, ${name}, ${colorScheme}`);
    }
    const sizes = await page.evaluate(() => {
      const boxes = [
        document.documentElement,
        ...document.querySelectorAll('.studio-page, .dialog[open] .dialog-body'),
      ];
      return boxes.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    });
    assert.deepEqual(
      sizes.filter((over) => over > 0),
      [],
      `nothing sticks out at "${moment}", ${name}`,
    );
  }
}

/** Chooses the colours as the page's own button does, and waits until they are drawn. */
export const paint = (page: Page, scheme: 'light' | 'dark'): Promise<void> =>
  page.evaluate(async (chosen) => {
    document.documentElement.dataset.scheme = chosen;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  }, scheme);

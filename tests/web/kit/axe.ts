import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails when axe finds a violation in what the page shows now. @param within a selector of the part that is looked at. */
export async function assertAccessible(page: Page, moment: string, within = ':root'): Promise<void> {
  // Evaluated, not added as a script: the page's own policy lets no foreign script in.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async ([values, part]) => {
      const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
      const found = await inPage.run(part, { runOnly: { type: 'tag', values } });
      return found.violations.map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`,
      );
    },
    [rules, within] as const,
  );
  assert.deepEqual(violations, [], `axe at "${moment}"`);
}

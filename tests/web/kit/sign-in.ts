import type { Page } from 'playwright-core';
import type { Program } from './program.ts';

/** Signs a page's browser in by the link that a demonstration has printed, from within a page of the server. */
export async function signInByLink(page: Page, program: Program): Promise<void> {
  const [, token = ''] = /#link=(\S+)/.exec(program.printed()) ?? [];
  await page.goto(`${program.url}/chat/support`);
  const status = await page.evaluate(async (link) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/sign-in/link', { method: 'POST', headers, body: JSON.stringify({ token: link }) });
    return answer.status;
  }, token);
  if (status !== 200) throw new Error(`The link was refused with ${status}.`);
}

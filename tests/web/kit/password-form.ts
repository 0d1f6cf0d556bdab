import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { Program } from './program.ts';
import { studioPassword } from './studio.ts';

export const password = (page: Page): Locator => page.getByLabel('Password', { exact: true });

/** By the form of the studio's sign-in. */
export async function signIn(page: Page, email = 'robin@example.com', secret = studioPassword): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await password(page).fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Ends a sign-in as another browser of the same person would. */
export async function endSignIn({ url }: Program, cookie: string): Promise<void> {
  const answer = await fetch(`${url}/sign-out`, { method: 'POST', headers: { cookie, origin: url } });
  assert.equal(answer.status, 204);
}

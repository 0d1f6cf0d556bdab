import type { BrowserContextOptions, Page } from 'playwright-core';
import { type Closing, openBrowser, openPage } from './browser.ts';
import { type Program, startProgram } from './program.ts';

export const studioKey = 'a-key-of-the-studios-tests';

export type StudioKit = Readonly<{
  program: Program;
  page: Page;
  faults: readonly string[];
  /** Makes a call with a key, for what a test needs to be there. */
  call: <Body>(method: string, path: string, body?: object) => Promise<Body>;
}>;

/** An empty server with the built-in desk, and a page whose visitor is signed in. */
export async function openStudio(t: Closing, options: BrowserContextOptions = {}, role = 'owner'): Promise<StudioKit> {
  const program = await startProgram(t, {
    args: () => ['start'],
    environment: (port, folder) => ({
      ...{ PORT: String(port), BATON_DATA: folder, BATON_KEY: studioKey, BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
    }),
  });
  const { page, faults } = await openPage(await openBrowser(t), { viewport: { width: 1440, height: 900 }, ...options });
  await page.setExtraHTTPHeaders({ 'x-vgai-key': studioKey });
  const person = { id: 'p1', name: 'Robin', email: 'robin@example.com', role };
  await page.route('**/me', (route) => route.fulfill({ json: { person } }));
  const call = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const answer = await fetch(`${program.url}${path}`, {
      method,
      headers: { 'x-vgai-key': studioKey, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Body;
  };
  return { program, page, faults, call };
}

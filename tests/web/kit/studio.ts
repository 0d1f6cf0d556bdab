import type { BrowserContextOptions, Page } from 'playwright-core';
import { until } from '../../house/kit/until.ts';
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

/** How somebody signs in without a page. */
export const studioPassword = 'a password of the tests';

/** An empty server with the built-in desk. @param more settings, read at each start. */
export const startStudio = (t: Closing, more: () => Readonly<Record<string, string>> = () => ({})): Promise<Program> =>
  startProgram(t, {
    args: () => ['start'],
    environment: (port, folder) => ({
      ...{ PORT: String(port), BATON_DATA: folder, BATON_KEY: studioKey, BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
      ...more(),
    }),
  });

/** An empty server with the built-in desk, and a page whose visitor is signed in. */
export async function openStudio(t: Closing, options: BrowserContextOptions = {}, role = 'owner'): Promise<StudioKit> {
  const program = await startStudio(t);
  const call = callerOf(program);
  const { page, faults } = await openPage(await openBrowser(t), { viewport: { width: 1440, height: 900 }, ...options });
  const cookie = await claimOwner(program);
  await giveCookie(page, program, role === 'owner' ? cookie : (await addPerson(program, { role })).cookie);
  return { program, page, faults, call };
}

/** Makes calls with the account key. */
export function callerOf({ url }: Program): StudioKit['call'] {
  return async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'x-vgai-key': studioKey, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Body;
  };
}

/** The link by which an empty server gets its owner, as it prints it. */
export async function setupLink(program: Program): Promise<string> {
  const link = /http\S+\/studio\/sign-in#setup=\S+/;
  await until('the set-up link is printed', async () => link.test(program.printed()));
  return link.exec(program.printed())?.[0] ?? '';
}

/** Makes the owner Robin. @returns the cookie of their sign-in. */
export async function claimOwner(program: Program): Promise<string> {
  const token = tokenOf(await setupLink(program));
  const owner = { token, name: 'Robin', email: 'robin@example.com', password: studioPassword };
  return enter(program, '/sign-in/owner', owner);
}

export type Added = Readonly<{ id: string; email: string; cookie: string }>;

/** Invites somebody who accepts at once. */
export async function addPerson(
  program: Program,
  { role, name = 'Ada', email = `${name.toLowerCase()}@example.com` }: { role: string; name?: string; email?: string },
): Promise<Added> {
  const invited = await callerOf(program)<{ person: { id: string }; invitation: { url: string } }>('POST', '/people', {
    ...{ email, role, name },
  });
  const accepted = { token: tokenOf(invited.invitation.url), name, password: studioPassword };
  return { id: invited.person.id, email, cookie: await enter(program, '/sign-in/invitation', accepted) };
}

/** Lets the visitor of a page be whose cookie it is. */
export async function giveCookie(page: Page, { url }: Program, cookie: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
}

const tokenOf = (link: string): string => link.split('=').at(-1) ?? '';

async function enter({ url }: Program, path: string, body: object): Promise<string> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

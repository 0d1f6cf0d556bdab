import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { type App, startApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import type { InvitationAnswer } from '../../../src/contract/people/people.ts';
import type { Role } from '../../../src/contract/people/roles.ts';
import { createDesk, type Desk } from '../../../src/desk/desk.ts';
import { type Clock, systemClock } from '../../../src/platform/clock.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { openPageFiles } from '../../../src/platform/page-files.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { databaseFile } from '../../../src/platform/sqlite.ts';
import { openClient } from '../../house/kit/client.ts';
import { type EndUser, openSocket } from '../../house/kit/end-user.ts';
import { supportFlow } from '../../house/kit/flows.ts';
import { accountKey } from '../../house/kit/house.ts';
import { type Browser, openBrowser, tokenOf } from './browser.ts';

export type MountedOptions = Readonly<{
  clock?: Clock;
  /** Where the desk believes the router to be; the router itself when left out. @param url the router. */
  road?: (url: () => string) => Promise<string>;
}>;

/** The router with the desk in its process, at which the router's people sit. */
export class Mounted {
  readonly app: App;
  readonly desk: Desk;
  readonly #folder: string;
  readonly #client = openClient();
  readonly #browsers: Browser[] = [];
  #stopped: Promise<void> | null = null;

  constructor(app: App, desk: Desk, folder: string) {
    this.#folder = folder;
    this.app = app;
    this.desk = desk;
  }

  /** Asks the router's database behind its back. */
  ask(sql: string): readonly Readonly<Record<string, unknown>>[] {
    const database = new DatabaseSync(databaseFile(this.#folder), { timeout: 5_000 });
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  }

  openBrowser(): Browser {
    const browser = openBrowser(() => this.app.url);
    this.#browsers.push(browser);
    return browser;
  }

  /** The first owner, signed in. */
  async owner(): Promise<Browser> {
    const browser = this.openBrowser();
    const answer = await browser.post('/sign-in/link', { token: await this.app.people.ownersSignInToken() });
    if (answer.status !== 200) throw new Error(`The link was refused: ${answer.text}`);
    return browser;
  }

  /** Somebody of a role, signed in. */
  async colleague(role: Role): Promise<Browser & Readonly<{ id: string }>> {
    const json = { email: `${role}@example.org`, role };
    const headers = { 'x-vgai-key': accountKey };
    const { body } = await this.#client.ask<InvitationAnswer>('POST', `${this.app.url}/people`, { headers, json });
    const browser = this.openBrowser();
    const accepted = { token: tokenOf(body.invitation.url), name: `The ${role}`, password: 'a long enough password' };
    const answer = await browser.post('/sign-in/invitation', accepted);
    if (answer.status !== 200) throw new Error(`The invitation was refused: ${answer.text}`);
    return { ...browser, id: body.person.id };
  }

  /** An end user who waits at the desk. @returns the desk's id of the conversation too. */
  async arrive(nudge?: () => void): Promise<Readonly<{ user: EndUser; at: string }>> {
    const headers = { 'x-vgai-key': accountKey };
    const flow = supportFlow({ url: (kind) => this.desk.endpoints()[kind] });
    const published = await this.#client.ask('PUT', `${this.app.url}/agents/support`, { headers, json: flow });
    if (published.status !== 200) throw new Error(`The flow was refused: ${published.text}`);
    type Init = { session_id: string; session_token: string };
    const json = { agent_id: 'support' };
    const { body } = await this.#client.ask<Init>('POST', `${this.app.url}/http/init`, { headers, json });
    const user = openSocket(this.app.url, body.session_id, body.session_token, nudge === undefined ? {} : { nudge });
    await user.hears('Hello.');
    user.say('my wifi is down');
    await user.sees('connected');
    return { user, at: `${body.session_id}.1` };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.app.stop();
    return this.#stopped;
  }

  async close(): Promise<void> {
    for (const browser of this.#browsers) browser.close();
    this.#client.close();
    await this.stop();
  }
}

export async function mountedFor(t: TestContext, { clock, road }: MountedOptions = {}): Promise<Mounted> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-mounted-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let url = (): string => '';
  const way = { url: null as string | null };
  const desk = await createDesk({
    ...{ dataFolder: folder, routerUrl: () => way.url ?? url(), url: () => url(), key: accountKey, accounts: 'router' },
    ...{ clock: clock ?? systemClock(), random: systemRandom(), log: silentLog, pages: openPageFiles('nowhere') },
  });
  const environment = {
    ...{ PORT: '0', BATON_DATA: folder, BATON_KEY: accountKey, BATON_SECRET: 'a-secret-for-tests-only' },
    ...{ BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
  };
  const app = await startApp(readConfig(environment), {
    log: silentLog,
    ...(clock && { clock }),
    mount: (server, known) => {
      url = known;
      desk.mount(server);
    },
  });
  way.url = (await road?.(() => app.url)) ?? null;
  const mounted = new Mounted(app, desk, folder);
  t.after(() => mounted.close());
  desk.start();
  return mounted;
}

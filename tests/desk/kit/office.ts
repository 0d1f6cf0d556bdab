import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { type DeskServer, startDeskServer } from '../../../src/desk/desk-server.ts';
import { type Clock, systemClock } from '../../../src/platform/clock.ts';
import type { Log } from '../../../src/platform/log.ts';
import { openPageFiles } from '../../../src/platform/page-files.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { hashKey } from '../../../src/platform/secrets.ts';
import type { EndUser } from '../../house/kit/end-user.ts';
import { supportFlow } from '../../house/kit/flows.ts';
import { accountKey, type Conversation, type House, houseFor } from '../../house/kit/house.ts';
import { type Browser, openBrowser } from './browser.ts';

/** The built-in desk as a program of its own, beside the real router. */
export class Office {
  readonly house: House;
  readonly folder: string;
  readonly clock: Clock;
  readonly browser: Browser;
  /** What the desk logged, as `level sentence {fields}`. */
  readonly logged: string[] = [];
  readonly #browsers: Browser[] = [];
  #server: DeskServer | null = null;
  #port = 0;
  /** Where the desk believes the router to be. */
  routerUrl: string;

  constructor(house: House, clock: Clock) {
    this.house = house;
    this.clock = clock;
    this.routerUrl = house.url;
    this.folder = mkdtempSync(join(tmpdir(), 'baton-desk-'));
    this.browser = this.openBrowser();
  }

  get server(): DeskServer {
    if (this.#server === null) throw new Error('The desk is not running.');
    return this.#server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts the desk, again at the address it had before. */
  async start(): Promise<void> {
    this.#server = await startDeskServer({
      ...{ host: '127.0.0.1', port: this.#port, url: null, trustProxy: null, dataFolder: this.folder },
      ...{ routerUrl: () => this.routerUrl, key: accountKey, pages: openPageFiles(join(this.folder, 'pages')) },
      ...{ clock: this.clock, random: systemRandom(), log: this.#log() },
    });
    this.#port = Number(new URL(this.#server.url).port);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.stop();
  }

  #log(): Log {
    const write = (level: string) => (fields: object, message: string) => {
      this.logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
    return { info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug') };
  }

  /** Changes the desk's database behind its back. */
  alter(sql: string, ...values: readonly (string | number)[]): void {
    const database = new DatabaseSync(join(this.folder, 'desk.sqlite'));
    database.prepare(sql).run(...values);
    database.close();
  }

  /** Somebody else who works at this desk. @returns their cookie. */
  colleague(name: string): string {
    const token = `a-token-of-${name}`;
    const soon = this.clock.now() + 3_600_000;
    this.alter("INSERT INTO people VALUES (?, 'colleague', ?, NULL, NULL, 0)", name, name);
    this.alter('INSERT INTO sign_ins VALUES (?, ?, 0, ?, ?)', hashKey(token), name, soon, soon);
    return `baton_desk_${this.#port}=${token}`;
  }

  openBrowser(): Browser {
    const browser = openBrowser(() => this.url);
    this.#browsers.push(browser);
    return browser;
  }

  async close(): Promise<void> {
    for (const browser of this.#browsers) browser.close();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  signInLink(): string {
    return this.server.desk.links?.signIn() ?? '';
  }

  setupLink(): string | null {
    return this.server.desk.links?.setup() ?? null;
  }

  async signIn(browser = this.browser): Promise<Browser> {
    const answer = await browser.followLink(this.signInLink());
    if (answer.status !== 200) throw new Error(`The link was refused: ${answer.text}`);
    return browser;
  }

  /** Publishes the support flow with this desk behind it. */
  async publish(human: Readonly<Record<string, unknown>> = {}, id = 'support'): Promise<void> {
    const desk = { url: (kind: string) => `${this.url}/desk/hooks/${kind}` };
    await this.house.publish(supportFlow(desk, human), id);
  }

  /** An end user who waits at the desk. @returns the desk's id of the conversation too. */
  async arrive(agentId = 'support'): Promise<Conversation & Readonly<{ user: EndUser; at: string }>> {
    const session = await this.house.init(agentId);
    const user = this.house.connect(session);
    await user.hears('Hello.');
    user.say('my wifi is down');
    await user.sees('connected');
    return { ...session, user, at: `${session.id}.1` };
  }
}

export type OfficeOptions = Readonly<{ clock?: Clock; human?: Readonly<Record<string, unknown>> }>;

/** A router and a desk for one test, with the flow published and the owner signed in. */
export async function officeFor(t: TestContext, { clock = systemClock(), human }: OfficeOptions = {}): Promise<Office> {
  const house = await houseFor(t);
  const office = new Office(house, clock);
  t.after(() => office.close());
  await office.start();
  await office.publish(human);
  await office.signIn();
  return office;
}

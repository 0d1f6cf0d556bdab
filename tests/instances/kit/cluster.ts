import type { TestContext } from 'node:test';
import { type App, type AppOptions, startApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { startTestServer, type TestServer } from '../../../src/store/postgres/server.contract.ts';
import { type AnyBody, type Asking, type Client, openClient } from '../../house/kit/client.ts';
import { type Desk, openDesk } from '../../house/kit/desk.ts';
import { type EndUser, openSocket, type SocketOptions } from '../../house/kit/end-user.ts';
import { supportFlow } from '../../house/kit/flows.ts';
import { type MortalServer, mortalServer } from '../../house/kit/mortal-server.ts';

export const accountKey = 'a-key-for-tests-only';

/** One of several servers on one database: where it is reached. */
export type Server = Readonly<{ url: string }>;

export type Session = Readonly<{ id: string; token: string }>;

/** Servers on one PostgreSQL, beside a real desk. They know nothing of each other but the database's address. */
export class Cluster {
  readonly desk: Desk;
  readonly database: string;
  readonly #postgres: TestServer;
  readonly #client: Client = openClient();
  readonly #apps = new Set<App>();
  readonly #mortals = new Set<MortalServer>();
  readonly #users: EndUser[] = [];

  constructor(desk: Desk, postgres: TestServer, database: string) {
    this.desk = desk;
    this.#postgres = postgres;
    this.database = database;
  }

  #environment(more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return {
      ...{ PORT: '0', DATABASE_URL: this.database, BATON_KEY: accountKey, BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
      ...{ BATON_LOG_LEVEL: 'silent', ...more },
    };
  }

  /** Starts a server in this process. */
  async start(environment: Readonly<Record<string, string>> = {}, instead: AppOptions = {}): Promise<App> {
    const app = await startApp(readConfig(this.#environment(environment)), { log: silentLog, ...instead });
    this.#apps.add(app);
    return app;
  }

  async stop(app: App): Promise<void> {
    this.#apps.delete(app);
    await app.stop();
  }

  /** Starts a server in a process of its own, which can be killed. */
  async startMortal(environment: Readonly<Record<string, string>> = {}): Promise<MortalServer> {
    const server = mortalServer(this.#environment(environment));
    this.#mortals.add(server);
    await server.start();
    return server;
  }

  /** Asks the database itself. */
  sql(text: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    return this.#postgres.ask(this.database, text, values);
  }

  ask<Body = AnyBody>(server: Server, method: string, path: string, asking: Asking = {}) {
    const headers = { 'x-vgai-key': accountKey, ...asking.headers };
    return this.#client.ask<Body>(method, `${server.url}${path}`, { ...asking, headers });
  }

  async publish(server: Server, human: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const answer = await this.ask(server, 'PUT', '/agents/support', { json: supportFlow(this.desk, human) });
    if (answer.status !== 200) throw new Error(`The flow was refused: ${answer.text}`);
  }

  async init(server: Server): Promise<Session> {
    const json = { agent_id: 'support' };
    const { body, text, status } = await this.ask<{ session_id: string; session_token: string }>(
      ...([server, 'POST', '/http/init', { json }] as const),
    );
    if (status !== 200) throw new Error(`The session was refused: ${text}`);
    return { id: body.session_id, token: body.session_token };
  }

  connect(server: Server, { id, token }: Session, options: SocketOptions = {}): EndUser {
    const user = openSocket(server.url, id, token, options);
    this.#users.push(user);
    return user;
  }

  /** A session on a server that a live agent is connected to. */
  async talk(server: Server): Promise<Session & Readonly<{ user: EndUser }>> {
    const session = await this.init(server);
    const user = this.connect(server, session);
    await user.hears('Hello.');
    user.say('my wifi is down');
    await user.sees('connected');
    return { ...session, user };
  }

  outbound(server: Server, id: string, json: unknown, headers: Readonly<Record<string, string>> = {}) {
    return this.ask(server, 'POST', `/live-agent/outbound/${id}`, { json, headers });
  }

  disconnect(server: Server, id: string, json: unknown = {}) {
    return this.ask(server, 'POST', `/live-agent/disconnect/${id}`, { json });
  }

  async events(server: Server, id: string) {
    const path = `/sessions/${id}/events?limit=1000`;
    type Page = { events: readonly (Readonly<Record<string, unknown>> & Readonly<{ seq: number; kind: string }>)[] };
    return (await this.ask<Page>(server, 'GET', path)).body.events;
  }

  async close(): Promise<void> {
    for (const user of this.#users) user.socket.terminate();
    await this.desk.close();
    for (const app of this.#apps) await app.stop();
    for (const server of this.#mortals) await server.kill();
    this.#client.close();
  }
}

/** Starts the database that the tests of a file share. */
export function clusters(before: (work: () => Promise<void>) => void, after: (work: () => Promise<void>) => void) {
  let postgres: TestServer | null = null;
  before(async () => {
    postgres = await startTestServer();
  });
  after(async () => postgres?.stop());
  return async (t: TestContext): Promise<Cluster> => {
    if (postgres === null) throw new Error('There is no database.');
    const cluster = new Cluster(await openDesk(), postgres, await postgres.newDatabase());
    t.after(() => cluster.close());
    return cluster;
  };
}

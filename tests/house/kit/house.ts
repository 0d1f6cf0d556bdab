import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { type App, type AppOptions, startApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { type HandClock, handClock } from '../../../src/platform/hand-clock.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { hashKey } from '../../../src/platform/secrets.ts';
import { type Answer, type AnyBody, type Asking, type Client, openClient } from './client.ts';
import { type Desk, openDesk } from './desk.ts';
import { type EndUser, openSocket, type SocketOptions } from './end-user.ts';
import { supportFlow } from './flows.ts';
import { engine, openStorage, running, type TestStorage } from './storage.ts';
import { type Condition, settle, until } from './until.ts';

export const accountKey = 'a-key-for-tests-only';

/** What a session is called by. */
export type Conversation = Readonly<{ id: string; token: string }>;

/** One event as the log's page shows it. */
export type LoggedEvent = Readonly<Record<string, unknown>> & Readonly<{ seq: number; at: string; kind: string }>;

export type Delivery = Readonly<{
  id: string;
  lane: string;
  kind: string;
  seq: number;
  state: string;
  attempts: number;
  next_attempt_at: string | null;
  last_failure: string | null;
  owed_since: string;
}>;

export type HouseOptions = Readonly<{
  /** Wall time at the start, ms; without it the machine's clock is used. */
  hands?: number;
  /** More of the environment. */
  environment?: Readonly<Record<string, string>>;
  /** What stands in the place of more of the real thing. */
  instead?: AppOptions;
}>;

/** The real program on a port and a database of its own, beside a real desk. */
export class House {
  readonly desk: Desk;
  readonly storage: TestStorage;
  readonly clock: HandClock | null;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #instead: AppOptions;
  readonly #client: Client = openClient();
  readonly #users: EndUser[] = [];
  #app: App | null = null;
  #closing: Promise<void> | null = null;

  constructor(desk: Desk, storage: TestStorage, { hands, environment = {}, instead = {} }: HouseOptions) {
    this.desk = desk;
    this.storage = storage;
    this.clock = hands === undefined ? null : handClock(hands);
    this.#instead = instead;
    this.#environment = {
      PORT: '0',
      ...storage.environment,
      BATON_KEY: accountKey,
      BATON_SECRET: 'a-secret-for-tests-only',
      BATON_ALLOW_NETWORKS: '127.0.0.1/32',
      BATON_LOG_LEVEL: 'silent',
      // Tests share one address; those of this limit set it anew.
      BATON_WRONG_TRIES_PER_MINUTE: '1000000',
      ...environment,
    };
  }

  get app(): App {
    if (this.#app === null) throw new Error('The program is not running.');
    return this.#app;
  }

  /** Where the program keeps what lies in files. */
  get folder(): string {
    return this.storage.folder;
  }

  get url(): string {
    return this.app.url;
  }

  get hands(): HandClock {
    if (this.clock === null) throw new Error('This house lives on the machine’s clock; open it with `hands`.');
    return this.clock;
  }

  /** @param changed of the environment, for this run only. */
  async start(changed: Readonly<Record<string, string>> = {}): Promise<void> {
    const clock = this.clock === null ? {} : { clock: this.clock };
    const options = { log: silentLog, ...clock, ...this.#instead };
    this.#app = await startApp(readConfig({ ...this.#environment, ...changed }), options);
  }

  /** Starts the program a second time on the same folder, which is to be refused. */
  async startAnother(): Promise<void> {
    const another = await startApp(readConfig(this.#environment), { log: silentLog });
    await another.stop();
  }

  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = null;
    await app?.stop();
  }

  /** A stop that waits for somebody by the hands gets nowhere unless they move. */
  async #stopInTime(): Promise<void> {
    let stopped = false;
    const stopping = this.stop().finally(() => {
      stopped = true;
    });
    stopping.catch(() => {}); // It is awaited below.
    const soon = performance.now() + 100;
    const push = (): void => (performance.now() < soon ? undefined : this.clock?.advance(100));
    await until('the program has stopped', () => stopped, push);
    await stopping;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const user of this.#users) user.socket.terminate();
    await this.desk.close();
    await this.#stopInTime();
    this.#client.close();
    this.storage.close();
    running.delete(this);
  }

  /** Rings what is due without moving the hands. */
  readonly nudge = (): void => this.clock?.advance(0);

  until<Value>(what: string, condition: Condition<Value>): Promise<NonNullable<Exclude<Value, false>>> {
    return until(what, condition, this.nudge);
  }

  async settle(): Promise<void> {
    await settle(this.nudge);
    if (engine === 'sqlite') return;
    await this.#pace();
    await settle(this.nudge);
  }

  /** One request with the account key, unless `headers` say otherwise. */
  ask<Body = AnyBody>(method: string, path: string, asking: Asking = {}): Promise<Answer<Body>> {
    const headers = { 'x-vgai-key': accountKey, ...asking.headers };
    return this.#client.ask<Body>(method, `${this.url}${path}`, { ...asking, headers });
  }

  /** One request with the headers given and no other. */
  askBare<Body = AnyBody>(method: string, path: string, asking: Asking = {}): Promise<Answer<Body>> {
    return this.#client.ask<Body>(method, `${this.url}${path}`, asking);
  }

  /** A key with these scopes only. */
  async makeKey(scopes: readonly string[]): Promise<string> {
    const key = `key-${randomUUID()}`;
    const stored = { id: randomUUID(), hash: hashKey(key), label: 'test', scopes, createdAt: 0, revokedAt: null };
    await this.app.store.keys.add(stored);
    return key;
  }

  /** Publishes a flow that must be accepted. */
  async publish(flow: object, id = 'support'): Promise<Answer<AnyBody & { warnings?: unknown }>> {
    const answer = await this.ask('PUT', `/agents/${id}`, { json: flow });
    if (answer.status !== 200) throw new Error(`The flow was refused: ${answer.text}`);
    return answer;
  }

  async init(agentId = 'support', user?: { id: string }): Promise<Conversation> {
    const json = { agent_id: agentId, ...(user && { user }) };
    const answer = await this.ask<{ session_id: string; session_token: string }>('POST', '/http/init', { json });
    if (answer.status !== 200) throw new Error(`The session was refused: ${answer.text}`);
    return { id: answer.body.session_id, token: answer.body.session_token };
  }

  step<Body = AnyBody>({ id, token }: Conversation, json: unknown): Promise<Answer<Body>> {
    return this.askBare<Body>('POST', `/http/${id}/step`, { json, headers: { authorization: `Bearer ${token}` } });
  }

  connect({ id, token }: Conversation, options: SocketOptions = {}): EndUser {
    const user = openSocket(this.url, id, token, { nudge: this.nudge, ...options });
    this.#users.push(user);
    return user;
  }

  outbound(id: string, json: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer<AnyBody>> {
    return this.ask('POST', `/live-agent/outbound/${id}`, { json, headers });
  }

  disconnect(id: string, json: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer<AnyBody>> {
    return this.ask('POST', `/live-agent/disconnect/${id}`, { json, headers });
  }

  async events(id: string): Promise<readonly LoggedEvent[]> {
    const path = `/sessions/${id}/events?limit=1000`;
    return (await this.ask<{ events: readonly LoggedEvent[] }>('GET', path)).body.events;
  }

  async eventsOf(id: string, kind: string): Promise<readonly LoggedEvent[]> {
    return (await this.events(id)).filter((event) => event.kind === kind);
  }

  async deliveries(query = ''): Promise<readonly Delivery[]> {
    return (await this.ask<{ deliveries: readonly Delivery[] }>('GET', `/deliveries?${query}`)).body.deliveries;
  }

  /** Moves the hands by small steps until the condition holds. */
  advanceUntil<Value>(what: string, stepMs: number, condition: Condition<Value>) {
    const paced = async (): Promise<Value> => {
      await this.#pace();
      return condition();
    };
    return until(what, engine === 'sqlite' ? condition : paced, () => this.hands.advance(stepMs));
  }

  /** Hands that run ahead of the database leave no time for what is to happen meanwhile: it gets some round trips. */
  async #pace(): Promise<void> {
    for (let trips = 0; trips < 4; trips += 1) await this.#app?.store.ping().catch(() => {});
  }
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const storage = await openStorage();
  const house = new House(await openDesk(), storage, options);
  running.add(house);
  try {
    await house.start();
  } catch (error) {
    await house.close();
    throw error;
  }
  return house;
}

/** A house for one test; it is closed when the test ends. */
export async function houseFor(t: TestContext, options: HouseOptions = {}): Promise<House> {
  const house = await openHouse(options);
  t.after(() => house.close());
  return house;
}

export const issue = 'my wifi is down';

export type Talk = Conversation & Readonly<{ user: EndUser }>;

/** A conversation whose end user has said what the matter is, so that the first handoff is under way. */
export async function handOver(house: House, human: Readonly<Record<string, unknown>> = {}): Promise<Talk> {
  await house.publish(supportFlow(house.desk, human));
  return beginTalk(house);
}

/** The same with the flow that was published before. */
export async function beginTalk(house: House): Promise<Talk> {
  const session = await house.init();
  const user = house.connect(session);
  await user.hears('Hello.');
  user.say(issue);
  await user.sees('connecting');
  return { ...session, user };
}

/** A conversation that a live agent owns and is connected to. */
export async function connectTalk(house: House, human: Readonly<Record<string, unknown>> = {}): Promise<Talk> {
  const talk = await handOver(house, human);
  await talk.user.sees('connected');
  return talk;
}

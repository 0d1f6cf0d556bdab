import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Answer, type AnyBody, type Asking, type Client, openClient } from '../../tests/house/kit/client.ts';
import { supportFlow } from '../../tests/house/kit/flows.ts';
import { until } from '../../tests/house/kit/until.ts';
import { collectionOf, type Operation } from './operations.ts';
import { accountKey, type Program } from './program.ts';
import { type Manner, openStubDesk, type StubDesk } from './stub-desk.ts';
import { canary } from './values.ts';

export type Conversation = Readonly<{ id: string; token: string }>;

/** States that a session can be in, and the virtual agent that brings it there. */
const states = {
  created: 'stub',
  waiting: 'stub',
  connecting: 'never',
  queued: 'queued',
  connected: 'stub',
  atDesk: 'desk',
  dead: 'dead',
  stuck: 'stuck',
  handedBack: 'stub',
  ended: 'stub',
  unsaid: 'chat',
} as const;

export type State = keyof typeof states;
export const stateNames = Object.keys(states) as readonly State[];

const manners: Readonly<Record<string, Manner>> = {
  stub: 'content',
  queued: 'queued',
  never: 'never',
  dead: 'refusing',
  stuck: 'failing',
};
const kept = 8;
const most = 40;

export type Note = (method: string, path: string, status: number) => void;

/** What there is to be asked for: sessions in every state, deliveries, virtual agents, a signed-in page of the desk. */
export class World {
  readonly program: Program;
  readonly stub: StubDesk;
  readonly operations: readonly Operation[];
  readonly #client: Client = openClient();
  readonly #sessions = new Map<State, Conversation[]>(stateNames.map((name) => [name, []]));
  /** Ids by the path of the collection that listed them. */
  readonly #ids = new Map<string, string[]>();
  readonly #sockets = new Set<WebSocket>();
  /** Real flows, as they were published. */
  readonly flows: object[] = [];
  secret = '';
  cookie = '';
  /** A sign-in that may be signed out. */
  spareCookie = '';
  /** Sessions that only the desk was told of, by its hooks. */
  readonly told: string[] = [];

  readonly #note: Note;

  private constructor(program: Program, stub: StubDesk, operations: readonly Operation[], note: Note) {
    this.#note = note;
    this.program = program;
    this.stub = stub;
    this.operations = operations;
  }

  /** @param note is told of every request that is made to set things up. */
  static async make(program: Program, operations: readonly Operation[], note: Note): Promise<World> {
    const world = new World(program, await openStubDesk(), operations, note);
    await world.#publishAll();
    await world.#signIn();
    await world.tend(2);
    return world;
  }

  async ask<Body = AnyBody>(method: string, path: string, asking: Asking = {}): Promise<Answer<Body>> {
    const headers = { 'x-vgai-key': accountKey, ...asking.headers };
    const answer = await this.#client.ask<Body>(method, `${this.program.url}${path}`, { ...asking, headers });
    this.#note(method, path, answer.status);
    return answer;
  }

  async #publishAll(): Promise<void> {
    const desk = (kind: string): string => `${this.program.url}/desk/hooks/${kind}`;
    const publish = async (id: string, url: (kind: string) => string, more: object = {}): Promise<void> => {
      const flow = supportFlow({ url } as never, { connectWithin: 3600, transferParameters: ['ISSUE'] }, { ...more });
      this.flows.push(flow);
      const { status, text } = await this.ask('PUT', `/agents/${id}`, { json: flow });
      if (status !== 200) throw new Error(`The flow was refused: ${text}`);
    };
    for (const [id, manner] of Object.entries(manners)) await publish(id, this.stub.url(manner));
    await publish('desk', desk);
    await publish('chat', desk, { webChat: true });
    await this.#keepScratch();
    const { body } = await this.ask<{ secrets: { secret: string }[] }>('GET', '/agents/desk/secrets');
    this.secret = body.secrets[0]?.secret ?? '';
  }

  /** Virtual agents that requests may publish anew, or take away, each with a draft that may be published. */
  async #keepScratch(): Promise<void> {
    for (const id of ['scratch-1', 'scratch-2']) {
      await this.ask('PUT', `/agents/${id}`, { json: this.flows[0] });
      await this.ask('DELETE', `/agents/${id}/draft`);
      await this.ask('PUT', `/agents/${id}/draft`, { json: { definition: this.flows[0] } });
    }
  }

  readonly owner = { name: 'Ana', email: 'ana@example.org', password: 'a long password' };

  async #signIn(): Promise<void> {
    const json = { token: this.program.setupToken, ...this.owner };
    this.cookie = cookieOf(await this.ask('POST', '/sign-in/owner', { json }));
    await this.#signInSpare();
  }

  async #signInSpare(): Promise<void> {
    const { email, password } = this.owner;
    const answer = await this.ask('POST', '/sign-in', { json: { email, password } });
    // After many wrong passwords from this address the right one is refused too, by design.
    this.spareCookie = answer.status === 429 ? '' : cookieOf(answer);
  }

  /** Makes `count` more sessions of each state, and learns anew what can be asked for. */
  async tend(count = 1): Promise<void> {
    for (let made = 0; made < count; made += 1) await Promise.all(stateNames.map((name) => this.#makeSession(name)));
    await this.#keepScratch();
    await this.#signInSpare();
    this.#tellDesk();
    const lists = this.operations.filter(
      ({ method, parameters, id }) => method === 'GET' && parameters.length === 0 && id !== 'desk.stream',
    );
    for (const { path } of lists)
      this.learn(path, (await this.ask('GET', path, { headers: { cookie: this.cookie } })).body);
    for (const state of ['owed', 'stuck', 'dead', 'delivered', 'skipped']) {
      const { body } = await this.ask('GET', `/deliveries?state=${state}&limit=8`);
      this.learn('/deliveries', body);
      this.learn(state, body);
    }
  }

  #tellDesk(): void {
    this.told.push(randomUUID().replace(/^.{13}(.).(.{3})/, '01900000-0000-7$2'));
    if (this.told.length > kept) this.told.shift();
  }

  async #makeSession(state: State): Promise<void> {
    const agent = states[state];
    const path = state === 'unsaid' ? `/chat/${agent}/session` : '/http/init';
    const asking = state === 'unsaid' ? {} : { json: { agent_id: agent, user: { id: 'u1' } } };
    const { status, body, text } = await this.ask<{ session_id: string; session_token: string }>('POST', path, asking);
    if (status !== 200) throw new Error(`No session of ${agent}: ${text}`);
    const session = { id: body.session_id, token: body.session_token };
    if (state !== 'created' && state !== 'unsaid') await this.#bring(session, state);
    const sessions = this.#sessions.get(state) ?? [];
    sessions.push(session);
    if (sessions.length > kept) sessions.shift();
  }

  /** Connects, hands over, and goes on until the state is reached. */
  async #bring(session: Conversation, state: State): Promise<void> {
    const url = `${this.program.url.replace('http', 'ws')}/http/${session.id}/socket`;
    const socket = new WebSocket(url, ['baton.v1', session.token], { perMessageDeflate: false });
    this.#sockets.add(socket);
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    socket.on('error', () => {});
    const saw = (part: string) =>
      until(`${state}: a frame with ${part}`, () => frames.some((text) => text.includes(part)));
    await saw('Hello.');
    if (state !== 'waiting') {
      socket.send(JSON.stringify({ type: 'message', id: 'm1', text: `${canary} wifi` }));
      await saw(state === 'connecting' ? '"state":"connecting"' : '"state":"connected"');
      if (state !== 'connecting')
        socket.send(JSON.stringify({ type: 'message', id: 'm2', text: `${canary} and more` }));
    }
    if (state === 'handedBack') {
      await this.ask('POST', `/live-agent/disconnect/${session.id}`, { json: {} });
      await saw('Back with the bot.');
    }
    if (state === 'ended') socket.send('{"type":"end"}');
    socket.close();
    this.#sockets.delete(socket);
  }

  /** Takes up the ids in an answer of a collection. */
  learn(path: string, body: unknown): void {
    const found: string[] = [];
    collectIds(body, found, 0);
    const collection = path === '/desk/api/sync' ? '/desk/api/conversations' : path;
    const ids = [...new Set([...found, ...(this.#ids.get(collection) ?? [])])];
    this.#ids.set(collection, ids.slice(0, most));
  }

  session(pick: number): Conversation {
    const sessions = this.#sessions.get(stateNames[pick % stateNames.length] ?? 'created') ?? [];
    return sessions[Math.floor(pick / stateNames.length) % sessions.length] ?? { id: 'none', token: 'none' };
  }

  /** A pick that leads to a session of this state. */
  pickOf(state: State, pick: number): number {
    return Math.floor(pick / stateNames.length) * stateNames.length + stateNames.indexOf(state);
  }

  /** A value for a path parameter. */
  idFor({ method, path }: Operation, parameter: string, pick: number): string {
    if (parameter === 'session_id') return this.session(pick).id;
    const isChanging = method !== 'GET' && path.startsWith('/agents/');
    if (parameter === 'version') return String(1 + (pick % 2));
    if (path === '/templates/{name}') return pick % 3 === 0 ? 'none' : 'booking';
    const isOfDraft = path.endsWith('/draft');
    if (parameter === 'agent_id' && (isChanging || isOfDraft)) return `scratch-${(pick % 2) + 1}`;
    if (parameter === 'agent_id') return [...Object.keys(manners), 'desk', 'chat', 'chat', 'chat'][pick % 9] ?? 'stub';
    // Only a dead call can be replayed; one that is stuck may be skipped, or is a start call, which may not.
    const state = path.endsWith('/replay') ? 'dead' : path.endsWith('/skip') ? 'stuck' : 'none';
    const some = pick % 2 === 0 ? this.#ids.get(state) : undefined;
    const ids = some ?? this.#ids.get(collectionOf(path, parameter)) ?? [];
    return ids[Math.floor(pick / 2) % Math.max(1, ids.length)] ?? 'none';
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#client.close();
    await this.stub.close();
  }
}

function cookieOf({ status, headers, text }: Answer<AnyBody>): string {
  if (status !== 200) throw new Error(`The desk does not sign in: ${text}`);
  return headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
}

function collectIds(value: unknown, found: string[], depth: number): void {
  if (typeof value !== 'object' || value === null || depth > 3) return;
  for (const [name, inner] of Object.entries(value)) {
    if ((name === 'id' || name === 'key_id') && typeof inner === 'string') found.push(inner);
    else collectIds(inner, found, depth + 1);
  }
}

// The baseline: relays messages between end users' sockets and a desk over the same wire as Baton, and does nothing
// else. It keeps everything in memory, checks nothing, signs nothing, retries nothing.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { type WebSocket, WebSocketServer } from 'ws';

type Endpoints = Readonly<{ startConnectionUrl: string; inboundTransferUrl: string; endedUrl: string }>;
export type Call = Readonly<{ url: string; body: object }>;

export type BareSession = {
  readonly id: string;
  readonly endpoints: Endpoints;
  socket: WebSocket | null;
  seq: number;
  lastSentSeq: number;
  readonly transcription: Record<string, string>[];
  readonly lane: Call[];
  calling: boolean;
};

const hour = 3_600_000;

/** Answers by `METHOD first-segment/second-segment`. */
type Answer = (session: BareSession | undefined, body: string, segments: readonly string[]) => object;

export class BareRelay {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, handleProtocols: firstOf });
  readonly #agents = new Map<string, Endpoints>();
  readonly #sessions = new Map<string, BareSession>();
  #pool: Pool | null = null;
  readonly #answers: Readonly<Record<string, Answer>> = {
    'PUT agents': (_, body, [, id = '']) => this.publish(id, body),
    'GET agents': () => ({ secrets: this.secrets() }),
    'POST http': (_, body) => this.open(JSON.parse(body).agent_id),
    'POST live-agent/outbound': (session, body) => this.outbound(session as BareSession, JSON.parse(body).text),
    'POST live-agent/disconnect': (session) => this.disconnect(session as BareSession),
    'GET insights/sessions': (session) => ({ id: session?.id, transcription: session?.transcription }),
    'GET ready': () => ({ status: 'ready' }),
  };

  constructor() {
    this.#server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => this.#take(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** @returns its base URL. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#pool?.destroy();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const segments = (request.url ?? '').slice(1).split('/');
      const [first = '', second = '', third = ''] = segments;
      const key = `${request.method} ${first}`;
      const answer = this.#answers[key] ?? this.#answers[`${key}/${second}`];
      const body = answer?.(this.#sessions.get(third), Buffer.concat(chunks).toString(), segments) ?? {};
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  }

  protected publish(id: string, body: string): object {
    const nodes: readonly Endpoints[] = Object.values(JSON.parse(body).nodes);
    const [endpoints] = nodes;
    if (endpoints !== undefined) this.#agents.set(id, endpoints);
    void this.#pool?.destroy();
    this.#pool = new Pool(new URL(endpoints?.startConnectionUrl ?? '').origin, { connections: 256, pipelining: 1 });
    return { agent_id: id, version: 1, warnings: [] };
  }

  protected secrets(): readonly object[] {
    return [];
  }

  protected open(agentId: string): object {
    const id = randomUUID();
    const endpoints = this.#agents.get(agentId) as Endpoints;
    const fresh = { id, endpoints, socket: null, seq: 1, lastSentSeq: 0, transcription: [], lane: [], calling: false };
    this.#sessions.set(id, fresh);
    return { session_id: id, session_token: id };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = this.#sessions.get(request.url?.split('/')[2] ?? '');
      if (session === undefined) return webSocket.close(4404);
      session.socket = webSocket;
      webSocket.on('message', (data) => this.hear(session, JSON.parse(data.toString())));
      this.sendToUser(session, { type: 'session', seq: 1, status: 'AWAITING_INPUT', owner: 'virtual_agent' });
      this.#tellOwner(session, 'connecting');
      this.#owe(session, session.endpoints.startConnectionUrl, {
        sessionId: session.id,
        history: { transcription: [], parameters: [] },
        handoff: { epoch: 1, lastSeq: 0, respondBy: instant(hour) },
      });
    });
  }

  #tellOwner(session: BareSession, state: 'connecting' | 'connected'): void {
    session.seq += 1;
    const frame = { type: 'session', seq: session.seq, status: 'AWAITING_INPUT', owner: 'live_agent' };
    this.sendToUser(session, { ...frame, handoff: { epoch: 1, state } });
  }

  protected hear(session: BareSession, { id, text, type }: { id: string; text: string; type: string }): void {
    if (type !== 'message') return;
    session.seq += 1;
    const { seq, id: sessionId, lastSentSeq: previousSeq } = session;
    session.lastSentSeq = seq;
    session.transcription.push({ user: text });
    this.sendToUser(session, { type: 'message', seq, from: 'user', id, text, at: instant(0) });
    this.sendToUser(session, { type: 'accepted', id, seq });
    const said = { sessionId, text, type: 'text', messageId: randomUUID(), seq, previousSeq };
    this.#owe(session, session.endpoints.inboundTransferUrl, {
      ...{ ...said, timestamp: instant(0), epoch: 1, respondBy: instant(hour) },
    });
  }

  protected outbound(session: BareSession, text: string): object {
    session.seq += 1;
    session.transcription.push({ agent: text });
    this.sendToUser(session, { type: 'message', seq: session.seq, from: 'live_agent', text, at: instant(0) });
    return { message_uuid: randomUUID() };
  }

  protected disconnect(session: BareSession): object {
    session.seq += 2;
    const { seq, id: sessionId } = session;
    const frame = { type: 'session', seq: seq - 1, status: 'AWAITING_INPUT', owner: 'virtual_agent' };
    this.sendToUser(session, { ...frame, handoff: { epoch: 1, state: 'ended' }, reason: 'disconnected' });
    this.sendToUser(session, { type: 'session', seq, status: 'ENDED', owner: 'nobody', reason: 'completed' });
    session.socket?.close(4410);
    this.#owe(session, session.endpoints.endedUrl, { sessionId, epoch: 1, reason: 'disconnected' });
    return { session_id: sessionId, owner: 'nobody' };
  }

  protected sendToUser({ socket }: BareSession, frame: object): void {
    socket?.send(JSON.stringify(frame));
  }

  /** Calls of one session are made one after the other. */
  #owe(session: BareSession, url: string, body: object): void {
    session.lane.push({ url, body });
    if (session.calling) return;
    session.calling = true;
    void this.#callAll(session);
  }

  async #callAll(session: BareSession): Promise<void> {
    for (let call = session.lane.shift(); call !== undefined; call = session.lane.shift()) {
      await this.sendToDesk(session, call);
      if (call.url === session.endpoints.startConnectionUrl) this.#tellOwner(session, 'connected');
    }
    session.calling = false;
  }

  protected webhookId(): string {
    return randomUUID();
  }

  protected sendToDesk(_: BareSession, { url, body }: Call): Promise<void> {
    const headers = { 'content-type': 'application/json', 'webhook-id': this.webhookId() };
    const request = { method: 'POST', path: new URL(url).pathname, headers, body: JSON.stringify(body) } as const;
    return new Promise((resolve) => this.#pool?.dispatch(request, new Answered(resolve)));
  }
}

class Answered implements Dispatcher.DispatchHandler {
  readonly onResponseEnd: () => void;
  readonly onResponseError: () => void;

  constructor(resolve: () => void) {
    this.onResponseEnd = resolve;
    this.onResponseError = resolve;
  }

  onRequestStart(): void {}
  onResponseStart(): void {}
  onResponseData(): void {}
}

const firstOf = ([first]: Set<string>): string | false => first ?? false;
const instant = (inMs: number): string => new Date(Date.now() + inMs).toISOString();

if (import.meta.main) {
  console.log(`bare relay at ${await new BareRelay().listen(Number(process.env.PORT ?? 3001))}`);
}

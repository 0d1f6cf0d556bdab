import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';

export type DeskCall = Readonly<{
  /** The last part of the endpoint's path: start, inbound or ended. */
  kind: string;
  webhookId: string;
  /** The exact bytes, as text. */
  raw: string;
  body: Readonly<Record<string, unknown>>;
}>;

/** Well: calls are answered. Refused: nobody listens. Hanging: connections are taken, and nothing is ever answered. */
export type Mood = 'well' | 'refused' | 'hanging';

/** Longer than callers keep idle connections, so that they end them and no call meets a closing one. */
const keepAliveMs = 72_000;
/**
 * Below the ports that systems give to outgoing connections: one of those may be taken by somebody while the desk is
 * away, and a connection to a port of that range where nobody listens can even meet itself.
 */
const lowestPort = 20_000;
const ports = 10_000;

/** A desk over HTTP that can go away and come back at its address. It verifies the signature of each call. */
export class Desk {
  readonly #answer: (call: DeskCall) => number;
  readonly #server: Server;
  readonly #blackHole: NetServer;
  readonly #swallowed = new Set<Socket>();
  #webhooks: readonly Webhook[] = [];
  #port = 0;
  /** Connections that were taken while it was hanging. */
  taken = 0;
  /** Calls whose signature was missing or wrong. */
  unsigned = 0;

  /** @param answer gives the status of each call. */
  constructor(answer: (call: DeskCall) => number) {
    this.#answer = answer;
    this.#server = createHttpServer({ keepAliveTimeout: keepAliveMs }, (request, response) =>
      this.#take(request, response),
    );
    this.#blackHole = createServer((socket) => {
      this.taken += 1;
      this.#swallowed.add(socket);
      socket.on('close', () => this.#swallowed.delete(socket));
      socket.on('error', () => {}); // Whoever gave up waiting may break the connection as they like.
      socket.resume();
    });
  }

  /** Listens on a free port of the loopback address. @returns the base URL for endpoints. */
  async open(): Promise<string> {
    const first = process.pid % ports;
    for (let tried = 0; tried < ports; tried += 1) {
      this.#port = lowestPort + ((first + tried) % ports);
      if (await listens(this.#server, this.#port)) return `http://127.0.0.1:${this.#port}`;
    }
    throw new Error(`No port from ${lowestPort} to ${lowestPort + ports - 1} is free.`);
  }

  /** @param secrets of the virtual agent. */
  trust(secrets: readonly string[]): void {
    this.#webhooks = secrets.map((secret) => new Webhook(secret));
  }

  /** What was swallowed while it was hanging stays unanswered until the caller gives up. */
  async become(mood: Mood): Promise<void> {
    const [wanted, other] =
      mood === 'hanging' ? [this.#blackHole, this.#server] : [mood === 'well' ? this.#server : null, this.#blackHole];
    await endListening(other);
    if (mood === 'refused') await endListening(this.#server);
    if (wanted === null || wanted.listening || (await listens(wanted, this.#port))) return;
    throw new Error(`Port ${this.#port} was taken while the desk was away.`);
  }

  async close(): Promise<void> {
    await this.become('refused');
    for (const socket of this.#swallowed) socket.destroy();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('error', () => {}); // A call that broke off was no call.
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(this.#hear(request, Buffer.concat(chunks).toString()), { 'content-length': '0' });
      response.end();
    });
  }

  #hear({ headers, url }: IncomingMessage, raw: string): number {
    if (!this.#webhooks.some((webhook) => isSigned(webhook, raw, headers as Record<string, string>))) {
      this.unsigned += 1;
      return 401;
    }
    const kind = (url ?? '').slice(1);
    return this.#answer({ kind, webhookId: String(headers['webhook-id']), raw, body: JSON.parse(raw) });
  }
}

function isSigned(webhook: Webhook, raw: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(raw, headers, { jsonParse: false });
    return true;
  } catch {
    return false; // Two secrets sign while they rotate; one that fits is enough.
  }
}

/** @returns false when the port is in use. */
async function listens(server: Server | NetServer, port: number): Promise<boolean> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Of a HTTP server open connections are broken too, as when a process dies. */
async function endListening(server: Server | NetServer): Promise<void> {
  if (!server.listening) return;
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
  if (!('closeAllConnections' in server)) return;
  server.closeAllConnections();
  await stopped;
}

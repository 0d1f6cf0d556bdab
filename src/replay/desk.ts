import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** A call of the server to the desk, its signature verified. */
export type DeskCall = Readonly<{ kind: DeskPath; webhookId: string; body: Readonly<Record<string, unknown>> }>;

/** Who takes the calls of one session. @returns the status to answer with. */
export type DeskListener = (call: DeskCall) => number;

const paths = ['start', 'inbound', 'ended'] as const;
type DeskPath = (typeof paths)[number];

/** Longer than callers keep idle connections, so that they end them and no call meets a closing one. */
const keepAliveMs = 72_000;
/** Sessions whose listeners are kept, for calls that are repeated late. */
const mostSessions = 20_000;

/**
 * The live agent's side, played: takes the calls of all sessions, verifies their signatures (Standard Webhooks), and
 * hands each to its session's listener.
 */
export class Desk {
  readonly #server: Server;
  readonly #sessions = new Map<string, DeskListener>();
  #webhooks: readonly Webhook[] | null = [];
  /** Calls whose signature was wrong, or that were for no session of ours. */
  refused = 0;
  /** Why the first one was refused. */
  refusal = '';

  constructor() {
    this.#server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) =>
      this.#take(request, response),
    );
  }

  /**
   * Listens on a port of the system's choice.
   * @param host under which the server reaches it; null for the loopback address, and then only that is listened on.
   * @returns the base URL for endpoints.
   */
  async listen(host: string | null): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port: 0, ...(host === null ? { host: '127.0.0.1' } : {}) }, resolve);
    });
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const name = host ?? '127.0.0.1';
    return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  }

  /** @param secrets of the virtual agent; null takes calls without a signature. */
  trust(secrets: readonly string[] | null): void {
    this.#webhooks = secrets === null ? null : secrets.map((secret) => new Webhook(secret));
  }

  expect(sessionId: string, listener: DeskListener): void {
    this.#sessions.set(sessionId, listener);
    if (this.#sessions.size <= mostSessions) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = this.#answer(request, Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-length': '0' });
      response.end();
    });
  }

  #answer(request: IncomingMessage, text: string): number {
    const kind = paths.find((path) => request.url === `/${path}`);
    if (kind === undefined) return this.#refuse(404, `${request.method} ${request.url} is no endpoint of the desk.`);
    const webhookId = request.headers['webhook-id'];
    if (typeof webhookId !== 'string' || !this.#verified(request, text)) {
      return this.#refuse(401, `The signature of a call to /${kind} is missing or wrong.`);
    }
    const body = JSON.parse(text) as Record<string, unknown>;
    const listener = this.#sessions.get(String(body.sessionId));
    if (listener === undefined) return this.#refuse(404, `A ${kind} call is for a session that is not played here.`);
    return listener({ kind, webhookId, body });
  }

  #verified({ headers }: IncomingMessage, text: string): boolean {
    if (this.#webhooks === null) return true;
    return this.#webhooks.some((webhook) => {
      try {
        webhook.verify(text, headers as Record<string, string>, { jsonParse: false });
        return true;
      } catch {
        return false; // Two secrets sign while they rotate; one that fits is enough.
      }
    });
  }

  #refuse(status: number, reason: string): number {
    this.refused += 1;
    if (this.refusal === '') this.refusal = reason;
    return status;
  }
}

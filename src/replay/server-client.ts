import { type Dispatcher, Pool } from 'undici';
import type { ErrorBody } from '../contract/errors.ts';
import { type Clock, pause } from '../platform/clock.ts';

export type ClientOptions = Readonly<{
  /** The server's base URL. */
  url: string;
  /** Of further instances of it: calls and sockets go to all in turns. */
  others?: readonly string[];
  key: string;
  /** Requests that may be under way at once at each of them. */
  connections: number;
  /** How long a call is repeated that finds nobody or is told to come back, ms. */
  patienceMs: number;
  clock: Clock;
}>;

export type Request = Readonly<{
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: object;
  idempotencyKey?: string;
  /** Whether to repeat it when the connection broke and nobody knows whether it was heard. */
  repeatable?: boolean;
}>;

/** The server refused a call, or nobody answered; `status` is 0 then. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly status: number;
  readonly body: Partial<ErrorBody>;

  constructor(request: Request, status: number, body: Partial<ErrorBody>) {
    super(`${request.method} ${request.path}: ${status === 0 ? 'no answer' : status}. ${body.message ?? ''}`.trimEnd());
    this.status = status;
    this.body = body;
  }
}

const longestWaitMs = 120_000;
const reconnectMs = 500;

/** Calls the server's HTTP surface with a key. */
export class ServerClient {
  readonly #servers: readonly Server[];
  readonly #options: ClientOptions;
  readonly #headers: Readonly<Record<string, string>>;
  /** Calls that were told to come back or found a broken connection. */
  retries = 0;
  #calls = 0;
  #sockets = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#servers = [options.url, ...(options.others ?? [])].map((url) => open(url, options.connections));
    this.#headers = { 'x-vgai-key': options.key };
  }

  /** The address of a session's socket. */
  socketUrl(sessionId: string): string {
    this.#sockets += 1;
    return `${this.#inTurn(this.#sockets).socketBase}/http/${sessionId}/socket`;
  }

  /**
   * Makes a call and returns its answer's body. 429 and 503 are repeated after their `Retry-After`, a repeatable call
   * also when the connection broke, until patience ends.
   * @throws CallError when it was refused or patience ended.
   */
  async call(request: Request): Promise<unknown> {
    const { clock, patienceMs } = this.#options;
    const until = clock.now() + patienceMs;
    for (;;) {
      const answer = await this.#exchange(request);
      if (answer.status >= 200 && answer.status < 300) return parse(answer.body);
      const waitMs = waitFor(answer, request.repeatable === true);
      if (waitMs === null || clock.now() + waitMs > until) {
        throw new CallError(request, answer.status, answer.status === 0 ? { message: answer.body } : faultIn(answer));
      }
      this.retries += 1;
      await pause(clock, waitMs);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map(({ pool }) => pool.destroy()));
  }

  #inTurn(count: number): Server {
    const server = this.#servers[count % this.#servers.length];
    if (server === undefined) throw new TypeError('A client has one server at least.');
    return server;
  }

  #exchange({ method, path, body, idempotencyKey }: Request): Promise<Answer> {
    const headers: Record<string, string> = { ...this.#headers };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    const text = body === undefined ? null : JSON.stringify(body);
    this.#calls += 1;
    const { pool, prefix } = this.#inTurn(this.#calls);
    return new Promise((resolve) => {
      pool.dispatch({ method, path: prefix + path, headers, body: text }, new Exchange(resolve));
    });
  }
}

type Server = Readonly<{ pool: Pool; prefix: string; socketBase: string }>;

function open(url: string, connections: number): Server {
  const { origin, pathname } = new URL(url);
  const base = url.replace(/\/+$/, '');
  return {
    pool: new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 60_000 }),
    prefix: pathname.replace(/\/+$/, ''),
    socketBase: base.replace(/^http/, 'ws'),
  };
}

/** Status 0: no answer came; the body says why. */
type Answer = Readonly<{ status: number; retryAfter: string | undefined; body: string }>;

/** Collects one answer. The plain interface of undici costs a third of its `request`. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #retryAfter: string | undefined;

  constructor(resolve: (answer: Answer) => void) {
    this.#resolve = resolve;
  }

  onRequestStart(): void {}

  onResponseStart(_: unknown, status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#status = status;
    this.#retryAfter = headers['retry-after']?.toString();
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks).toString();
    this.#resolve({ status: this.#status, retryAfter: this.#retryAfter, body });
  }

  onResponseError(_: unknown, error: Error): void {
    const code = 'code' in error ? String(error.code) : error.name;
    this.#resolve({ status: 0, retryAfter: undefined, body: code });
  }
}

/** @returns after how many ms to try again, or null when that would not help. */
function waitFor({ status, retryAfter }: Answer, repeatable: boolean): number | null {
  if (status === 0) return repeatable ? reconnectMs : null;
  if (status !== 429 && status !== 503) return null;
  const seconds = Number(retryAfter ?? 1);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, longestWaitMs) : 1000;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // What answers is not Baton; whoever reads the answer finds its fields missing and says so.
  }
}

function faultIn({ body }: Answer): Partial<ErrorBody> {
  const parsed = parse(body);
  return typeof parsed === 'object' && parsed !== null ? parsed : {};
}

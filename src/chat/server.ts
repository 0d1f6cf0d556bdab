import { Pool } from 'undici';
import type { ErrorBody } from '../contract/errors.ts';

/** It cannot begin, or it cannot go on; the message says what to do. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  /** 2 where it could not even begin. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The server refused a call, or nobody answered; `status` is 0 then. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly status: number;
  readonly body: Partial<ErrorBody>;

  constructor(status: number, body: Partial<ErrorBody>) {
    super(body.message ?? `It was answered with ${status}.`);
    this.status = status;
    this.body = body;
  }

  /** Whether the same call may be taken later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 503;
  }
}

export type Call = Readonly<{ method: 'GET' | 'POST' | 'PUT'; path: string; body?: object }>;

/** Longer than any answer of the server takes. */
const answerWithinMs = 30_000;

/** Calls a server's HTTP surface with a key. */
export class Server {
  readonly url: string;
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    const { origin, pathname } = new URL(url);
    this.url = url.replace(/\/+$/, '');
    this.#pool = new Pool(origin, { connections: 4, headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs });
    this.#prefix = pathname.replace(/\/+$/, '');
    this.#key = key;
  }

  socketUrl(sessionId: string): string {
    return `${this.url.replace(/^http/, 'ws')}/http/${sessionId}/socket`;
  }

  /** @returns the answer's body. @throws CallError when it was refused or nobody answered. */
  async call({ method, path, body }: Call): Promise<unknown> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { 'x-vgai-key': this.#key, ...type };
    const text = body === undefined ? null : JSON.stringify(body);
    const { status, answer } = await this.#exchange({ method, path: this.#prefix + path, headers, body: text });
    const read = parse(answer);
    if (status >= 200 && status < 300) return read;
    throw new CallError(status, typeof read === 'object' && read !== null ? read : {});
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #exchange(request: Parameters<Pool['request']>[0]): Promise<Readonly<{ status: number; answer: string }>> {
    try {
      const { statusCode, body } = await this.#pool.request(request);
      return { status: statusCode, answer: await body.text() };
    } catch (error) {
      throw new CallError(0, {
        message: error instanceof Error && 'code' in error ? String(error.code) : String(error),
      });
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // What answers is not Baton; whoever reads the answer finds its fields missing and says so.
  }
}

/** Why nothing can begin at a server, in a sentence. @param agentId whom it was to begin with. */
export function sayWhyNot(error: CallError, url: string, agentId: string): ChatError {
  const { status, body } = error;
  const say = (): string => {
    if (status === 0) return `Nobody answers at ${url} (${body.message}); start the server, or give its --url.`;
    if (body.code === 'agent-not-found') {
      return `There is no virtual agent "${agentId}" at ${url}; publish it, or name one that GET /agents lists.`;
    }
    if (status === 401) return `The server at ${url} does not know this key; give --key, or set BATON_KEY.`;
    if (status === 403) return 'This key may not do it all; give one with the scopes init, live-agent and read.';
    if (body.code === undefined) return `What answers at ${url} is no Baton; give its --url.`;
    const faults = (body.faults ?? []).map(({ path, message }) => `\n  ${path}: ${message}`);
    return `The server refused it. ${error.message}${faults.join('')}`;
  };
  return new ChatError(say(), 2);
}

import { connect, type Socket } from 'node:net';

/** One answer as it came; `endless` when the connection was left while it went on. */
export type Answer = Readonly<{ status: number; headers: ReadonlyMap<string, string>; body: string }>;

/** What came back: answers in order, and whether the other side hung up. */
export type Reply = Readonly<{ answers: readonly Answer[]; closed: boolean; late: boolean }>;

export type Expectation = Readonly<{
  /** Its answer has a head only. */
  head?: boolean;
  /** Its answer goes on and on: only the head is waited for. */
  endless?: boolean;
  /** Answers to wait for. */
  answers?: number;
  /** No more bytes will come: what the server waits for will not. */
  half?: boolean;
}>;

/** No answer may take longer. */
export const withinMs = 10_000;

/**
 * HTTP/1.1 by hand: what is sent is exactly what was made, also what no library would send. A connection is used again
 * while the server keeps it.
 */
export class Wire {
  readonly #port: number;
  readonly #idle: Socket[] = [];
  readonly #open = new Set<Socket>();
  connections = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async exchange(bytes: Buffer, expected: Expectation = {}): Promise<Reply> {
    const idle = expected.half ? undefined : this.#idle.pop();
    const reply = await this.#once(idle ?? (await this.#connect()), bytes, expected);
    // A connection that was idle may have been closed the moment before; the request was not read then.
    if (idle !== undefined && reply.closed && reply.answers.length === 0) {
      return this.#once(await this.#connect(), bytes, expected);
    }
    return reply;
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
      this.#open.add(socket);
      this.connections += 1;
      socket.on('close', () => this.#open.delete(socket));
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeAllListeners('error');
        // A connection that breaks is closed; that is what is looked at.
        socket.on('error', () => {});
        resolve(socket);
      });
    });
  }

  #once(socket: Socket, bytes: Buffer, expected: Expectation): Promise<Reply> {
    const { head = false, endless = false, answers: wanted = 1, half = false } = expected;
    return new Promise((resolve) => {
      const parser = new AnswerParser(head, endless);
      const done = (closed: boolean, late: boolean): void => {
        clearTimeout(timer);
        socket.removeAllListeners('data');
        socket.removeAllListeners('end');
        socket.removeAllListeners('close');
        socket.on('close', () => this.#open.delete(socket));
        const isKept = !closed && !late && !half && !endless && parser.keeps;
        if (isKept) {
          socket.once('end', () => this.#forget(socket));
          this.#idle.push(socket);
        } else socket.destroy();
        resolve({ answers: parser.answers, closed, late });
      };
      const timer = setTimeout(() => done(false, true), withinMs);
      socket.removeAllListeners('end');
      socket.on('data', (chunk) => {
        parser.take(chunk);
        if (parser.answers.length >= wanted && !half) done(false, false);
      });
      const over = (): void => {
        parser.end();
        done(true, false);
      };
      socket.once('end', over);
      socket.once('close', over);
      if (socket.destroyed || socket.readableEnded) over();
      else if (half) socket.end(bytes);
      else socket.write(bytes);
    });
  }

  #forget(socket: Socket): void {
    const at = this.#idle.indexOf(socket);
    if (at >= 0) this.#idle.splice(at, 1);
    socket.destroy();
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

type Head = Readonly<{ status: number; headers: Map<string, string>; at: number }>;

class AnswerParser {
  readonly answers: Answer[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  readonly #headOnly: boolean;
  readonly #endless: boolean;

  constructor(headOnly: boolean, endless: boolean) {
    this.#headOnly = headOnly;
    this.#endless = endless;
  }

  /** Whether the connection can carry another request. */
  get keeps(): boolean {
    return this.#bytes.length === 0 && this.answers.at(-1)?.headers.get('connection') !== 'close';
  }

  take(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    while (this.#step(false));
  }

  end(): void {
    this.#step(true);
  }

  #step(isOver: boolean): boolean {
    const head = readHead(this.#bytes);
    if (head === null) return false;
    const isInformation = head.status < 200 && head.status !== 101;
    const body = isInformation ? { text: '', end: head.at } : this.#body(head, isOver);
    if (body === null) return false;
    this.#bytes = this.#bytes.subarray(body.end);
    if (!isInformation) this.answers.push({ status: head.status, headers: head.headers, body: body.text });
    return this.#bytes.length > 0;
  }

  #body({ status, headers, at }: Head, isOver: boolean): Readonly<{ text: string; end: number }> | null {
    const size = this.#bytes.length;
    if (this.#endless && status === 200) return { text: '', end: size };
    if (this.#headOnly || status === 204 || status === 304 || status === 101) return { text: '', end: at };
    if (headers.get('transfer-encoding') === 'chunked') return readChunks(this.#bytes, at);
    const length = headers.get('content-length');
    if (length === undefined) return isOver ? { text: this.#bytes.toString('utf8', at), end: size } : null;
    const end = at + Number(length);
    return size < end ? null : { text: this.#bytes.toString('utf8', at, end), end };
  }
}

function readHead(bytes: Buffer): Head | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0), headers, at: end + 4 };
}

function readChunks(bytes: Buffer, from: number): Readonly<{ text: string; end: number }> | null {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    const end = line + 2 + size + 2;
    if (bytes.length < end) return null;
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), end };
    parts.push(bytes.subarray(line + 2, end - 2));
    at = end;
  }
}

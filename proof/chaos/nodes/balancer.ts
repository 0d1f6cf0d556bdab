import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type Backend = Readonly<{ host: string; port: number }>;

type Known = Backend & { readonly agent: Agent; isWell: boolean };

const lookEveryMs = 500;
const lookWithinMs = 1_500;
const nobody = '{"code":"unavailable","message":"No server answers; try again."}';

/**
 * A load balancer as they are: round robin, no sticky sessions. Each request and each socket goes to the next node that
 * answered /ready lately; one that refuses the connection is passed over. A request that was sent is not sent again.
 */
export class Balancer {
  readonly #backends: readonly Known[];
  readonly #server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    void this.#pass(incoming, outgoing);
  });
  readonly #sockets = new Set<Duplex>();
  readonly #looking: NodeJS.Timeout;
  /** At which node the sockets of a session were last. */
  readonly #lastAt = new Map<string, Known>();
  #turn = 0;
  /** Sockets that came back at another node, and requests that were answered with 502 or 503 here. */
  moved = 0;
  unanswered = 0;

  constructor(backends: readonly Backend[]) {
    this.#backends = backends.map((backend) => ({ ...backend, agent: new Agent({ keepAlive: true }), isWell: false }));
    this.#server.on('upgrade', (incoming, socket: Duplex, head) => this.#splice(incoming, socket, head, this.#order()));
    this.#looking = setInterval(() => {
      for (const backend of this.#backends) look(backend);
    }, lookEveryMs);
  }

  async open(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    clearInterval(this.#looking);
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    for (const { agent } of this.#backends) agent.destroy();
  }

  /** Which of them are well, for who looks for the cause of a trouble. */
  get well(): string {
    return this.#backends.map(({ isWell }) => (isWell ? '+' : '-')).join('');
  }

  /** Those who are well in turn, then the others. */
  #order(): readonly Known[] {
    const turn = this.#turn++;
    const all = this.#backends.map((_, index, those) => those[(index + turn) % those.length] as Known);
    return [...all.filter(({ isWell }) => isWell), ...all.filter(({ isWell }) => !isWell)];
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return; // Whoever asked is gone.
    }
    const body = Buffer.concat(chunks);
    for (const backend of this.#order()) {
      const answered = await ask(backend, incoming, body, outgoing);
      if (answered === 'broken') break;
      if (answered === 'done') return;
    }
    if (outgoing.destroyed) return;
    this.unanswered += 1;
    if (!outgoing.headersSent) outgoing.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
    outgoing.end(nobody);
  }

  #splice(incoming: IncomingMessage, socket: Duplex, head: Buffer, order: readonly Known[]): void {
    const [backend, ...others] = order;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    if (backend === undefined) {
      this.unanswered += 1;
      socket.end(
        `HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    const far = connect(backend.port, backend.host);
    let isThere = false;
    far.on('connect', () => {
      isThere = true;
      this.#note(incoming.url ?? '', backend);
      far.setNoDelay(true);
      (socket as Socket).setNoDelay(true);
      far.write(headOf(incoming));
      far.write(head);
      far.pipe(socket);
      socket.pipe(far);
      socket.on('close', () => far.destroy());
    });
    far.on('error', () => {});
    far.on('close', () => {
      if (isThere) socket.destroy();
      else this.#splice(incoming, socket, head, others);
    });
  }

  #note(path: string, backend: Known): void {
    const [, , id = ''] = path.split('/');
    const before = this.#lastAt.get(id);
    if (before !== undefined && before !== backend) this.moved += 1;
    this.#lastAt.set(id, backend);
  }
}

function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** @returns `refused` when nothing was sent; `broken` when nobody knows what became of it. */
function ask(
  { host, port, agent }: Known,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<'done' | 'refused' | 'broken'> {
  return new Promise((resolve) => {
    const asked = request({ host, port, agent, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on('end', () => resolve('done'));
      answer.on('error', () => {
        outgoing.destroy();
        resolve('done');
      });
    });
    const leave = (): void => void asked.destroy();
    outgoing.on('close', leave);
    asked.on('error', (error: NodeJS.ErrnoException) => {
      outgoing.off('close', leave);
      resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'broken');
    });
    asked.end(body);
  });
}

function look(backend: Known): void {
  const { host, port } = backend;
  const asked = get({ host, port, path: '/ready', agent: false, timeout: lookWithinMs }, (answer) => {
    answer.resume();
    backend.isWell = answer.statusCode === 200;
  });
  asked.on('timeout', () => asked.destroy(new Error('No answer in time.')));
  asked.on('error', () => {
    backend.isWell = false;
  });
}

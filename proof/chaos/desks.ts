import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Chance } from '../random.ts';
import { arrivalOf, type CallBody, type CallKind, callKinds } from './desk-calls.ts';
import { type DeskName, deskNames, type Manner, mannerOf } from './manners.ts';
import type { SessionRecord } from './record.ts';

export type DeskParts = Readonly<{
  chance: Chance;
  /** The address at which they listen. */
  host: string;
  find: (sessionId: string) => SessionRecord | undefined;
  /** A call that was taken, once each. */
  onTaken: (session: SessionRecord, kind: CallKind, body: CallBody) => void;
  onStranger: (sessionId: string, kind: CallKind) => void;
}>;

/** Real HTTP servers, one a temper, that note every call whose bytes they got whole. */
export class Desks {
  readonly #parts: DeskParts;
  readonly #servers = new Map<DeskName, Server>();
  readonly #taken = new Set<string>();
  readonly #late = new Set<NodeJS.Timeout>();
  /** From now on everybody is well treated. */
  calm = false;
  /** How many calls were treated how. */
  readonly treated: Record<Manner['kind'], number> = {
    ...{ content: 0, reset: 0, 'answer lost': 0, torn: 0, hang: 0, late: 0, error: 0 },
  };

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  async open(): Promise<void> {
    for (const name of deskNames) {
      const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
        this.#meet(name, request, response);
      });
      server.listen(0, this.#parts.host);
      await once(server, 'listening');
      this.#servers.set(name, server);
    }
  }

  urlOf(name: DeskName, kind: CallKind): string {
    const address = this.#servers.get(name)?.address() as AddressInfo | undefined;
    return `http://${this.#parts.host}:${address?.port}/${kind}`;
  }

  async close(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer);
    for (const server of this.#servers.values()) {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }

  #meet(name: DeskName, request: IncomingMessage, response: ServerResponse): void {
    const kind = (request.url ?? '').slice(1) as CallKind;
    const manner: Manner = this.calm ? { kind: 'content' } : mannerOf(name, kind, this.#parts.chance);
    this.treated[manner.kind] += 1;
    if (manner.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A caller that is killed in the middle of a request has made no call.
    request.on('error', () => {});
    request.on('end', () => {
      if (!request.complete) return;
      this.#note(kind, String(request.headers['webhook-id']), Buffer.concat(chunks).toString('utf8'), manner);
      this.#answer(response, manner);
    });
  }

  #note(kind: CallKind, id: string, raw: string, manner: Manner): void {
    const body = JSON.parse(raw) as CallBody;
    const session = this.#parts.find(body.sessionId);
    if (session === undefined || !callKinds.includes(kind)) return this.#parts.onStranger(body.sessionId, kind);
    session.arrivals.push(arrivalOf(kind, id, raw, body));
    if (manner.kind === 'error') {
      if (manner.status < 429) session.refusedCalls.add(id);
      return;
    }
    if (this.#taken.has(id)) return;
    this.#taken.add(id);
    this.#parts.onTaken(session, kind, body);
  }

  #answer(response: ServerResponse, manner: Manner): void {
    const well = (): void => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    switch (manner.kind) {
      case 'content':
        return well();
      case 'answer lost':
        response.socket?.resetAndDestroy();
        return;
      case 'torn':
        response.writeHead(200, { 'content-length': '2' }).write('{');
        setImmediate(() => response.socket?.resetAndDestroy());
        return;
      case 'late': {
        const timer = setTimeout(() => {
          this.#late.delete(timer);
          well();
        }, manner.ms);
        this.#late.add(timer);
        return;
      }
      case 'error': {
        const wait = manner.retryAfter === null ? {} : { 'retry-after': String(manner.retryAfter) };
        response.writeHead(manner.status, wait).end();
        return;
      }
      default:
        return;
    }
  }
}

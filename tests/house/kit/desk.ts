import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type CallKind = 'start' | 'inbound' | 'status' | 'ended';

/** The fields of all four calls; which of them a call has is what tests are about. */
export type CallBody = Readonly<{
  sessionId: string;
  agentId?: string;
  history?: Readonly<{
    transcription: readonly Readonly<Record<string, string>>[];
    parameters: readonly Readonly<{ name: string; value: string }>[];
  }>;
  handoff?: Readonly<{ epoch: number; lastSeq: number; respondBy: string; transcript: string }>;
  text?: string;
  type?: string;
  messageId?: string;
  seq?: number;
  previousSeq?: number;
  timestamp?: string;
  epoch?: number;
  respondBy?: string;
  message_uuid?: string;
  status?: string;
  reason?: string;
  error?: object;
}>;

export type DeskCall = Readonly<{
  kind: CallKind;
  /** The webhook-id. */
  id: string;
  headers: IncomingHttpHeaders;
  /** The exact bytes, as text. */
  raw: string;
  body: CallBody;
}>;

export type Reply =
  | Readonly<{ status: number; body?: string; headers?: Readonly<Record<string, string>> }>
  /** Never answers; the connection stays open until the caller or the desk gives up. */
  | 'hang'
  /** Breaks the connection. */
  | 'reset';

export type Behaviour = (call: DeskCall) => Reply | Promise<Reply>;

/** A real HTTP desk that remembers all calls in the order in which they came. */
export type Desk = {
  readonly calls: DeskCall[];
  /** How it answers; 200 with `{}` unless a test says otherwise. */
  behave: Behaviour;
  readonly url: (kind: CallKind) => string;
  readonly of: (kind: CallKind, sessionId?: string) => readonly DeskCall[];
  /** Each call once, where it came first. */
  readonly firstArrivals: (sessionId?: string) => readonly DeskCall[];
  /** Stops listening and breaks what is open; `appear` brings it back at the same address. */
  readonly disappear: () => Promise<void>;
  readonly appear: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export const content: Behaviour = () => ({ status: 200, body: '{}' });

export async function openDesk(): Promise<Desk> {
  const calls: DeskCall[] = [];
  const server = createServer((request, response) => {
    void take(request).then(async (call) => {
      if (call === null) return;
      calls.push(call);
      answer(response, await desk.behave(call));
    });
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const disappear = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const of = (kind: CallKind | null, sessionId?: string): readonly DeskCall[] =>
    calls.filter(
      (call) => (kind === null || call.kind === kind) && (sessionId === undefined || call.body.sessionId === sessionId),
    );
  const desk: Desk = {
    calls,
    behave: content,
    url: (kind) => `http://127.0.0.1:${port}/${kind}`,
    of,
    firstArrivals: (sessionId) => {
      const seen = new Set<string>();
      return of(null, sessionId).filter(({ id }) => !seen.has(id) && Boolean(seen.add(id)));
    },
    disappear,
    appear: () => listen(port),
    close: disappear,
  };
  return desk;
}

/** Reads a call to its end; null when the caller broke off. */
async function take(request: IncomingMessage): Promise<DeskCall | null> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('utf8');
    const kind = (request.url ?? '').slice(1) as CallKind;
    const id = String(request.headers['webhook-id']);
    return { kind, id, headers: request.headers, raw, body: JSON.parse(raw) as CallBody };
  } catch {
    return null; // A caller that is killed in the middle of a request has made no call.
  }
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
}

/** A reply that the test gives when it likes. */
export function heldReply(): { promise: Promise<Reply>; give: (reply: Reply) => void } {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  return { promise, give: resolve };
}

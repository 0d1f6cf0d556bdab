import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { closeCodes, subprotocol } from '../contract/frames.ts';
import { startOf } from '../core/session.ts';
import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { isUuid, type Random } from '../platform/random.ts';
import type { SessionTokens } from '../platform/session-tokens.ts';
import type { SessionStore } from '../store/store.ts';
import { createHub, type Hub } from './hub.ts';
import { takeFrame } from './incoming.ts';
import { type Outlet, Stream } from './stream.ts';

export type SocketParts = Readonly<{
  engine: Engine;
  sessions: SessionStore;
  tokens: SessionTokens;
  clock: Clock;
  random: Random;
  log: Log;
  /** Whether what was owed before this process began is known; until then sockets are told to come again. */
  ready: () => boolean;
}>;

/** The end users' sockets (contract 2.3). */
export type Sockets = Readonly<{
  /** Takes an upgrade request; one that is not for a session's socket is answered with 404. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Tells everybody to come back later, and waits until they are gone. */
  stop: () => Promise<void>;
  /** Ends those who came or stayed after that. */
  cut: () => void;
  count: () => number;
}>;

const longestFrame = 256 * 1024;
/** Frames of one socket that may wait to be stored before no more are read from it. */
const mostWaiting = 64;
const closeWithinMs = 2_000;
/** Bytes of answers that a client may leave untaken; a stream alone never leaves as many. */
const mostUnread = 2 * 1024 * 1024;

const socketPath = /^\/http\/([^/]+)\/socket$/;

const reasons: Readonly<Record<number, string>> = {
  [closeCodes.token]: 'The token is missing, wrong or expired; open a session with POST /http/init.',
  [closeCodes.notFound]: 'There is no such session.',
  [closeCodes.slow]: 'Too slow; connect again with ?after=<last seq>.',
  [closeCodes.ended]: 'The session has ended.',
  [closeCodes.restart]: 'Restarting; connect again with ?after=<last seq>.',
  1011: 'Something went wrong here; connect again with ?after=<last seq>.',
};

export function createSockets(parts: SocketParts): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: longestFrame,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  const hub = createHub();
  void hub.follow(parts.engine.changes());
  let stopping = false;

  return {
    upgrade: (request, socket, head) => {
      // Node listens no more to a socket that it has handed over; one that breaks must not end the process.
      socket.on('error', () => socket.destroy());
      const target = readTarget(request);
      if (target === null) return refuseUpgrade(socket);
      // The answer to the handshake and the first frames go out in one write.
      socket.cork();
      parts.clock.soon(() => socket.uncork());
      server.handleUpgrade(request, socket, head, (webSocket) => {
        // A connection that breaks is closed by the library; the log is where the reader resumes.
        webSocket.on('error', () => {});
        if (stopping || !parts.ready()) return hangUp(webSocket, closeCodes.restart);
        admit(parts, hub, { webSocket, wire: socket }, target, request.headers.origin).then(
          (refused) => refused !== null && hangUp(webSocket, refused),
          (error: unknown) => {
            parts.log.error({ error: String(error) }, 'A socket could not be opened.');
            hangUp(webSocket, 1011);
          },
        );
      });
    },
    stop: async () => {
      stopping = true;
      for (const webSocket of server.clients) hangUp(webSocket, closeCodes.restart);
      await allGone(server, parts.clock);
    },
    cut: () => {
      for (const webSocket of server.clients) webSocket.terminate();
    },
    count: () => server.clients.size,
  };
}

/** A WebSocket and the TCP connection under it. */
type Connection = Readonly<{ webSocket: WebSocket; wire: Duplex }>;

type Target = Readonly<{ sessionId: string; token: string; after: number }>;

/** The path, token and cursor that a request names; null when it is not for a session's socket. */
function readTarget(request: IncomingMessage): Target | null {
  const url = URL.parse(request.url ?? '', 'http://localhost');
  const [, sessionId] = socketPath.exec(url?.pathname ?? '') ?? [];
  if (url === null || sessionId === undefined) return null;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((entry) => entry.trim());
  const token = offered.find((entry) => entry !== subprotocol && entry !== '') ?? url.searchParams.get('session_token');
  const after = url.searchParams.get('after') ?? '0';
  return { sessionId, token: token ?? '', after: /^\d{1,15}$/.test(after) ? Number(after) : 0 };
}

function refuseUpgrade(socket: Duplex): void {
  // It is nobody's any more: without this, a client that does not hang up keeps it, and the server from stopping.
  socket.once('finish', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/**
 * Checks who comes, and starts their stream.
 * @returns a close code when they may not come in, null when they may.
 */
async function admit(
  parts: SocketParts,
  hub: Hub,
  { webSocket, wire }: Connection,
  { sessionId, token, after }: Target,
  origin: string | undefined,
): Promise<number | null> {
  // Frames may come before the checks are done; they wait in the network until then.
  webSocket.pause();
  if ((await parts.tokens.sessionOf(token)) !== sessionId || !isUuid(sessionId)) return closeCodes.token;
  const read = (from: number, limit: number) => parts.sessions.readEvents(sessionId, from, limit);
  const stream = new Stream(outletOf(webSocket, wire, parts.clock), parts.clock, read, after);
  // Joined before the session is read: what is committed in between is noted by the stream.
  hub.join(sessionId, stream);
  webSocket.on('close', () => hub.leave(sessionId, stream));
  if (webSocket.readyState !== webSocket.OPEN) hub.leave(sessionId, stream);
  const known = await parts.engine.read(sessionId);
  if (known === null) return closeCodes.notFound;
  const flow = await parts.engine.flowOf(known);
  const origins = flow?.allowedOrigins ?? [];
  if (origin !== undefined && origins.length > 0 && !origins.includes(origin)) return closeCodes.token;
  const ended = known.phase.kind === 'ended';
  stream.begin(known.version, ended, known.version === 1 ? [startOf(known)] : []);
  listen(parts, webSocket, sessionId, stream);
  if (!ended) connect(parts, webSocket, sessionId);
  webSocket.resume();
  return null;
}

/** The first socket of a session is a fact: it starts the flow and makes routing possible. */
function connect({ engine, log }: SocketParts, webSocket: WebSocket, sessionId: string): void {
  engine.submit(sessionId, { kind: 'connect-socket' }).then(
    ({ kind }) => {
      // Without that fact no live agent could take over, so the client comes again.
      if (kind !== 'done') hangUp(webSocket, closeCodes.restart);
    },
    (error: unknown) => {
      log.error({ session: sessionId, error: String(error) }, 'A connection could not be stored.');
      hangUp(webSocket, 1011);
    },
  );
}

function listen(parts: SocketParts, webSocket: WebSocket, sessionId: string, stream: Stream): void {
  let waiting = 0;
  webSocket.on('message', (data, binary) => {
    if (binary) {
      stream.tell({ type: 'error', code: 'wrong-shape', message: 'Send text frames that hold JSON.' });
      return;
    }
    // Whoever sends and sends but takes no answers is not listened to.
    if (webSocket.bufferedAmount > mostUnread) return hangUp(webSocket, closeCodes.slow);
    waiting += 1;
    if (waiting === mostWaiting) webSocket.pause();
    void takeFrame(parts, sessionId, data.toString()).then((answer) => {
      waiting -= 1;
      if (webSocket.isPaused && waiting < mostWaiting) webSocket.resume();
      if (answer !== null) stream.tell(answer);
    });
  });
}

function outletOf(webSocket: WebSocket, wire: Duplex, clock: Clock): Outlet {
  let sent: Promise<void> = Promise.resolve();
  let corked = false;
  /** Frames that are sent in one turn of the event loop go out in one write. */
  const cork = (): void => {
    if (corked) return;
    corked = true;
    wire.cork();
    clock.soon(() => {
      corked = false;
      wire.uncork();
    });
  };
  return {
    send: (text) => {
      cork();
      if (webSocket.bufferedAmount === 0) return webSocket.send(text);
      // Only a reader that lags costs a promise a frame.
      sent = new Promise((resolve) => webSocket.send(text, () => resolve()));
    },
    buffered: () => webSocket.bufferedAmount,
    drained: () => sent,
    isOpen: () => webSocket.readyState === webSocket.OPEN,
    close: (why) => hangUp(webSocket, why === 'broken' ? 1011 : closeCodes[why]),
  };
}

function hangUp(webSocket: WebSocket, code: number): void {
  // A closing handshake is read like a frame: one that waits in the network would keep both sides half a minute.
  webSocket.resume();
  webSocket.close(code, reasons[code] ?? '');
}

/** Waits for the closing handshakes; those who do not answer are cut off. */
async function allGone(server: WebSocketServer, clock: Clock): Promise<void> {
  const gone = [...server.clients].map(
    (webSocket) => new Promise<void>((resolve) => webSocket.on('close', () => resolve())),
  );
  const cancel = clock.after(closeWithinMs, () => {
    for (const webSocket of server.clients) webSocket.terminate();
  });
  await Promise.all(gone);
  cancel();
}

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { subprotocol } from '../contract/frames.ts';
import type { Clock } from '../platform/clock.ts';
import type { Hints } from '../store/hints/hints.ts';
import { type AdmissionParts, admit, type Target } from './admission.ts';
import { Heartbeat } from './heartbeat.ts';
import { createHub } from './hub.ts';
import { type Connection, hangUp } from './outlet.ts';
import { refuseUpgrade } from './refused-upgrade.ts';
import { watchOthers } from './watch.ts';

export type SocketParts = AdmissionParts &
  Readonly<{
    /** Whether what was owed before this process began is known; until then sockets are told to come again. */
    ready: () => boolean;
    /** The way of hints between instances; null where nobody else commits. */
    hints: Hints | null;
    /** Where a request comes from. */
    addressOf: (request: IncomingMessage) => string;
  }>;

/** The end users' sockets (contract 2.3). */
export type Sockets = Readonly<{
  /** Takes an upgrade request; one that is not for a session's socket is answered with 404. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Begins to look how far sessions have got elsewhere. */
  start: () => void;
  /** Tells everybody to come back later, and waits until they are gone. */
  stop: () => Promise<void>;
  /** Ends those who came or stayed after that. */
  cut: () => void;
  count: () => number;
  /** Bytes that wait in this process until readers take them. */
  waitingBytes: () => number;
}>;

const longestFrame = 256 * 1024;
const closeWithinMs = 2_000;

const socketPath = /^\/http\/([^/]+)\/socket$/;

export function createSockets(parts: SocketParts): Sockets {
  const server = webSocketServer();
  const hub = createHub(parts.hints);
  const shared = { ...parts, hub, heartbeat: new Heartbeat(parts.clock) };
  void hub.follow(parts.engine.changes());
  void hub.followSignals(parts.engine.signals());
  let unwatch = (): void => {};
  let stopping = false;
  const welcome = (connection: Connection, target: Target): void => {
    const { webSocket } = connection;
    webSocket.on('error', ignore);
    if (stopping || !parts.ready()) return hangUp(webSocket, 'restart');
    admit(shared, connection, target).then(
      (refused) => refused !== null && hangUp(webSocket, refused),
      (error: unknown) => {
        parts.log.error({ error: String(error) }, 'A socket could not be opened.');
        hangUp(webSocket, 'broken');
      },
    );
  };
  return {
    upgrade: (request, socket, head) => {
      // Node listens no more to a socket that it has handed over; one that breaks must not end the process.
      socket.on('error', breakOff);
      const target = readTarget(request, parts.addressOf(request));
      if (target === null) return refuseUpgrade(socket, 'route-not-found', 'Sockets are at /http/{session_id}/socket.');
      // The answer to the handshake and the first frames go out in one write.
      socket.cork();
      parts.clock.soon(() => socket.uncork());
      // Node's HTTP server hands over the connection itself.
      server.handleUpgrade(request, socket, head, (webSocket) =>
        welcome({ webSocket, wire: socket as Socket }, target),
      );
    },
    start: () => {
      if (parts.hints !== null) unwatch = watchOthers({ ...parts, hub });
    },
    stop: async () => {
      stopping = true;
      unwatch();
      for (const webSocket of server.clients) hangUp(webSocket, 'restart');
      await allGone(server, parts.clock);
    },
    cut: () => {
      for (const webSocket of server.clients) webSocket.terminate();
    },
    count: () => server.clients.size,
    waitingBytes: () => waitingBytes(server),
  };
}

function webSocketServer(): WebSocketServer {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: longestFrame,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  server.on('wsClientError', (error, socket) => {
    refuseUpgrade(socket, 'bad-request', `${error.message}; open the socket as RFC 6455 says, with version 13.`);
  });
  return server;
}

const waitingBytes = ({ clients }: WebSocketServer): number =>
  [...clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);

/** A connection that breaks is closed by the library; the log is where the reader resumes. */
const ignore = (): void => {};

function breakOff(this: Duplex): void {
  this.destroy();
}

/** The path, token and cursor that a request names; null when it is not for a session's socket. */
function readTarget(request: IncomingMessage, address: string): Target | null {
  const url = URL.parse(request.url ?? '', 'http://localhost');
  const [, sessionId] = socketPath.exec(url?.pathname ?? '') ?? [];
  if (url === null || sessionId === undefined) return null;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((entry) => entry.trim());
  const token = offered.find((entry) => entry !== subprotocol && entry !== '') ?? url.searchParams.get('session_token');
  const after = url.searchParams.get('after') ?? '0';
  const { origin } = request.headers;
  return { sessionId, token: token ?? '', after: /^\d{1,15}$/.test(after) ? Number(after) : 0, origin, address };
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

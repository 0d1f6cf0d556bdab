import type { WebSocket } from 'ws';
import { closeCodes } from '../contract/frames.ts';
import type { Flow } from '../core/flow/flow.ts';
import { type Session, startOf } from '../core/session.ts';
import type { WrongTries } from '../engine/addresses.ts';
import type { Engine } from '../engine/engine.ts';
import { rateLimiter } from '../engine/rate.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { isUuid, type Random } from '../platform/random.ts';
import type { Grant, SessionTokens } from '../platform/session-tokens.ts';
import type { SessionStore } from '../store/store.ts';
import { openingOf, type TakeFrame } from './first-message.ts';
import type { Hub } from './hub.ts';
import { readFrame, takeFrame } from './incoming.ts';
import { type Connection, hangUp, outletOf } from './outlet.ts';
import { Stream } from './stream.ts';

export type AdmissionParts = Readonly<{
  engine: Engine;
  sessions: SessionStore;
  tokens: SessionTokens;
  wrongTries: WrongTries;
  clock: Clock;
  random: Random;
  log: Log;
}>;

/** What a request for a socket names. */
export type Target = Readonly<{
  sessionId: string;
  token: string;
  after: number;
  origin: string | undefined;
  address: string;
}>;

type Parts = AdmissionParts & Readonly<{ hub: Hub }>;

/** Frames of one socket that may wait to be stored before no more are read from it. */
const mostWaiting = 64;
/** Sockets that one session may have at once: tabs, and some that were torn and are not known to be gone. */
const mostSockets = 50;
/** How long a socket of a session that was handed out may stay without a first message. */
const sayWithinMs = 10 * 60_000;
/** Frames that are wrong, a second, and how many may come at once before the socket is closed. */
const wrongPerSecond = 5;
const wrongAtOnce = 50;
/** Bytes of answers that a client may leave untaken; a stream alone never leaves as many. */
const mostUnread = 2 * 1024 * 1024;

/**
 * Checks who comes, and starts their stream. A session that was handed out and not begun yet has nothing to stream: its
 * first message begins it, on whichever of its sockets that comes.
 * @returns a close code when they may not come in, null when they may.
 */
export async function admit(parts: Parts, connection: Connection, target: Target): Promise<number | null> {
  const { hub, engine } = parts;
  const { webSocket } = connection;
  const { sessionId, after, origin } = target;
  // Frames may come before the checks are done; they wait in the network until then.
  webSocket.pause();
  const grant = await parts.tokens.grantOf(target.token);
  if (grant?.sessionId !== sessionId || !isUuid(sessionId)) return refused(parts, target);
  if (hub.count(sessionId) >= mostSockets) return closeCodes.idle;
  const read = (from: number, limit: number) => parts.sessions.readEvents(sessionId, from, limit);
  const stream = new Stream(outletOf(connection, parts.clock), parts.clock, read, after);
  // Joined before the session is read: what is committed in between is noted by the stream.
  hub.join(sessionId, stream);
  webSocket.on('close', () => hub.leave(sessionId, stream));
  if (webSocket.readyState !== webSocket.OPEN) hub.leave(sessionId, stream);
  const known = await engine.read(sessionId);
  if (known === null && grant.opens !== null && grant.opens.until <= parts.clock.now()) return closeCodes.token;
  const flow = await flowFor(engine, known, grant);
  // Of a session that is known, deciding says what is wrong with its flow; its client is not told that it is gone.
  if (known === null && flow === null) return closeCodes.notFound;
  const origins = flow?.allowedOrigins ?? [];
  if (origin !== undefined && origins.length > 0 && !origins.includes(origin)) return closeCodes.token;
  const begin = (): void => connect(parts, webSocket, sessionId);
  if (known !== null) {
    const ended = known.phase.kind === 'ended';
    stream.begin(known.version, ended, known.version === 1 ? [startOf(known)] : []);
    listen(parts, webSocket, stream, (frame) => takeFrame(parts, sessionId, frame));
    if (!ended) begin();
  } else {
    stream.begin(0, false);
    listen(parts, webSocket, stream, openingOf(parts, grant, stream, begin));
    const given = parts.clock.after(sayWithinMs, () => !stream.hasBegun && hangUp(webSocket, closeCodes.idle));
    webSocket.on('close', given);
  }
  webSocket.resume();
  return null;
}

/** The close code for a token that is not right; after too many of them from one address it says to come later. */
function refused({ wrongTries }: AdmissionParts, { token, address }: Target): number {
  const waitMs = token === '' ? wrongTries.waitMs(address) : wrongTries.note(address);
  return waitMs > 0 ? closeCodes.later : closeCodes.token;
}

/** The flow of the session, or the one that it will begin with; null when there is neither. */
async function flowFor(engine: Engine, known: Session | null, grant: Grant): Promise<Flow | null> {
  if (known !== null) return engine.flowOf(known);
  const flow = grant.opens === null ? null : await engine.published(grant.opens.virtualAgentId);
  return flow?.webChat === true ? flow : null;
}

/** The first socket of a session is a fact: it starts the flow and makes routing possible. */
function connect({ engine, log }: AdmissionParts, webSocket: WebSocket, sessionId: string): void {
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

function listen({ clock }: AdmissionParts, webSocket: WebSocket, stream: Stream, take: TakeFrame): void {
  const wrong = rateLimiter(wrongPerSecond, wrongAtOnce);
  let waiting = 0;
  webSocket.on('message', (data, binary) => {
    if (binary) {
      stream.tell({ type: 'error', code: 'wrong-shape', message: 'Send text frames that hold JSON.' });
      return;
    }
    // Whoever sends and sends but takes no answers is not listened to.
    if (webSocket.bufferedAmount > mostUnread) return hangUp(webSocket, closeCodes.slow);
    const reading = readFrame(data.toString());
    if ('error' in reading) {
      stream.tell(reading.error);
      if (wrong.take('frames', clock.now()) > 0) hangUp(webSocket, closeCodes.idle);
      return;
    }
    waiting += 1;
    if (waiting === mostWaiting) webSocket.pause();
    void take(reading.frame).then((answer) => {
      waiting -= 1;
      if (webSocket.isPaused && waiting < mostWaiting) webSocket.resume();
      if (answer !== null) stream.tell(answer);
    });
  });
}

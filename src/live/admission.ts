import type { WebSocket } from 'ws';
import type { Flow } from '../core/flow/flow.ts';
import { type Session, startOf } from '../core/session.ts';
import type { WrongTries } from '../engine/addresses.ts';
import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { isUuid, type Random } from '../platform/random.ts';
import type { Grant, SessionTokens } from '../platform/session-tokens.ts';
import type { SessionStore } from '../store/store.ts';
import { openingOf } from './first-message.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Hub } from './hub.ts';
import { takeFrame } from './incoming.ts';
import { listen } from './listener.ts';
import { type Closing, type Connection, hangUp, SocketOutlet } from './outlet.ts';
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

type Parts = AdmissionParts & Readonly<{ hub: Hub; heartbeat: Heartbeat }>;

/** Sockets that one session may have at once: tabs, and some that were torn and are not known to be gone. */
const mostSockets = 50;
/** How long a socket of a session that was handed out may stay without a first message. */
const sayWithinMs = 10 * 60_000;
/**
 * Checks who comes, and starts their stream. A session that was handed out and not begun yet has nothing to stream: its
 * first message begins it, on whichever of its sockets that comes.
 * @returns why they may not come in, null when they may.
 */
export async function admit(parts: Parts, connection: Connection, target: Target): Promise<Closing | null> {
  const { hub, engine } = parts;
  const { webSocket } = connection;
  const { sessionId, after, origin } = target;
  // Frames may come before the checks are done; they wait in the network until then.
  webSocket.pause();
  const grant = await parts.tokens.grantOf(target.token);
  if (grant?.sessionId !== sessionId || !isUuid(sessionId)) return refused(parts, target);
  if (hub.count(sessionId) >= mostSockets) return 'crowded';
  const read = (from: number, limit: number) => parts.sessions.readEvents(sessionId, from, limit);
  const stream = new Stream(new SocketOutlet(connection, parts.clock), parts.clock, read, after);
  // Joined before the session is read: what is committed in between is noted by the stream.
  join(parts, connection, sessionId, stream);
  const known = await engine.read(sessionId);
  if (known === null && grant.opens !== null && grant.opens.until <= parts.clock.now()) return 'token';
  const flow = await flowFor(engine, known, grant);
  // Of a session that is known, deciding says what is wrong with its flow; its client is not told that it is gone.
  if (known === null && flow === null) return 'notFound';
  const origins = flow?.allowedOrigins ?? [];
  if (origin !== undefined && origins.length > 0 && !origins.includes(origin)) return 'origin';
  // It may have been told to come again meanwhile. Then what it said is lost, and what it still says must not overtake that.
  if (webSocket.readyState !== webSocket.OPEN) return null;
  const begin = (): void => connect(parts, webSocket, sessionId);
  const isStored = (id: string): Promise<boolean> => engine.hasHeard(sessionId, id);
  if (known !== null) {
    const ended = known.phase.kind === 'ended';
    stream.begin(known.version, ended, known.version === 1 ? [startOf(known)] : []);
    listen(parts.clock, webSocket, stream, { take: (frame) => takeFrame(parts, sessionId, frame), isStored });
    // Once a session was seen on a socket, another one is news to nobody.
    if (!ended && !known.socketSeen) begin();
  } else {
    stream.begin(0, false);
    listen(parts.clock, webSocket, stream, { take: openingOf(parts, grant, stream, begin), isStored });
    const given = parts.clock.after(sayWithinMs, () => !stream.hasBegun && hangUp(webSocket, 'silent'));
    webSocket.on('close', given);
  }
  webSocket.resume();
  return null;
}

/** From now on the stream is told of what happens, and the socket is one of those that may be open and must be alive. */
function join({ hub, heartbeat }: Parts, connection: Connection, sessionId: string, stream: Stream): void {
  const { webSocket } = connection;
  hub.join(sessionId, stream);
  const watched = heartbeat.watch(connection);
  const leave = (): void => {
    hub.leave(sessionId, stream);
    heartbeat.leave(watched);
  };
  webSocket.on('close', leave);
  if (webSocket.readyState !== webSocket.OPEN) leave();
}

/** Why the socket is closed for a token that is not right; after too many of them from one address it says to come later. */
function refused({ wrongTries }: AdmissionParts, { token, address }: Target): Closing {
  const waitMs = token === '' ? wrongTries.waitMs(address) : wrongTries.note(address);
  return waitMs > 0 ? 'later' : 'token';
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
      if (kind !== 'done') hangUp(webSocket, 'restart');
    },
    (error: unknown) => {
      log.error({ session: sessionId, error: String(error) }, 'A connection could not be stored.');
      hangUp(webSocket, 'broken');
    },
  );
}

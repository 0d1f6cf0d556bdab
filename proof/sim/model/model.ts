import type { SessionEvent } from '../../../src/core/events.ts';
import type { Session } from '../../../src/core/session.ts';
import type { Clocks, Request, Witness } from '../witness.ts';
import { checkAgreement } from './agreement.ts';
import { checkAsks } from './asks.ts';
import { Calls } from './calls.ts';
import { Bell, checkDue } from './deadlines.ts';
import { Diligence } from './diligence.ts';
import { checkDisk } from './disk.ts';
import { noteKept, noteSaid, noteStepAnswered, noteStepAsked } from './end-user.ts';
import { checkHandover, checkRest } from './handovers.ts';
import { owe } from './owed.ts';
import { checkOwners } from './owners.ts';
import { noteOwnership } from './refusals.ts';
import { Sockets } from './sockets.ts';
import { advance, type State, startState } from './state.ts';
import { Users } from './users.ts';
import { broken, type Mirror, mirrorOf, newWorld, same, type World } from './world.ts';

/**
 * Judges a simulation by what docs/invariants.md promises. It shares no code with what it judges: all it takes for true
 * is what was flushed, and what follows from that it works out itself.
 * @param isDiligent whether what nobody does counts; false for a history in which nobody makes calls.
 * @throws Violation, from whichever of its functions is told what must not be.
 */
export function createModel(clocks: Clocks, { isDiligent = true, isShared = false } = {}): Witness {
  const world = newWorld(clocks, isShared);
  const bell = new Bell(world);
  const sockets = new Sockets(world);
  const calls = new Calls(world);
  const diligence = new Diligence(world);
  const told: Told = { world, bell, users: new Users(world) };
  return {
    booted: (instance) => {
      world.instances.booted(instance);
      bell.turned();
      diligence.turn({});
    },
    gone: (instance) => {
      world.instances.gone(instance);
      bell.turned();
      sockets.allGone(instance);
      calls.gone(instance);
      diligence.turn({ gone: instance });
    },
    stalled: (instance, isStalled) => {
      world.instances.stalled(instance, isStalled);
      bell.turned();
      sockets.turned();
      diligence.turn({});
    },
    diskRefuses: (refuses) => {
      bell.diskRefuses(refuses);
      sockets.turned();
      diligence.turn({ refuses });
    },
    forgot: () => diligence.forgot(),
    happened: () => {},
    published: (virtualAgentId, version, flow) => world.flows.set(`${virtualAgentId} ${version}`, flow),
    flushed: (session, events) => flushed(told, session, events),
    handedOut: (sessionId) => {
      mirrorOf(world, sessionId).handedOut = true;
    },
    socketOpened: (socket, sessionId, after, instance) => sockets.opened(socket, sessionId, { after, instance }),
    frameSaid: (_, sessionId, frame) => noteSaid(mirrorOf(world, sessionId), frame),
    frameSent: (socket, frame) => sockets.sent(socket, frame),
    socketClosed: (socket, code) => sockets.closed(socket, code),
    socketGone: (socket) => sockets.gone(socket),
    asked: (request) => asked(world, request),
    answered: (request, status, body) => answered(world, request, status, body ?? {}),
    called: (call) => {
      calls.called(call);
      diligence.called(call);
    },
    arrived: (call) => calls.arrived(call),
    heard: (call, status) => {
      calls.heard(call, status);
      diligence.heard(call, status);
    },
    managed: (what, webhookId) => mirrorOf(world, webhookId.slice(0, 36)).managed.add(`${what} ${webhookId}`),
    stepped: () => {
      bell.stepped();
      sockets.stepped();
      if (isDiligent) diligence.stepped();
    },
    finished: (stored) => {
      sockets.finished();
      checkDisk(world, stored);
    },
  };
}

type Told = Readonly<{ world: World; bell: Bell; users: Users }>;

function flushed(told: Told, session: Session, events: readonly SessionEvent[]): void {
  const { world, bell } = told;
  const mirror = mirrorOf(world, session.id);
  for (const event of events) take(told, mirror, event);
  const { state } = mirror;
  if (state === null) return broken(3, session.id, 'it was stored without its first event.');
  // What was found on disk may be told again as it was.
  if (session.version < state.version && events.every(({ seq }) => seq <= session.version)) return;
  noteOwnership(mirror, state);
  checkRest(mirror, state);
  checkAgreement(mirror, state, session);
  bell.moved(mirror.id, state);
}

function take({ world, users }: Told, mirror: Mirror, event: SessionEvent): void {
  const { id, events, state } = mirror;
  const known = events[event.seq - 1];
  if (known !== undefined) {
    if (same(known, event)) return;
    broken(3, id, `event ${event.seq} (${event.kind}) stands where ${known.kind} was flushed before.`);
  }
  if (event.seq !== events.length + 1)
    broken(3, id, `event ${event.seq} (${event.kind}) follows event ${events.length}.`);
  if (state === null) {
    begin(world, users, mirror, event);
    return;
  }
  if (event.at < state.at) broken(3, id, `event ${event.seq} (${event.kind}) is earlier than the one before it.`);
  judge(world, mirror, state, event);
  if (event.kind === 'parameters-set') users.set(mirror, event);
  events.push(event);
  advance(state, event);
  if (restsAfter(event)) noteOwnership(mirror, state);
}

/**
 * Where a command may have ended: several of them share a commit, and one that is refused is refused by what those before it left.
 */
const restsAfter = ({ kind }: SessionEvent): boolean =>
  kind === 'handoff-requested' ||
  kind === 'handoff-connected' ||
  kind === 'input-awaited' ||
  kind === 'skill-requested';

function begin(world: World, users: Users, mirror: Mirror, event: SessionEvent): void {
  if (event.kind !== 'session-started') return broken(3, mirror.id, `its log begins with ${event.kind}.`);
  const { virtualAgentId, flowVersion } = event;
  if (event.sessionId !== mirror.id)
    broken(3, mirror.id, `its log begins with the start of session ${event.sessionId}.`);
  mirror.flow = world.flows.get(`${virtualAgentId} ${flowVersion}`) ?? null;
  if (mirror.flow === null)
    return broken(7, mirror.id, `it runs version ${flowVersion} of ${virtualAgentId}, which was never published.`);
  if (mirror.handedOut && mirror.words.said.size === 0)
    broken(13, mirror.id, 'it was handed out and is stored, although its visitor has said nothing.');
  if (event.at >= event.expiresAt) broken(9, mirror.id, 'it is begun when its time is over.');
  users.begun(mirror, mirror.flow, event);
  mirror.events.push(event);
  mirror.state = startState(event);
}

/** Everything that must hold of an event when it comes. @param state before it. */
function judge(world: World, mirror: Mirror, state: State, event: SessionEvent): void {
  if (state.phase !== 'ended') checkDue(mirror, state, event);
  checkOwners(mirror, state, event);
  checkHandover(mirror, state, event);
  checkAsks(mirror, state, event);
  if (event.kind === 'user-message-received') noteKept(mirror, event);
  if (event.kind === 'live-agent-message-sent') mirror.writes.kept(mirror, event);
  owe(world, mirror, state, event);
}

const isWrite = ({ operation }: Request): boolean => operation === 'outbound' || operation === 'disconnect';

function asked(world: World, request: Request): void {
  if (request.sessionId === null) return;
  const mirror = mirrorOf(world, request.sessionId);
  world.pending.asked(mirror, request);
  if (request.operation === 'step') noteStepAsked(mirror, request);
  if (isWrite(request)) mirror.writes.asked(request, world.clocks.now() ?? world.lastNow, mirror.state?.lastEpoch ?? 0);
}

function answered(world: World, request: Request, status: number, body: Readonly<Record<string, unknown>>): void {
  const { operation, sessionId } = request;
  // What a fault of the program did is not known; the fault itself is told elsewhere. Nor is it where the answer of a
  // shared database was lost.
  if (status === 500 || (world.isShared && body.code === 'unavailable')) return;
  const refused = status < 200 || status > 299;
  if (operation === 'init' && !refused) return checkOpened(world, body);
  if (sessionId === null) return;
  const mirror = mirrorOf(world, sessionId);
  world.pending.answered(mirror, request, refused ? String(body.code) : null);
  if (operation === 'listEvents' && !refused) return checkRead(mirror, body);
  if (operation === 'step') return noteStepAnswered(mirror, request, refused, body);
  if (!isWrite(request)) return;
  if (refused) mirror.writes.refused(mirror, request);
  else if (operation === 'outbound') mirror.writes.outboundDone(mirror, request, body);
  else mirror.writes.disconnectDone(mirror, request);
}

function checkRead({ id, events }: Mirror, body: Readonly<Record<string, unknown>>): void {
  const told = (body.events ?? []) as readonly Readonly<{ seq: number }>[];
  const last = told.at(-1)?.seq ?? 0;
  if (last > events.length) broken(1, id, `event ${last} was read from the log, and is not on disk.`);
}

function checkOpened({ sessions }: World, body: Readonly<Record<string, unknown>>): void {
  const id = String(body.session_id);
  if (sessions.get(id)?.state == null) broken(1, id, 'init was answered, and the session is not on disk.');
}

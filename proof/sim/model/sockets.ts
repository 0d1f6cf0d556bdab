import type { ServerFrame } from '../../../src/contract/frames.ts';
import type { SessionEvent } from '../../../src/core/events.ts';
import { noteAccepted, noteRefused } from './end-user.ts';
import { type EventFrame, isForTheEndUser, told } from './frames.ts';
import { broken, type Mirror, mirrorOf, same, type World } from './world.ts';

type Socket = {
  readonly name: string;
  readonly mirror: Mirror;
  /** All for the end user up to this seq was sent, or was not asked for. */
  cursor: number;
  /** Above the cursor while the client has asked for less than there is: what lies between may be left out. */
  asked: number;
  open: boolean;
  readonly instance: number;
  /** Since when something waits to be sent; null while nothing does. */
  behindSince: number | null;
};

/** How often it is looked who waits. */
const lookEveryMs = 5_000;
/**
 * Whatever others commit is sent by then although no hint tells: they look every 4 s how far it has got, a look is tried
 * again when it fails, and a page of the log may take as long as a slow reader is borne with (15 s).
 */
const waitsMs = 60_000;

const endedCode = 4410;

/** What every socket is sent: each event for the end user after its cursor, once, in order, and nothing that is not on disk. */
export class Sockets {
  readonly #world: World;
  readonly #sockets = new Map<number, Socket>();
  readonly #open = new Set<number>();
  #lookAt = 0;

  constructor(world: World) {
    this.#world = world;
  }

  opened(socket: number, sessionId: string, { after, instance }: Readonly<{ after: number; instance: number }>): void {
    const mirror = mirrorOf(this.#world, sessionId);
    const cursor = Math.min(after, mirror.events.length);
    const rest = { asked: after, open: true, instance, behindSince: null };
    this.#sockets.set(socket, { name: `socket ${socket}`, mirror, cursor, ...rest });
    this.#open.add(socket);
  }

  /** Somebody came, went, stood still or was cut off: whoever waits, waits anew. */
  turned(): void {
    for (const id of this.#open) {
      const socket = this.#sockets.get(id);
      if (socket !== undefined) socket.behindSince = null;
    }
  }

  /** What another instance has committed comes too, sooner or later. */
  stepped(): void {
    const { clocks, instances, isShared } = this.#world;
    const time = clocks.time();
    if (!isShared || time < this.#lookAt) return;
    this.#lookAt = time + lookEveryMs;
    for (const id of this.#open) {
      const socket = this.#sockets.get(id);
      if (socket === undefined || !socket.open) {
        this.#open.delete(id);
        continue;
      }
      const missed = instances.isWell(socket.instance) ? nextFor(socket) : undefined;
      if (missed === undefined) socket.behindSince = null;
      else socket.behindSince ??= time;
      if (missed === undefined || socket.behindSince === null || time - socket.behindSince <= waitsMs) continue;
      broken(2, socket.mirror.id, `event ${missed.seq} (${missed.kind}) has not come to ${socket.name} for 60 s.`);
    }
  }

  sent(id: number, frame: ServerFrame): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    socket.behindSince = null;
    if (frame.type === 'message' || frame.type === 'session') checkEventFrame(socket, frame);
    else if (frame.type === 'accepted') noteAccepted(socket.mirror, frame.id, frame.seq);
    else if (frame.type === 'error' && frame.id !== undefined) {
      // Where the answer of a shared database was lost, it is not known what became of it.
      if (this.#world.isShared && frame.code === 'unavailable') return;
      this.#world.pending.messageRefused(socket.mirror, frame.code);
      noteRefused(socket.mirror, frame.id);
    }
  }

  closed(id: number, code: number): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    socket.open = false;
    if (code !== endedCode) return;
    const { mirror, name } = socket;
    if (mirror.state?.phase !== 'ended')
      broken(1, mirror.id, `${name} was closed because the session had ended, which is not on disk.`);
    const missed = nextFor(socket);
    if (missed !== undefined)
      broken(
        2,
        mirror.id,
        `${name} was closed because everything was sent, but event ${missed.seq} (${missed.kind}) was not.`,
      );
  }

  gone(id: number): void {
    const socket = this.#sockets.get(id);
    if (socket !== undefined) socket.open = false;
  }

  allGone(instance: number): void {
    for (const socket of this.#sockets.values()) if (socket.instance === instance) socket.open = false;
    this.turned();
  }

  finished(): void {
    for (const socket of this.#sockets.values()) {
      const missed = socket.open ? nextFor(socket) : undefined;
      if (missed === undefined) continue;
      broken(
        2,
        socket.mirror.id,
        `event ${missed.seq} (${missed.kind}) never came to ${socket.name}, which was open to the end.`,
      );
    }
  }
}

/** The next event that the socket must be sent. */
function nextFor({ mirror: { events }, cursor, asked }: Socket): SessionEvent | undefined {
  for (let seq = Math.max(cursor, asked) + 1; seq <= events.length; seq += 1) {
    const event = events[seq - 1];
    if (event !== undefined && isForTheEndUser(event)) return event;
  }
  return undefined;
}

function checkEventFrame(socket: Socket, frame: EventFrame): void {
  const { mirror, name, cursor } = socket;
  const { seq } = frame;
  const event = mirror.events[seq - 1];
  if (event === undefined)
    return broken(1, mirror.id, `${frame.type} ${seq} was sent on ${name} before it was on disk.`);
  if (seq <= cursor)
    return broken(
      4,
      mirror.id,
      `${frame.type} ${seq} was sent on ${name} although everything up to ${cursor} had been sent or was not asked for.`,
    );
  const expected = told(event);
  if (expected === null)
    return broken(4, mirror.id, `event ${seq} (${event.kind}) was sent on ${name}; it is not for the end user.`);
  const due = nextFor(socket);
  if (due !== undefined && due.seq < seq)
    broken(4, mirror.id, `${frame.type} ${seq} was sent on ${name} before event ${due.seq} (${due.kind}).`);
  if (!same(expected, frame)) {
    broken(
      4,
      mirror.id,
      `${name} was sent ${JSON.stringify(frame)} for event ${seq} (${event.kind}), which must be ${JSON.stringify(expected)}.`,
    );
  }
  socket.cursor = seq;
  // From its first frame on, the order of the log holds without exception.
  socket.asked = 0;
}

import type { ClientFrame, ServerFrame } from '../../src/contract/frames.ts';
import type { CallKind, SessionEvent } from '../../src/core/events.ts';
import type { Flow } from '../../src/core/flow/flow.ts';
import type { Session } from '../../src/core/session.ts';

/** A call as the disk has it. */
export type DiskCall = Readonly<{
  sessionId: string;
  lane: string;
  seq: number;
  part: number;
  kind: CallKind;
  state: 'owed' | 'delivered' | 'dead' | 'skipped';
  replayed: boolean;
}>;

/** A request to the program, with its body and its `Idempotency-Key` if it has one. */
export type Request = Readonly<{
  /** Of this request alone; a repeat is another request. */
  id: number;
  operation: string;
  /** Of the session that its path names; null where it names none. */
  sessionId: string | null;
  body: Readonly<Record<string, unknown>>;
  key: string | null;
}>;

/** A call to a desk, as it leaves the program. */
export type Call = Readonly<{
  /** Of this attempt alone. */
  id: number;
  /** The instance that makes it; 0 where there is one. */
  by: number;
  url: string;
  webhookId: string;
  /** JSON. */
  body: string;
}>;

/** Times: `time` is ms since the simulation began and never leaps; `now` is what the program's clock shows. */
export type Clocks = Readonly<{
  time: () => number;
  /** Null while no program runs. */
  now: () => number | null;
}>;

/**
 * What a simulation tells whoever judges it, in the order in which it happens. Whatever *leaves* the program is told at the
 * moment when it leaves; what then becomes of it on its way is the network's.
 */
export type Witness = Readonly<{
  /** A program serves from now on; what it found on disk has been told as flushed. @param instance 0 where there is one. */
  booted: (instance: number) => void;
  /** The program is gone: killed, cut off from power, or stopped. */
  gone: (instance: number) => void;
  /** An instance is paused or cut off from the database; or not any more. */
  stalled: (instance: number, isStalled: boolean) => void;
  /** Whether the disk takes what is written, or the database answers. */
  diskRefuses: (refuses: boolean) => void;
  /** The database has forgotten the last of what it need not have kept. */
  forgot: () => void;
  /** Something that is counted, and judged by nobody. */
  happened: (what: string) => void;
  /** A version of a virtual agent was published, as the disk has it. */
  published: (virtualAgentId: string, version: number, flow: Flow) => void;
  /** One commit is on disk for good. @param session the state that was committed with the events. */
  flushed: (session: Session, events: readonly SessionEvent[]) => void;
  /** A session was handed out to somebody who may never say anything. */
  handedOut: (sessionId: string) => void;

  /** The program took a socket of a session in. @param after the seq after which its client asked for the rest. */
  socketOpened: (socket: number, sessionId: string, after: number, instance: number) => void;
  /** A client sends a frame; it may never arrive. */
  frameSaid: (socket: number, sessionId: string, frame: ClientFrame) => void;
  /** A frame leaves the program. */
  frameSent: (socket: number, frame: ServerFrame) => void;
  /** The program closes a socket. */
  socketClosed: (socket: number, code: number) => void;
  /** A socket is gone, whoever ended it. */
  socketGone: (socket: number) => void;

  /** A request reaches the program. */
  asked: (request: Request) => void;
  /** Its answer leaves the program. */
  answered: (request: Request, status: number, body: Readonly<Record<string, unknown>> | null) => void;

  /** A call leaves the program. */
  called: (call: Call) => void;
  /** It reaches its desk; this may be after the program has given it up. */
  arrived: (call: Call) => void;
  /** What the program hears of it: a status, or null when it was not reached or gave up. */
  heard: (call: Call, status: number | null) => void;

  /** A person who manages has asked for a call to be tried again or left out; `webhookId` names it. */
  managed: (what: 'replay' | 'skip', webhookId: string) => void;

  /** After each step of the simulation. */
  stepped: () => void;
  /** All is well again since long, and everything that can happen has happened. @param calls all of them. */
  finished: (calls: readonly DiskCall[]) => void;
}>;

/** A promise of `docs/invariants.md` that was not kept. */
export class Violation extends Error {
  override readonly name = 'Violation';
  /** Its number in `docs/invariants.md`; 0 for an error that the program logged or threw. */
  readonly invariant: number;
  readonly sessionId: string | null;

  constructor(invariant: number, sentence: string, sessionId: string | null = null) {
    super(sentence);
    this.invariant = invariant;
    this.sessionId = sessionId;
  }
}

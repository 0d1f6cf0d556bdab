import { EventEmitter } from 'node:events';
import type { ServerFrame } from '../../../src/contract/frames.ts';
import type { Connection } from '../../../src/live/outlet.ts';
import type { Chance } from '../../random.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** What a client hears of its connection. */
export type ClientEnd = Readonly<{
  heard: (frame: ServerFrame) => void;
  /** The connection is gone. @param code of its close frame; null when it broke. */
  closed: (code: number | null) => void;
}>;

/** What the judge is told. */
export type LineWitness = Readonly<{
  sent: (frame: ServerFrame) => void;
  closing: (code: number) => void;
  gone: () => void;
}>;

export type LinePlan = Readonly<{
  latencyMs: readonly [least: number, most: number];
  /** Takes so long for each byte, and each byte that waits counts for so many: a reader on a bad line, in small. */
  narrow: Readonly<{ msPerByte: number; weight: number }> | null;
}>;

export type LineParts = Readonly<{
  world: World;
  chance: Chance;
  plan: LinePlan;
  /** The program at the other end. */
  program: Owner;
  client: ClientEnd;
  witness: LineWitness;
}>;

const frameHead = 6;
const closeTimeoutMs = 30_000;

/**
 * A connection between a client and the program. Each direction keeps its order, as TCP does; it may break with or
 * without a word to either side, and what was under way is lost then. Both ends of the library that stands there in
 * reality are played: the program sees a WebSocket and the connection under it.
 */
export class Line {
  readonly server: ServerSocket;
  readonly wire: Wire;
  readonly parts: LineParts;
  #downAt = 0;
  #upAt = 0;
  /** Nothing gets through any more, and nobody is told. */
  #silent = false;
  #clientKnows = false;
  /** Held back while the program does not read. */
  #held: string[] = [];
  #waiting = 0;

  constructor(parts: LineParts) {
    this.parts = parts;
    this.wire = new Wire(this);
    this.server = new ServerSocket(this);
  }

  get connection(): Connection {
    return { webSocket: this.server, wire: this.wire } as unknown as Connection;
  }

  /** Bytes that wait on the program's side. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The client sends a frame. */
  say(frame: object): void {
    const text = JSON.stringify(frame);
    this.#up(() => {
      this.wire.bytesRead += text.length + frameHead;
      if (this.server.isPaused) this.#held.push(text);
      else this.server.emit('message', Buffer.from(text), false);
    });
  }

  /** The client closes its end properly. */
  close(): void {
    this.#clientKnows = true;
    this.#up(() => this.gone());
  }

  /**
   * The network breaks. @param clientLearnsMs after so long the client notices. @param serverLearnsMs likewise the
   * program; null for never.
   */
  break(clientLearnsMs: number, serverLearnsMs: number | null): void {
    const { world, program } = this.parts;
    this.#silent = true;
    world.scheduler.plan(world.outside, clientLearnsMs, () => this.#tellClient(null));
    if (serverLearnsMs !== null) world.scheduler.plan(program, serverLearnsMs, () => this.gone());
  }

  /** The program was killed, which the system tells the client after what it had sent; or the power went. */
  programGone(isPowerCut: boolean): void {
    const { chance, witness } = this.parts;
    witness.gone();
    if (isPowerCut) return this.break(chance.between(2_000, 45_000), null);
    this.#down(() => this.#tellClient(null));
  }

  /** Puts what the program sent on its way. */
  send(text: string): void {
    const { narrow } = this.parts.plan;
    const weight = text.length * (narrow?.weight ?? 0);
    this.#waiting += weight;
    this.#down(
      () => {
        this.#take(weight);
        this.parts.client.heard(JSON.parse(text) as ServerFrame);
      },
      (narrow?.msPerByte ?? 0) * text.length,
    );
  }

  sendClose(code: number): void {
    this.#down(() => {
      this.#tellClient(code);
      this.#up(() => this.gone());
    });
    this.parts.world.scheduler.plan(this.parts.program, closeTimeoutMs, () => this.gone());
  }

  ping(): void {
    this.#down(() => {
      this.#up(() => {
        this.wire.bytesRead += frameHead;
      });
    });
  }

  /** The program cuts it off. */
  cut(): void {
    this.#down(() => this.#tellClient(null));
    this.gone();
  }

  /** The program reads again. */
  readOn(): void {
    const { world, program } = this.parts;
    world.scheduler.plan(program, 0, () => {
      while (!this.server.isPaused) {
        const text = this.#held.shift();
        if (text === undefined) return;
        this.server.emit('message', Buffer.from(text), false);
      }
    });
  }

  /** The program learns that the connection is gone. */
  gone(): void {
    if (this.server.readyState === this.server.CLOSED) return;
    this.server.readyState = this.server.CLOSED;
    this.wire.destroyed = true;
    this.parts.witness.gone();
    this.server.emit('close');
    this.wire.emit('close');
  }

  #take(weight: number): void {
    this.#waiting -= weight;
    if (this.#waiting > 0 || weight === 0) return;
    const { world, program } = this.parts;
    world.scheduler.plan(program, 0, () => this.wire.emit('drain'));
  }

  #tellClient(code: number | null): void {
    if (this.#clientKnows) return;
    this.#clientKnows = true;
    this.parts.client.closed(code);
  }

  #down(arrive: () => void, extraMs = 0): void {
    const { scheduler, outside } = this.parts.world;
    this.#downAt = Math.max(this.#downAt, scheduler.time + this.#latency()) + extraMs;
    scheduler.plan(outside, this.#downAt - scheduler.time, () => {
      if (!this.#silent && !this.#clientKnows) arrive();
    });
  }

  #up(arrive: () => void): void {
    const { scheduler } = this.parts.world;
    this.#upAt = Math.max(this.#upAt, scheduler.time + this.#latency());
    scheduler.plan(this.parts.program, this.#upAt - scheduler.time, () => {
      if (!this.#silent && this.server.readyState !== this.server.CLOSED) arrive();
    });
  }

  #latency(): number {
    const [least, most] = this.parts.plan.latencyMs;
    return least + this.parts.chance.next() * (most - least);
  }
}

/** The WebSocket as the program sees it. */
class ServerSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readyState = 1;
  isPaused = false;
  readonly #line: Line;

  constructor(line: Line) {
    super();
    this.#line = line;
  }

  get bufferedAmount(): number {
    return this.#line.waiting + this.#line.wire.corkedBytes;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.#line.readOn();
  }

  send(text: string): void {
    if (this.readyState !== this.OPEN) return;
    this.#line.parts.witness.sent(JSON.parse(text) as ServerFrame);
    this.#line.wire.write(text.length, () => this.#line.send(text));
  }

  ping(): void {
    this.#line.wire.write(0, () => this.#line.ping());
  }

  close(code: number): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = this.CLOSING;
    this.#line.parts.witness.closing(code);
    this.#line.wire.write(0, () => this.#line.sendClose(code));
  }

  terminate(): void {
    this.#line.cut();
  }
}

/** The connection under it: what is written while it is corked goes out together. */
class Wire extends EventEmitter {
  bytesRead = 0;
  destroyed = false;
  corkedBytes = 0;
  readonly #line: Line;
  #corks = 0;
  #corked: (() => void)[] = [];

  constructor(line: Line) {
    super();
    this.#line = line;
  }

  get writableLength(): number {
    return this.#line.waiting + this.corkedBytes;
  }

  cork(): void {
    this.#corks += 1;
  }

  uncork(): void {
    this.#corks = Math.max(0, this.#corks - 1);
    if (this.#corks > 0) return;
    const writes = this.#corked;
    this.#corked = [];
    this.corkedBytes = 0;
    for (const write of writes) write();
  }

  write(size: number, go: () => void): void {
    if (this.#corks === 0) return go();
    this.corkedBytes += size;
    this.#corked.push(go);
  }
}

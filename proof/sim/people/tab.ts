import { type ClientFrame, closeCodes, type ServerFrame } from '../../../src/contract/frames.ts';
import type { Chance } from '../../random.ts';
import type { NetworkPlan, UserPlan } from '../plan/plan.ts';
import type { Host } from '../program/host.ts';
import type { Witness } from '../witness.ts';
import { Line, type LinePlan } from '../world/line.ts';
import { briefly } from '../world/requests.ts';
import type { World } from '../world/world.ts';

export type TabParts = Readonly<{
  world: World;
  machine: () => Host;
  witness: Witness;
  network: NetworkPlan;
  user: UserPlan;
  name: string;
  session: Readonly<{ id: string; token: string }>;
  newSocket: () => number;
  /** Whether all is well again: lines hold. */
  isOver: () => boolean;
}>;

type Message = Extract<ClientFrame, { type: 'message' }>;

/** After these the session is over for a client, or was never there. */
const lastCodes: readonly number[] = [closeCodes.ended, closeCodes.token, closeCodes.notFound];

/** Errors after which the same message is sent again. */
const passing: ReadonlySet<string> = new Set(['rate-limited', 'overloaded', 'stopping', 'unavailable']);

const narrow = { msPerByte: 4, weight: 400 };

const at = (instance: number): string => (instance === 0 ? '' : ` to instance ${instance}`);

/** A page of an end user: it connects again whenever its line breaks, and sends again what was not accepted. */
export class Tab {
  readonly #parts: TabParts;
  readonly #chance: Chance;
  #line: Line | null = null;
  #socket = 0;
  #wanted = false;
  #connecting = false;
  #seen = 0;
  #isEnded = false;
  #outbox: Message[] = [];

  constructor(parts: TabParts) {
    this.#parts = parts;
    this.#chance = parts.world.chance(`tab/${parts.name}`);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  open(): void {
    this.#wanted = true;
    if (this.#line === null) this.#connectIn(0);
  }

  /** As a page that is loaded again: it has forgotten what it saw. */
  openAnew(): void {
    this.close();
    this.#seen = 0;
    this.open();
  }

  close(): void {
    this.#wanted = false;
    this.#line?.close();
    this.#line = null;
  }

  break(): void {
    const knows = this.#chance.happens(0.5) ? this.#chance.next() * 100 : this.#chance.next() * 40_000;
    const serverKnows = this.#chance.happens(0.5) ? this.#chance.next() * 2_000 : null;
    this.#parts.world.tell(this.#parts.name, () => 'loses its connection');
    this.#line?.break(knows, serverKnows);
  }

  say(message: Message): void {
    this.#outbox.push(message);
    this.open();
    this.send(message);
  }

  send(frame: ClientFrame | Readonly<{ type: string }>): void {
    if (this.#line === null) return;
    const { witness, session, world, name } = this.#parts;
    witness.frameSaid(this.#socket, session.id, frame as ClientFrame);
    world.tell(name, () => `sends ${JSON.stringify(frame)}`);
    this.#line.say(frame);
  }

  get seen(): number {
    return this.#seen;
  }

  #connectIn(ms: number): void {
    if (this.#connecting) return;
    this.#connecting = true;
    const { world, network } = this.#parts;
    world.scheduler.plan(world.outside, ms + network.latencyMs * (0.1 + this.#chance.next()), () => {
      this.#connecting = false;
      if (this.#wanted && this.#line === null) this.#connect();
    });
  }

  #connect(): void {
    const { world, witness, session, name, newSocket } = this.#parts;
    const machine = this.#parts.machine();
    const { program, owner } = machine;
    if (program === null) return this.#connectIn(200 + this.#chance.next() * 4_000);
    const socket = newSocket();
    this.#socket = socket;
    const line: Line = new Line({
      ...{ world, chance: this.#chance, plan: this.#linePlan(), program: owner },
      client: { heard: (frame) => this.#heard(line, frame), closed: (code) => this.#closed(line, code) },
      witness: {
        sent: (frame) => witness.frameSent(socket, frame),
        closing: (code) => witness.socketClosed(socket, code),
        gone: () => {
          machine.lines.delete(line);
          witness.socketGone(socket);
        },
      },
    });
    this.#line = line;
    machine.lines.add(line);
    world.tell(name, () => `connects${at(machine.number)} (socket ${socket}), has everything up to ${this.#seen}`);
    witness.socketOpened(socket, session.id, this.#seen, machine.number);
    const target = {
      sessionId: session.id,
      token: session.token,
      after: this.#seen,
      address: '192.0.2.2',
      origin: undefined,
    };
    world.scheduler.hand(owner, () => program.takeSocket(line.connection, target));
    this.#breakSometime(line);
    for (const message of this.#outbox) this.send(message);
  }

  #linePlan(): LinePlan {
    const { latencyMs, narrow: share } = this.#parts.network;
    const isNarrow = this.#chance.happens(share) && !this.#parts.isOver();
    return { latencyMs: [latencyMs * 0.1, latencyMs], narrow: isNarrow ? narrow : null };
  }

  #breakSometime(line: Line): void {
    const { world, network, isOver } = this.#parts;
    if (network.breaksAfterMs === null || isOver()) return;
    const lives = -Math.log(1 - this.#chance.next()) * network.breaksAfterMs;
    world.scheduler.plan(world.outside, lives, () => {
      if (this.#line === line && !isOver()) this.break();
    });
  }

  #heard(line: Line, frame: ServerFrame): void {
    if (this.#line !== line) return;
    this.#parts.world.tell(this.#parts.name, () => `hears ${briefly(frame)}`);
    if (frame.type === 'accepted') {
      this.#outbox = this.#outbox.filter(({ id }) => id !== frame.id);
    } else if (frame.type === 'error') this.#refused(frame);
    else if (frame.type === 'message' || frame.type === 'session') {
      this.#seen = Math.max(this.#seen, frame.seq);
      if (frame.type === 'message' && frame.from !== 'user') this.#acknowledge(frame.seq);
    }
  }

  #refused({ id, code }: Extract<ServerFrame, { type: 'error' }>): void {
    const message = this.#outbox.find((one) => one.id === id);
    if (message === undefined) return;
    if (!passing.has(code)) {
      this.#outbox = this.#outbox.filter((one) => one !== message);
      return;
    }
    this.#later(1_000 + this.#chance.next() * 2_000, () => {
      if (this.#outbox.includes(message)) this.send(message);
    });
  }

  #acknowledge(seq: number): void {
    const { receives, reads } = this.#parts.user;
    if (this.#chance.happens(receives))
      this.#later(this.#chance.next() * 300, () => this.send({ type: 'received', seq }));
    if (this.#chance.happens(reads)) {
      this.#later(this.#chance.next() * 20_000, () => this.send({ type: 'read', seq }));
    }
  }

  #later(ms: number, action: () => void): void {
    const { world } = this.#parts;
    world.scheduler.plan(world.outside, ms, action);
  }

  #closed(line: Line, code: number | null): void {
    if (this.#line !== line) return;
    this.#line = null;
    this.#parts.world.tell(this.#parts.name, () => `is closed with ${code ?? 'no word'}`);
    if (code !== null && lastCodes.includes(code)) {
      this.#isEnded = true;
      this.#wanted = false;
    }
    if (this.#wanted) this.#connectIn(this.#chance.next() * (this.#chance.happens(0.8) ? 2_000 : 30_000));
  }
}

import { mostCallsPerHost } from '../outgoing/desk-caller.ts';
import type { Cancel, Clock } from '../platform/clock.ts';
import { Line } from './line.ts';

/*
 * How many calls may be under way at once (contract 3.8).
 * 1. A host takes up to 256 calls, and one endpoint of it up to 128: an endpoint that is slow leaves room for the others
 *    of its host. Who comes first is served first, among those whose endpoint has room.
 * 2. When connections to an endpoint fail or time out for three lanes in a row, it is probed: three calls are under way,
 *    and as the lanes queue for their turn, they rotate. A probe that failed keeps its place for a second, for a
 *    connection that is refused takes no time at all.
 * 3. Any answer, also an error status, ends the probing: an error is the business of its own lane.
 * 4. An endpoint that answers again is not rushed, for it has just got up, and others want our time too: while it answers,
 *    it takes one call more each half second (4, 5, 6 … 128), and a place rests between two calls.
 * 5. A call that was not made, or that we gave up ourselves, says nothing about the endpoint.
 */

/** What came of a call: the endpoint answered, could not be reached, or nothing that says anything about it. */
export type Contact = 'answered' | 'unreached' | 'no word';

const mostCallsPerEndpoint = 128;
const mostProbes = 3;
/** How long a probe that failed keeps its place. */
const betweenProbesMs = 1_000;
/** So many lanes must have failed to reach an endpoint before it is probed. */
const lanesUntilProbed = 3;
/** How long a place rests after a call while its endpoint gets up; a desk nearby would take thousands in a second. */
const restMs = 50;
/** How often an endpoint that got up takes one call more, and how many more at once where it answers seldom. */
const growEveryMs = 500;
const mostGrowth = 4;
/** Endpoints that are remembered although nothing is under way; making one anew costs as much as a whole turn. */
const mostIdle = 1_000;

type Turn = Readonly<{ number: number; begin: () => void }>;

type Host = { busy: number; readonly waiting: Set<Endpoint> };

type Endpoint = {
  readonly url: string;
  readonly host: Host;
  busy: number;
  limit: number;
  /** When the limit was last set or raised. */
  limitAt: number;
  readonly line: Line<Turn>;
  /** Lanes that could not reach it since it answered last. */
  readonly failing: Set<string>;
  /** Places that are kept though their call is over; each is given back by its wait, or before. */
  readonly kept: Set<Cancel>;
};

export class Gate {
  readonly #clock: Clock;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #hosts = new Map<string, Host>();
  #turns = 0;
  #isOpen = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a lane would have to wait for its turn. */
  isFull(url: string): boolean {
    const endpoint = this.#endpoints.get(url);
    return endpoint !== undefined && !hasRoom(endpoint);
  }

  /** Resolves when a lane may call. @returns what ends the call and says what came of it. */
  async enter(url: string, lane: string): Promise<(contact: Contact) => void> {
    const endpoint = this.#endpoints.get(url) ?? this.#open(url);
    if (hasRoom(endpoint)) begin(endpoint);
    else await this.#turn(endpoint);
    return (contact) => this.#leave(endpoint, lane, contact);
  }

  /** Keeps no places any more: whoever waits gets their turn as fast as those before them leave. */
  open(): void {
    this.#isOpen = true;
    for (const endpoint of this.#endpoints.values()) this.#giveBack(endpoint);
  }

  /** How many calls wait for their turn. */
  get waiting(): number {
    return this.#endpoints.values().reduce((sum, { line }) => sum + line.length, 0);
  }

  #open(url: string): Endpoint {
    if (this.#endpoints.size >= mostIdle) this.#forgetIdle();
    const { origin } = new URL(url);
    const host = this.#hosts.get(origin) ?? { busy: 0, waiting: new Set() };
    this.#hosts.set(origin, host);
    const limit = mostCallsPerEndpoint;
    const endpoint: Endpoint = {
      url,
      host,
      busy: 0,
      limit,
      limitAt: 0,
      line: new Line<Turn>(),
      failing: new Set<string>(),
      kept: new Set<Cancel>(),
    };
    this.#endpoints.set(url, endpoint);
    return endpoint;
  }

  #forgetIdle(): void {
    for (const { url, busy, line, failing } of this.#endpoints.values()) {
      if (busy === 0 && line.length === 0 && failing.size === 0) this.#endpoints.delete(url);
    }
    const used = new Set(this.#endpoints.values().map(({ host }) => host));
    for (const [origin, host] of this.#hosts) if (!used.has(host)) this.#hosts.delete(origin);
  }

  #turn(endpoint: Endpoint): Promise<void> {
    this.#turns += 1;
    const number = this.#turns;
    endpoint.host.waiting.add(endpoint);
    return new Promise((resolve) => endpoint.line.push({ number, begin: resolve }));
  }

  #leave(endpoint: Endpoint, lane: string, contact: Contact): void {
    const keptMs = this.#note(endpoint, lane, contact);
    if (keptMs > 0 && !this.#isOpen) this.#keep(endpoint, keptMs);
    else this.#free(endpoint);
  }

  /** @returns how long the place is kept, ms. */
  #note(endpoint: Endpoint, lane: string, contact: Contact): number {
    if (contact === 'unreached') {
      this.#fail(endpoint, lane);
      return endpoint.limit === mostProbes && endpoint.busy <= mostProbes ? betweenProbesMs : 0;
    }
    if (contact === 'answered') this.#takeMore(endpoint);
    return contact === 'answered' && endpoint.limit < mostCallsPerEndpoint ? restMs : 0;
  }

  /** A few names are enough to know that it is not one lane's trouble. */
  #fail(endpoint: Endpoint, lane: string): void {
    if (endpoint.failing.size < lanesUntilProbed) endpoint.failing.add(lane);
    if (endpoint.failing.size >= lanesUntilProbed) endpoint.limit = mostProbes;
  }

  #takeMore(endpoint: Endpoint): void {
    const gotUp = endpoint.failing.size >= lanesUntilProbed;
    if (endpoint.failing.size > 0) endpoint.failing.clear();
    if (endpoint.limit === mostCallsPerEndpoint) return;
    const now = this.#clock.now();
    const more = gotUp ? 1 : Math.min(Math.floor((now - endpoint.limitAt) / growEveryMs), mostGrowth);
    if (more === 0) return;
    endpoint.limit = Math.min(endpoint.limit + more, mostCallsPerEndpoint);
    endpoint.limitAt = now;
    if (gotUp) this.#giveBack(endpoint);
    this.#letIn(endpoint.host);
  }

  #keep(endpoint: Endpoint, ms: number): void {
    const cancel = this.#clock.after(ms, () => {
      endpoint.kept.delete(cancel);
      this.#free(endpoint);
    });
    endpoint.kept.add(cancel);
  }

  #giveBack(endpoint: Endpoint): void {
    for (const cancel of endpoint.kept) {
      cancel();
      endpoint.kept.delete(cancel);
      this.#free(endpoint);
    }
  }

  #free(endpoint: Endpoint): void {
    endpoint.busy -= 1;
    endpoint.host.busy -= 1;
    this.#letIn(endpoint.host);
  }

  #letIn(host: Host): void {
    for (let next = firstInTurn(host); next !== null; next = firstInTurn(host)) {
      begin(next);
      next.line.shift()?.begin();
      if (next.line.length === 0) host.waiting.delete(next);
    }
  }
}

const hasRoom = ({ busy, limit, host }: Endpoint): boolean => busy < limit && host.busy < mostCallsPerHost;

function begin(endpoint: Endpoint): void {
  endpoint.busy += 1;
  endpoint.host.busy += 1;
}

/** Among the endpoints of a host that have room, the one whose first in line came first. */
function firstInTurn({ waiting }: Host): Endpoint | null {
  let found: Endpoint | null = null;
  let first = Number.POSITIVE_INFINITY;
  for (const endpoint of waiting) {
    const number = endpoint.line.first?.number ?? first;
    if (number < first && hasRoom(endpoint)) {
      found = endpoint;
      first = number;
    }
  }
  return found;
}

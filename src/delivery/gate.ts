import { mostCallsPerHost } from '../outgoing/desk-caller.ts';
import { Line } from './line.ts';

/*
 * How many calls may be under way at once (contract 3.8).
 * 1. A host takes up to 256 calls, and one endpoint of it up to 128: an endpoint that is slow leaves room for the others
 *    of its host. Who comes first is served first, among those whose endpoint has room.
 * 2. When connections to an endpoint fail or time out for three lanes in a row, it is probed: three calls are under way,
 *    and as the lanes queue for their turn, they rotate.
 * 3. Any answer, also an error status, ends the probing: an error is the business of its own lane.
 * 4. An endpoint that answers again is not rushed: each answer doubles what it takes (3, 6, 12 … 128).
 * 5. A call that was not made, or that we gave up ourselves, says nothing about the endpoint.
 */

/** What came of a call: the endpoint answered, could not be reached, or nothing that says anything about it. */
export type Contact = 'answered' | 'unreached' | 'no word';

const mostCallsPerEndpoint = 128;
const mostProbes = 3;
/** So many lanes must have failed to reach an endpoint before it is probed. */
const lanesUntilProbed = 3;
/** Endpoints that are remembered although nothing is under way; making one anew costs as much as a whole turn. */
const mostIdle = 1_000;

type Turn = Readonly<{ number: number; begin: () => void }>;

type Host = { busy: number; readonly waiting: Set<Endpoint> };

type Endpoint = {
  readonly url: string;
  readonly host: Host;
  busy: number;
  limit: number;
  readonly line: Line<Turn>;
  /** Lanes that could not reach it since it answered last. */
  readonly failing: Set<string>;
};

export class Gate {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #hosts = new Map<string, Host>();
  #turns = 0;

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
    const endpoint = { url, host, busy: 0, limit, line: new Line<Turn>(), failing: new Set<string>() };
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
    if (contact === 'answered') takesMore(endpoint);
    if (contact === 'unreached') fails(endpoint, lane);
    endpoint.busy -= 1;
    endpoint.host.busy -= 1;
    for (let next = firstInTurn(endpoint.host); next !== null; next = firstInTurn(endpoint.host)) {
      begin(next);
      next.line.shift()?.begin();
      if (next.line.length === 0) endpoint.host.waiting.delete(next);
    }
  }
}

const hasRoom = ({ busy, limit, host }: Endpoint): boolean => busy < limit && host.busy < mostCallsPerHost;

function begin(endpoint: Endpoint): void {
  endpoint.busy += 1;
  endpoint.host.busy += 1;
}

function takesMore(endpoint: Endpoint): void {
  if (endpoint.failing.size > 0) endpoint.failing.clear();
  if (endpoint.limit < mostCallsPerEndpoint) endpoint.limit = Math.min(endpoint.limit * 2, mostCallsPerEndpoint);
}

/** A few names are enough to know that it is not one lane's trouble. */
function fails(endpoint: Endpoint, lane: string): void {
  if (endpoint.failing.size < lanesUntilProbed) endpoint.failing.add(lane);
  if (endpoint.failing.size >= lanesUntilProbed) endpoint.limit = mostProbes;
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

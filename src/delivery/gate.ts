/*
 * How many calls to one endpoint may be under way at once (contract 3.8).
 * 1. An endpoint that answers takes up to `mostCalls`; what comes beyond waits its turn, first come, first served.
 * 2. When connections to it fail or time out for several lanes in a row, it is probed: only `mostProbes` calls are under
 *    way, and as the lanes queue for their turn, they rotate.
 * 3. Any answer, also an error status, ends the probing: an error is the business of its own lane.
 */

/** What came of a call: the endpoint answered, could not be reached, or was not called after all. */
export type Contact = 'answered' | 'unreached' | 'not called';

const mostCalls = 200;
const mostProbes = 3;
/** So many lanes must have failed to reach an endpoint before it is probed. */
const lanesUntilProbed = 3;

type Endpoint = { busy: number; readonly waiting: (() => void)[]; readonly failing: Set<string> };

export class Gate {
  readonly #endpoints = new Map<string, Endpoint>();

  /** Resolves when a lane may call. @returns what ends the call and says what came of it. */
  async enter(url: string, lane: string): Promise<(contact: Contact) => void> {
    const endpoint = this.#endpoints.get(url) ?? { busy: 0, waiting: [], failing: new Set() };
    this.#endpoints.set(url, endpoint);
    if (endpoint.busy < limitOf(endpoint)) endpoint.busy += 1;
    else await new Promise<void>((resolve) => endpoint.waiting.push(resolve));
    return (contact) => this.#leave(url, endpoint, lane, contact);
  }

  #leave(url: string, endpoint: Endpoint, lane: string, contact: Contact): void {
    if (contact === 'answered') endpoint.failing.clear();
    // A few names are enough to know that it is not one lane's trouble.
    if (contact === 'unreached' && endpoint.failing.size < lanesUntilProbed) endpoint.failing.add(lane);
    endpoint.busy -= 1;
    while (endpoint.busy < limitOf(endpoint)) {
      const next = endpoint.waiting.shift();
      if (next === undefined) break;
      endpoint.busy += 1;
      next();
    }
    if (endpoint.busy === 0 && endpoint.waiting.length === 0 && endpoint.failing.size === 0)
      this.#endpoints.delete(url);
  }
}

const limitOf = ({ failing }: Endpoint): number => (failing.size >= lanesUntilProbed ? mostProbes : mostCalls);

import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './networks.ts';

/** What may be under way at once of one kind of callers. */
export type HeldLimits = Readonly<{ requests: number; bytes: number }>;

/**
 * Counts requests that are under way, and the bytes that their bodies take at most, so that a server refuses before it
 * has no memory left. Ask it before a body is read, and after those were turned away who may not come in: else they
 * would take the room of those who may.
 */
export type HeldRequests = Readonly<{
  /**
   * @param longest bytes of a body that are read.
   * @returns whether there is room; then the request has it until its answer or its connection is over.
   */
  take: (headers: IncomingHttpHeaders, response: ServerResponse, longest: number) => boolean;
}>;

/** Requests of one connection: who sends on and on and reads no answers must not take the room of others. */
const mostPerConnection = 64;

export function heldRequests(most: HeldLimits): HeldRequests & Readonly<{ isIdle: () => boolean }> {
  const ofConnection = new WeakMap<Socket, number>();
  let requests = 0;
  let bytes = 0;
  return {
    isIdle: () => requests === 0,
    take: (headers, response, longest) => {
      const size = largestSize(headers, longest);
      const { socket } = response.req;
      const open = ofConnection.get(socket) ?? 0;
      if (open >= mostPerConnection || requests >= most.requests || (bytes > 0 && bytes + size > most.bytes))
        return false;
      // Nobody waits for the answer any more, and no end is told that would give the room back.
      if (response.closed || socket.destroyed) return true;
      ofConnection.set(socket, open + 1);
      requests += 1;
      bytes += size;
      response.once('close', () => {
        ofConnection.set(socket, (ofConnection.get(socket) ?? 1) - 1);
        requests -= 1;
        bytes -= size;
      });
      return true;
    },
  };
}

/**
 * Room for callers of whom nothing is known before their body is read: each network has its own, so that a stranger cannot
 * take that of others, and all together have no more than so many networks' worth.
 */
export function heldByNetwork(most: HeldLimits, mostNetworks: number): (address: string) => HeldRequests {
  const byNetwork = new Map<string, HeldRequests & Readonly<{ isIdle: () => boolean }>>();
  const full: HeldRequests = { take: () => false };
  return (address) => {
    const network = networkOf(address);
    const known = byNetwork.get(network);
    if (known !== undefined) return known;
    if (byNetwork.size >= mostNetworks) {
      for (const [name, held] of byNetwork) if (held.isIdle()) byNetwork.delete(name);
      if (byNetwork.size >= mostNetworks) return full;
    }
    const fresh = heldRequests(most);
    byNetwork.set(network, fresh);
    return fresh;
  };
}

/** A body of unknown length may be as long as is read. */
function largestSize(headers: IncomingHttpHeaders, longest: number): number {
  if (headers['transfer-encoding'] !== undefined) return longest;
  const announced = Number(headers['content-length'] ?? 0);
  return Number.isFinite(announced) ? Math.min(announced, longest) : longest;
}

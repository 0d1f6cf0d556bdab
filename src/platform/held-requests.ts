import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

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

export function heldRequests(most: HeldLimits): HeldRequests {
  let requests = 0;
  let bytes = 0;
  return {
    take: (headers, response, longest) => {
      const size = largestSize(headers, longest);
      if (requests >= most.requests || (bytes > 0 && bytes + size > most.bytes)) return false;
      // Nobody waits for the answer any more, and no end is told that would give the room back.
      if (response.closed || response.req.socket.destroyed) return true;
      requests += 1;
      bytes += size;
      response.once('close', () => {
        requests -= 1;
        bytes -= size;
      });
      return true;
    },
  };
}

/** A body of unknown length may be as long as is read. */
function largestSize(headers: IncomingHttpHeaders, longest: number): number {
  if (headers['transfer-encoding'] !== undefined) return longest;
  const announced = Number(headers['content-length'] ?? 0);
  return Number.isFinite(announced) ? Math.min(announced, longest) : longest;
}

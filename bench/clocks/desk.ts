import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A desk that takes every call, and knows when it was told of which end. */
export type Desk = Readonly<{
  url: string;
  /** When a session's `ended` came first, ms, and under which webhook-ids. */
  ended: ReadonlyMap<string, Readonly<{ at: number; webhooks: ReadonlySet<string> }>>;
  /** Calls of each kind so far. */
  calls: (kind: string) => number;
  close: () => void;
}>;

export async function openDesk(): Promise<Desk> {
  const ended = new Map<string, { at: number; webhooks: Set<string> }>();
  const counts = new Map<string, number>();
  const server = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const at = Date.now();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      const kind = String(request.url).slice(1);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (kind !== 'ended') return;
      const { sessionId } = JSON.parse(Buffer.concat(chunks).toString()) as { sessionId: string };
      const known = ended.get(sessionId) ?? { at, webhooks: new Set<string>() };
      known.webhooks.add(String(request.headers['webhook-id']));
      ended.set(sessionId, known);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ended,
    calls: (kind) => counts.get(kind) ?? 0,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export type Passage =
  /** The call goes through and its answer comes back. */
  | 'open'
  /** The call goes through and its answer is lost. */
  | 'answers lost'
  /** The call goes through and its answer waits until `release`. */
  | 'answers held'
  | Readonly<{ status: number; headers?: Readonly<Record<string, string>> }>;

/** What lies between the desk and the router, and what goes wrong there. */
export type Road = Readonly<{
  url: string;
  /** What happens to calls whose path begins so; the last word counts. */
  make: (path: string, passage: Passage) => void;
  /** Calls that came, as `POST /path`. */
  calls: readonly string[];
  release: () => void;
}>;

/** @param router the real router's URL. */
export async function openRoad(t: TestContext, router: string): Promise<Road> {
  const passages: [string, Passage][] = [];
  const calls: string[] = [];
  let held: (() => void)[] = [];
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? '';
    calls.push(`${incoming.method} ${path}`);
    const passage = passages.findLast(([start]) => path.startsWith(start))?.[1] ?? 'open';
    if (typeof passage === 'object') {
      incoming.resume();
      response.writeHead(passage.status, passage.headers).end('{}');
      return;
    }
    forward(`${router}${path}`, incoming, response, (give) => {
      if (passage === 'answers lost') response.socket?.destroy();
      else if (passage === 'answers held') held.push(give);
      else give();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    make: (path, passage) => void passages.push([path, passage]),
    calls,
    release: () => {
      for (const give of held) give();
      held = [];
    },
  };
}

function forward(
  url: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  then: (give: () => void) => void,
): void {
  const { host: _, connection: __, ...headers } = incoming.headers;
  const onward = request(url, { method: incoming.method, headers, agent: false }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const { 'transfer-encoding': _, connection: __, ...kept } = answer.headers;
      then(() => void response.writeHead(answer.statusCode ?? 500, kept).end(Buffer.concat(chunks)));
    });
  });
  onward.on('error', () => response.socket?.destroy());
  incoming.pipe(onward);
}

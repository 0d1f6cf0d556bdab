import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Manner = 'content' | 'queued' | 'never' | 'refusing' | 'failing';

/** A desk that answers by the path it is called at: `/<manner>/<kind>`. */
export type StubDesk = Readonly<{
  url: (manner: Manner) => (kind: string) => string;
  /** What it was called with last, by kind: real bodies. */
  heard: ReadonlyMap<string, string>;
  close: () => Promise<void>;
}>;

const statusOf = (manner: string, kind: string): number => {
  if (manner === 'never' && kind === 'start') return 503;
  if (manner === 'refusing' && kind !== 'start') return 404;
  return manner === 'failing' && kind === 'inbound' ? 503 : 200;
};

export async function openStubDesk(): Promise<StubDesk> {
  const heard = new Map<string, string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, manner = '', kind = ''] = (request.url ?? '').split('/');
      heard.set(kind, Buffer.concat(chunks).toString('utf8'));
      const isQueued = manner === 'queued' && kind === 'start';
      response.writeHead(statusOf(manner, kind)).end(isQueued ? '{"state":"queued","place":2}' : '{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    url: (manner) => (kind) => `http://127.0.0.1:${port}/${manner}/${kind}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

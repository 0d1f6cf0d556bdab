import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export type OutsideCall = Readonly<{
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
}>;

export type OutsideReply =
  | Readonly<{ status?: number; json?: unknown; body?: string | Buffer; headers?: Readonly<Record<string, string>> }>
  /** Never answers. */
  | 'hang'
  /** Breaks the connection. */
  | 'reset'
  /** Sends without an end. */
  | 'flood';

/** A real HTTP server that stands for whatever nodes ask: an API, a model, a bot. */
export type Outside = {
  readonly url: string;
  readonly calls: OutsideCall[];
  behave: (call: OutsideCall) => OutsideReply | Promise<OutsideReply>;
  readonly close: () => Promise<void>;
};

export async function openOutside(): Promise<Outside> {
  const calls: OutsideCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {}); // A caller that gives up has asked all the same.
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url: path = '', headers } = request;
      const call = { method, path, headers, raw: Buffer.concat(chunks).toString('utf8') };
      calls.push(call);
      const reply = await outside.behave(call);
      if (reply === 'hang') return;
      if (reply === 'reset') return void response.socket?.resetAndDestroy();
      if (reply === 'flood') {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
        };
        return more();
      }
      const body = reply.json === undefined ? (reply.body ?? '') : JSON.stringify(reply.json);
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const outside: Outside = {
    url: `http://127.0.0.1:${port}`,
    calls,
    behave: () => ({ json: {} }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return outside;
}

export async function outsideFor(t: TestContext): Promise<Outside> {
  const outside = await openOutside();
  t.after(outside.close);
  return outside;
}

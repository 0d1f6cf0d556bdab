import { createServer } from 'node:http';

/** Where a desk of our own is called. */
export type TakingDesk = Readonly<{ url: string; close: () => Promise<void> }>;

/** A desk that takes every conversation and every message; its live agent is whoever types `/as-live-agent`. */
export async function openTakingDesk(): Promise<TakingDesk> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}

const endpoints = ['startConnectionUrl', 'inboundTransferUrl', 'statusDeliveryUrl', 'endedUrl'];

/** The same definition, its live agents at a desk of ours. What is no definition is left as it is. */
export function atDesk(definition: unknown, url: string): unknown {
  if (!isObject(definition) || !isObject(definition.nodes)) return definition;
  const nodes = Object.entries(definition.nodes).map(([id, node]) => {
    if (!isObject(node) || node.type !== 'live-agent-routing') return [id, node];
    const named = endpoints.filter((endpoint) => endpoint in node).map((endpoint) => [endpoint, `${url}/${endpoint}`]);
    return [id, { ...node, ...Object.fromEntries(named) }];
  });
  return { ...definition, nodes: Object.fromEntries(nodes) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

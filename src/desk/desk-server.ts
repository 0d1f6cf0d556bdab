import { type FastifyInstance, fastify } from 'fastify';
import { brokenRequest } from '../contract/errors.ts';
import { brokenRequests } from '../platform/edge/broken-requests.ts';
import { securityHeaders } from '../platform/edge/security-headers.ts';
import { lockDataFolder, openDataFolder } from '../platform/sqlite.ts';
import { createDesk, type Desk, type DeskParts } from './desk.ts';
import { DeskError, errorWriter } from './desk-error.ts';
import { mountAssets } from './pages.ts';

/** The desk cannot be started; the message says what to do. */
export class DeskStartError extends Error {
  override readonly name = 'DeskStartError';
}

export type DeskServerParts = Omit<DeskParts, 'url' | 'accounts'> &
  Readonly<{
    host: string;
    /** 0 lets the system choose. */
    port: number;
    /** The public base URL without a slash at its end; null for the address that it listens on. */
    url: string | null;
    /** Whose `X-Forwarded-*` count; null for nobody's. */
    trustProxy: string | null;
  }>;

export type DeskServer = Readonly<{ url: string; desk: Desk; stop: () => Promise<void> }>;

/** How long a client may take to send one request. */
const requestWithinMs = 30_000;
/** How often it is looked for those that took longer. */
const lookEveryMs = 5_000;
/** Where a route says nothing else. */
const longestBody = 64 * 1024;

/**
 * Runs the desk as a program of its own, with a data folder that no other Baton uses.
 * @throws DeskStartError, DataFolderError or DeskDatabaseError with a sentence.
 */
export async function startDeskServer(parts: DeskServerParts): Promise<DeskServer> {
  const { host, dataFolder } = parts;
  let { port } = parts;
  const url = (): string => parts.url ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  openDataFolder(dataFolder);
  const lock = lockDataFolder(dataFolder);
  const writeError = errorWriter(parts.log);
  const server = fastify({
    trustProxy: parts.trustProxy ?? false,
    forceCloseConnections: 'idle',
    requestTimeout: requestWithinMs,
    bodyLimit: longestBody,
    return503OnClosing: false,
    http: { connectionsCheckingInterval: lookEveryMs, headersTimeout: requestWithinMs },
    clientErrorHandler: brokenRequests(brokenRequest),
    frameworkErrors: (error, request, reply) => void writeError(error, request, reply.headers(securityHeaders(url()))),
  });
  server.setErrorHandler(writeError);
  guardDoor(server, url);
  server.setNotFoundHandler(() => {
    throw new DeskError('route-not-found', `There is nothing here; the desk is at ${url()}/desk.`);
  });
  server.get('/', async (_, reply) => reply.redirect('/desk'));
  mountAssets(server, parts.pages);
  try {
    const desk = await createDesk({ ...parts, url, accounts: 'own' });
    desk.mount(server);
    try {
      await server.listen({ host, port });
    } catch (error) {
      throw startError(error, parts);
    }
    const address = server.server.address();
    port = typeof address === 'object' && address !== null ? address.port : port;
    desk.start();
    parts.log.info({ url: url() }, 'The desk serves.');
    const stop = async (): Promise<void> => {
      await server.close();
      lock.release();
    };
    return { url: url(), desk, stop };
  } catch (error) {
    await server.close();
    lock.release();
    throw error;
  }
}

/** What every request meets first. */
function guardDoor(server: FastifyInstance, url: () => string): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(url()));
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
    throw new DeskError('media-type', 'Send the body as it is, without Content-Encoding.');
  });
}

function startError(error: unknown, { host, port }: DeskServerParts): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'EADDRINUSE':
      return new DeskStartError(`Port ${port} on ${host} is in use; give the desk another one.`);
    case 'EACCES':
      return new DeskStartError(`Port ${port} may not be opened by this user; give the desk 1024 or more.`);
    case 'EADDRNOTAVAIL':
      return new DeskStartError(`${host} is no address of this machine; give the desk one that is.`);
    default:
      return error;
  }
}

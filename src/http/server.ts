import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type ErrorCode, errorBody, errorStatus } from '../contract/errors.ts';
import { openApi } from '../contract/openapi.ts';
import type { Log } from '../platform/log.ts';
import { doorkeeper } from './access.ts';
import { agentHandlers } from './agents.ts';
import { chatHandlers } from './chat.ts';
import { deliveryHandlers } from './deliveries.ts';
import { endUserHandlers } from './end-user.ts';
import { HttpError, startingError, stoppingError, unavailableError } from './http-error.ts';
import { liveAgentHandlers } from './live-agent.ts';
import { operationHandlers } from './operations.ts';
import { servePages } from './pages.ts';
import type { HttpParts } from './parts.ts';
import { recordHandlers } from './record.ts';
import { methodsOf, serve } from './serve.ts';

const longestBody = 1024 * 1024;
/** Longer than the pauses of desks and proxies, so that they, not we, end idle connections. */
const keepAliveMs = 72_000;
/** How long a client may take to send one request. */
const requestWithinMs = 30_000;

/** The HTTP surface. It listens when the caller says so; sockets are attached to `server.server`. */
export async function createHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { settings } = parts;
  const server = fastify({
    bodyLimit: longestBody,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    trustProxy: settings.trustProxy,
    requestTimeout: requestWithinMs,
    return503OnClosing: false,
    // A client that offers HTTP/2 is answered over HTTP/1; only WebSocket is an upgrade here.
    http: { shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket' },
    routerOptions: { maxParamLength: 256 },
    // What the router refuses by itself, before any route: a URL that cannot be decoded, for one.
    frameworkErrors: (error, request, reply) => void writeError(reply, asHttpError(error, parts.log, request)),
  });
  readJson(server);
  server.setErrorHandler((error, request, reply) => writeError(reply, asHttpError(error, parts.log, request)));
  server.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(pathOf(request));
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      throw new HttpError('method-not-allowed', `Use ${methods.join(' or ')} here, not ${request.method}.`);
    }
    throw new HttpError(
      'route-not-found',
      `There is no ${request.method} ${pathOf(request)}; GET /docs lists what there is.`,
    );
  });
  server.addHook('onRequest', (request, reply, next) => {
    const state = parts.state();
    // A visitor holds no key and no cookie here, so any page may read what it is answered.
    if (pathOf(request).startsWith('/chat/')) reply.header('access-control-allow-origin', '*');
    if (state === 'ready' || pathOf(request) === '/health' || pathOf(request) === '/ready') next();
    else next(state === 'stopping' ? stoppingError() : startingError());
  });
  await documentation(server, openApi(settings.version));
  servePages(server, parts.pages, settings);
  const admit = doorkeeper({ ...parts, keys: parts.store.keys, fixedKeys: settings.fixedKeys });
  serve(server, admit, {
    ...endUserHandlers(parts),
    ...chatHandlers(parts),
    ...liveAgentHandlers(parts),
    ...agentHandlers(parts),
    ...recordHandlers(parts),
    ...deliveryHandlers(parts),
    ...operationHandlers(parts),
  });
  return server;
}

async function documentation(server: FastifyInstance, document: object): Promise<void> {
  await server.register(fastifySwagger, { mode: 'static', specification: { document: document as never } });
  await server.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    // Its own policy asks browsers to change http to https, which a server on loopback does not speak.
    staticCSP: false,
    uiConfig: { validatorUrl: null, deepLinking: true },
    theme: { title: 'Baton API' },
  });
  server.get('/openapi.json', async () => document);
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

/** JSON only; no body at all counts as none, for some connectors send `disconnect` so. */
function readJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
}

const codeOfFastify: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['bad-json', 'The body is no JSON; send one JSON object.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', `The body is larger than ${longestBody} bytes; send less at once.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type', 'Send the body as application/json.'],
  FST_ERR_BAD_URL: ['bad-request', 'The URL cannot be decoded; write % as %25.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'The Content-Length does not fit the body.'],
};

function asHttpError(error: unknown, log: Log, request: FastifyRequest): HttpError {
  if (error instanceof HttpError) return error;
  const { code = '', statusCode = 500, name = 'Error' } = error as Partial<FastifyError>;
  if (code === 'ERR_SQLITE_ERROR') {
    log.error({ error: name, code }, 'The database does not answer.');
    return unavailableError();
  }
  const known = codeOfFastify[code];
  if (known !== undefined) return new HttpError(...known);
  // The JSON parser's own refusals (a poisoned prototype, for one) come as 400 without a code of the framework.
  if (statusCode === 400) return new HttpError('bad-json', 'The body is no JSON that is taken here.');
  if (statusCode > 400 && statusCode < 500) return new HttpError('bad-request', 'The request cannot be read.');
  const route = request.routeOptions.url ?? 'unknown';
  log.error({ route, error: name, code, stack: error instanceof Error ? error.stack : undefined }, 'A request failed.');
  return new HttpError('internal', 'Something went wrong here; nothing was changed. Try again, or read the log.');
}

function writeError(reply: FastifyReply, { code, message, details, retryAfterSeconds }: HttpError): FastifyReply {
  if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
  return reply.code(errorStatus[code]).send(errorBody(code, message, details));
}

import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { AnswerError, brokenRequest, type ErrorCode, errorBody, errorStatus } from '../contract/errors.ts';
import { openApi } from '../contract/openapi.ts';
import { createAttempts } from '../platform/edge/attempts.ts';
import { brokenRequests } from '../platform/edge/broken-requests.ts';
import { type SecurityHeaders, securityHeaders } from '../platform/edge/security-headers.ts';
import { isTooDeep } from '../platform/json-depth.ts';
import { type Log, whereItArose } from '../platform/log.ts';
import { isStoreUnavailable } from '../store/unavailable.ts';
import { agentHandlers } from './agents/agents.ts';
import { draftHandlers } from './agents/drafts.ts';
import { importHandlers } from './agents/imports.ts';
import { templateHandlers } from './agents/templates.ts';
import { trialHandlers } from './agents/trials.ts';
import { versionHandlers } from './agents/versions.ts';
import { allowAnyOrigin } from './browsers.ts';
import { chatHandlers } from './chat.ts';
import { deliveryHandlers } from './deliveries.ts';
import { doorkeeper } from './doors/access.ts';
import { auditHandlers } from './doors/audit-page.ts';
import { createKeyRing, type KeyRing } from './doors/key-ring.ts';
import { keyHandlers } from './doors/keys.ts';
import { answerOddRequests } from './doors/odd-requests.ts';
import { endUserHandlers } from './end-user.ts';
import { endpointHandlers } from './endpoints/health.ts';
import { endpointTestHandlers } from './endpoints/test-endpoint.ts';
import { HttpError, startingError, stoppingError, tooDeepError, unavailableError } from './http-error.ts';
import { liveAgentHandlers } from './live-agent.ts';
import { operationHandlers } from './operations.ts';
import { servePages } from './pages.ts';
import type { HttpLimits, HttpParts } from './parts.ts';
import { openIdConnectHandlers } from './people/openid-connect.ts';
import { peopleHandlers } from './people/people.ts';
import { signInHandlers } from './people/sign-in.ts';
import { recordHandlers } from './record.ts';
import { type Handlers, methodsOf, serve, toldFromDisk } from './serve.ts';
import { draftSessionHandlers } from './trials/draft-sessions.ts';
import { userHandlers } from './users.ts';

/** Where a route says nothing else. */
const longestBody = 64 * 1024;
/** Longer than the pauses of desks and proxies, so that they, not we, end idle connections. */
const keepAliveMs = 72_000;

/** A connection on which nothing moves for so long is cut: whoever takes no answers keeps no room. */
const silentMs = 120_000;

const usualLimits: HttpLimits = {
  requestWithinMs: 30_000,
  lookEveryMs: 5_000,
  held: { requests: 2_000, bytes: 64 * 1024 * 1024 },
};

/** The HTTP surface. It listens when the caller says so; sockets are attached to `server.server`. */
export async function createHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { settings } = parts;
  const { requestWithinMs, lookEveryMs, held } = { ...usualLimits, ...settings.limits };
  const server = fastify({
    bodyLimit: longestBody,
    keepAliveTimeout: keepAliveMs,
    connectionTimeout: silentMs,
    forceCloseConnections: 'idle',
    trustProxy: settings.trustProxy,
    requestTimeout: requestWithinMs,
    return503OnClosing: false,
    http: {
      // A client that offers HTTP/2 is answered over HTTP/1; only WebSocket is an upgrade here.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
      connectionsCheckingInterval: lookEveryMs,
      // Asked for below, in the form of every other error.
      requireHostHeader: false,
      headersTimeout: requestWithinMs,
    },
    clientErrorHandler: brokenRequests(brokenRequest),
    // The id of a user is the longest: 256 characters, of which some are two units long.
    routerOptions: { maxParamLength: 512 },
    // What the router refuses by itself, before any route: a URL that cannot be decoded, for one.
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders(settings.url()));
      writeError(reply, asHttpError(error, parts.log, request));
    },
  });
  readJson(server);
  server.setErrorHandler((error, request, reply) => writeError(reply, asHttpError(error, parts.log, request)));
  server.setNotFoundHandler((request, reply) => {
    throw notFound(request, reply);
  });
  guardDoor(server, parts);
  await documentation(server, openApi(settings.version));
  servePages(server, parts.pages, settings);
  serveContract(server, parts, held);
  return server;
}

function serveContract(server: FastifyInstance, parts: HttpParts, held: HttpLimits['held']): void {
  const ring = createKeyRing({ ...parts, keys: parts.store.keys, fixedKeys: parts.settings.fixedKeys });
  server.addHook('onClose', ring.stop);
  const admit = doorkeeper({ ...parts, ring, url: parts.settings.url });
  serve(
    server,
    { admit, held, audit: parts.audit },
    {
      ...toldFromDisk({ ...conversations(parts), ...managing(parts, ring) }, parts.store.sessions.flushed),
      // Whoever watches the server must be answered whatever the disk does.
      ...operationHandlers(parts),
    },
  );
}

const conversations = (parts: HttpParts): Handlers => ({
  ...endUserHandlers(parts),
  ...chatHandlers(parts),
  ...liveAgentHandlers(parts),
  ...recordHandlers(parts),
});

function peoples(parts: HttpParts): Handlers {
  const attempts = createAttempts(parts.clock);
  return {
    ...signInHandlers(parts, attempts),
    ...openIdConnectHandlers(parts, attempts),
    ...peopleHandlers(parts, attempts),
  };
}

const managing = (parts: HttpParts, ring: KeyRing): Handlers => ({
  ...agentHandlers(parts),
  ...versionHandlers(parts),
  ...draftHandlers(parts),
  ...draftSessionHandlers(parts),
  ...templateHandlers,
  ...importHandlers(parts),
  ...trialHandlers(parts),
  ...deliveryHandlers(parts),
  ...endpointHandlers(parts),
  ...endpointTestHandlers(parts),
  ...keyHandlers(parts, ring),
  ...peoples(parts),
  ...userHandlers(parts),
  ...auditHandlers(parts),
});

/** What every request meets first, also where another program is mounted. */
function guardDoor(server: FastifyInstance, { settings, state }: HttpParts): void {
  answerOddRequests(server);
  let headers: SecurityHeaders | null = null;
  server.addHook('onRequest', (request, reply, next) => {
    headers ??= securityHeaders(settings.url());
    reply.headers(headers);
    const path = pathOf(request);
    if (path.startsWith('/docs')) reply.header('content-security-policy', docsPolicy);
    if (request.routeOptions.config.browsers) {
      allowAnyOrigin(reply);
      // A browser that is refused its question tells the page nothing; the call after it is told the reason.
      if (request.method === 'OPTIONS') return next();
    }
    const isReady = state() === 'ready' || path === '/health' || path === '/ready';
    if (!isReady) next(state() === 'stopping' ? stoppingError() : startingError());
    else if (isNameless(request)) next(new HttpError('bad-request', 'Name the server in the header Host.'));
    else if (isEncoded(request)) next(new HttpError('media-type', 'Send the body as it is, without Content-Encoding.'));
    // Nobody reads what is sent to nowhere.
    else if (request.is404 && hasBody(request)) next(notFound(request, reply));
    else next();
  });
}

/** The page of the API's description draws its icons from `data:` and styles itself as it goes. */
const docsPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** HTTP/1.1 wants it (RFC 9112, 3.2). */
const isNameless = ({ headers, raw }: FastifyRequest): boolean =>
  headers.host === undefined && raw.httpVersion === '1.1';

const isEncoded = ({ headers }: FastifyRequest): boolean =>
  headers['content-encoding'] !== undefined && headers['content-encoding'].toLowerCase() !== 'identity';

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

function notFound(request: FastifyRequest, reply: FastifyReply): HttpError {
  const path = pathOf(request);
  const methods = methodsOf(path);
  if (methods.length === 0) {
    return new HttpError('route-not-found', `There is no ${request.method} ${path}; GET /docs lists what there is.`);
  }
  reply.header('allow', methods.join(', '));
  return new HttpError('method-not-allowed', `Use ${methods.join(' or ')} here, not ${request.method}.`);
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
    else if (isTooDeep(body)) done(tooDeepError());
    else void parse(request, body, done);
  });
}

const codeOfFastify: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['bad-json', 'The body is no JSON; send one JSON object.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type', 'Send the body as application/json.'],
  FST_ERR_BAD_URL: ['bad-request', 'The URL cannot be decoded; write % as %25.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'The Content-Length does not fit the body.'],
};

function asHttpError(error: unknown, log: Log, request: FastifyRequest): AnswerError {
  if (error instanceof AnswerError) return error;
  const { code = '', statusCode = 500, name = 'Error' } = error as Partial<FastifyError>;
  if (isStoreUnavailable(error)) {
    log.error({ error: name, code }, 'The database does not answer.');
    return unavailableError();
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const message = `The body is larger than ${request.routeOptions.bodyLimit} bytes; send less at once.`;
    return new HttpError('body-too-large', message);
  }
  const { types } = request.routeOptions.config;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' && types !== undefined) {
    return new HttpError('media-type', `Send the file as it is, with one of the content types ${types.join(', ')}.`);
  }
  const known = codeOfFastify[code];
  if (known !== undefined) return new HttpError(...known);
  // The JSON parser's own refusals (a poisoned prototype, for one) come as 400 without a code of the framework.
  if (statusCode === 400) return new HttpError('bad-json', 'The body is no JSON that is taken here.');
  if (statusCode > 400 && statusCode < 500) return new HttpError('bad-request', 'The request cannot be read.');
  const route = request.routeOptions.url ?? 'unknown';
  log.error({ route, error: name, code, stack: whereItArose(error) }, 'A request failed.');
  return new HttpError('internal', 'Something went wrong here; nothing was changed. Try again, or read the log.');
}

function writeError(reply: FastifyReply, { code, message, details, retryAfterSeconds }: AnswerError): FastifyReply {
  if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
  return reply.code(errorStatus[code]).send(errorBody(code, message, details));
}

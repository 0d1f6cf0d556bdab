import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { errorStatus } from '../contract/errors.ts';
import type { Route } from '../contract/route.ts';
import { type Operation, routes } from '../contract/routes.ts';
import type { Audit, ManagingCall, Outcome } from '../engine/audit.ts';
import { type HeldLimits, type HeldRequests, heldByNetwork, heldRequests } from '../platform/edge/held-requests.ts';
import { isStoreUnavailable } from '../store/unavailable.ts';
import { Redirect, WithCookies, WrittenJson } from './answers.ts';
import { servePreflight } from './browsers.ts';
import type { Doorkeeper } from './doors/access.ts';
import type { Caller } from './doors/caller.ts';
import { HttpError, overloadedError } from './http-error.ts';

/** What a handler gets of a request; `body` and `query` are unread: it reads them through their shape. */
export type Asked = Readonly<{
  params: Readonly<Record<string, string>>;
  query: unknown;
  /** The query as it was written, without its question mark. */
  search: string;
  body: unknown;
  headers: FastifyRequest['headers'];
  /** Where the request comes from, as far as the proxies named in the configuration say. */
  address: string;
  /** Whose key or sign-in it is; null for a session's token, and where neither is wanted. */
  caller: Caller | null;
  /** Whether nobody waits for the answer any more. */
  isGone?: () => boolean;
  /** Says what the call is about, where its path does not; the audit log tells it. */
  tell?: (target: string) => void;
}>;

/** @returns the answer's body; undefined for none. */
export type Handler = (asked: Asked) => Promise<unknown>;

export type Doors = Readonly<{
  admit: Doorkeeper;
  audit: Audit;
  /** What may be under way at once of callers of one kind, so that none of them takes the others' room. */
  held: HeldLimits;
}>;

export type Handlers = Readonly<Partial<Record<Operation, Handler>>>;

/**
 * The same handlers, but what is only read is told when it is on disk; a read may see what is committed and not flushed yet.
 * @param flushed resolves when all that was read before is on disk.
 */
export function toldFromDisk(handlers: Handlers, flushed: () => Promise<void>): Handlers {
  const told = Object.entries(handlers).map(([operation, handler]) => {
    if (routes[operation as Operation].method !== 'GET') return [operation, handler];
    const answer: Handler = async (asked) => {
      const found = await handler(asked);
      await flushed();
      return found;
    };
    return [operation, answer];
  });
  return Object.fromEntries(told) as Handlers;
}

const longestBody = 1024 * 1024;
/** Of who is a stranger yet, and sends no more than a few names. */
const longestSignIn = 16 * 1024;
/** Where no body is wanted; some clients send `{}` all the same. */
const longestUnwantedBody = 1024;

/** Binds handlers to their routes of the contract. */
export function serve(server: FastifyInstance, { admit, held, audit }: Doors, handlers: Handlers): void {
  server.decorateRequest('caller', null);
  const takeRoom = rooms(held);
  for (const [operation, handler] of Object.entries(handlers)) {
    const route: Route = routes[operation as Operation];
    const url = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const enter: Enter = async (request, reply) => admit(request, reply, route);
    const first = route.audited === undefined ? enter : recordRefusals(enter, audit, operation);
    const handle = route.audited === undefined ? handler : audited(audit, operation, route.audited, handler);
    const config = { browsers: route.browsers === true, ...(route.file && { types: route.file.types }) };
    apart(server, route, (place) => {
      place.route({
        ...{ method: route.method, url, bodyLimit: longestOf(route), config },
        onRequest: [first, takeRoom(route)],
        preHandler: stillIn(first),
        handler: async (request, reply) => answer(reply, route, await handle(askedOf(request))),
      });
    });
    if (route.browsers) servePreflight(server, route, url);
  }
}

function longestOf({ body, file, signsIn }: Route): number {
  if (signsIn === true) return longestSignIn;
  return file?.most ?? (body === undefined ? longestUnwantedBody : longestBody);
}

/** Where bodies are files they are handed over as bytes, whatever they hold; everywhere else only JSON is read. */
function apart(server: FastifyInstance, { file }: Route, bind: (place: FastifyInstance) => void): void {
  if (file === undefined) return bind(server);
  void server.register((place, _, done) => {
    place.removeAllContentTypeParsers();
    place.addContentTypeParser([...file.types], { parseAs: 'buffer' }, (_, body, parsed) => parsed(null, body));
    bind(place);
    done();
  });
}

/**
 * Files may be as large as ten of the longest bodies, so they have room of their own, for two of the largest: six of them
 * would fill that of all calls with a key, and live agents would be refused.
 */
const heldFiles: HeldLimits = { requests: 16, bytes: 20 * 1024 * 1024 };

/** Those who sign in are strangers, and a password costs work: each network has its own room. */
const heldSignIns: HeldLimits = { requests: 50, bytes: 50 * longestSignIn };
const mostNetworks = 200;

/** For those who were let in, before their body is read. Who watches the server finds it however full it is. */
function rooms(held: HeldLimits): (route: Route) => onRequestHookHandler {
  const known = heldRequests(held);
  const byKind = { anybody: heldRequests(held), session: heldRequests(held), person: known, key: known };
  const files = heldRequests(heldFiles);
  const signIns = heldByNetwork(heldSignIns, mostNetworks);
  const roomOf = ({ file, access, signsIn }: Route, address: string): HeldRequests => {
    if (signsIn === true) return signIns(address);
    return file === undefined ? byKind[typeof access === 'string' ? access : 'key'] : files;
  };
  return (route) => {
    const longest = longestOf(route);
    const isWatched = route.path === '/health' || route.path === '/ready';
    return (request, reply, next) => {
      if (isWatched || roomOf(route, request.ip).take(request.headers, reply.raw, longest)) next();
      else next(overloadedError());
    };
  };
}

/** Who calls what, as the audit log tells it. */
function managingCall({ caller, address, params }: Asked, operation: string): ManagingCall {
  const target = Object.values(params).join(' ');
  return { actor: caller, address, operation, target };
}

/**
 * A handler whose call is on the record before it is made, and whose outcome is after it. One that only shows something is
 * recorded when it was found, before it is shown: what is not there may be asked for without end.
 */
function audited(audit: Audit, operation: string, kind: 'each' | 'hourly', handler: Handler): Handler {
  return async (asked) => {
    let target: string | undefined;
    const tell = (about: string): void => {
      target = about;
    };
    const call = managingCall(asked, operation);
    if (kind === 'hourly') {
      const shown = await handler({ ...asked, tell });
      const settle = await audit.begin({ ...call, hourly: true });
      await settle({ status: 200, code: null, target });
      return shown;
    }
    const settle = await audit.begin(call);
    try {
      const answer = await handler({ ...asked, tell });
      await settle({ status: answer === undefined ? 204 : 200, code: null, target });
      return answer;
    } catch (error) {
      await settle({ ...outcomeOf(error), target });
      throw error;
    }
  };
}

/** What the server answers with. */
function outcomeOf(error: unknown): Outcome {
  if (error instanceof HttpError) return { status: errorStatus[error.code], code: error.code };
  const code = isStoreUnavailable(error) ? 'unavailable' : 'internal';
  return { status: errorStatus[code], code };
}

type Enter = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Who was let in before the body came may be out by now: nobody keeps a call half sent to be let in for later. */
const stillIn =
  (enter: Enter): Enter =>
  async (request, reply) => {
    if (request.caller !== null && request.body !== undefined) await enter(request, reply);
  };

/** Who is turned away from what manages is on the record too, though nobody knows who it was. */
function recordRefusals(enter: Enter, audit: Audit, operation: string): Enter {
  return async (request, reply) => {
    try {
      await enter(request, reply);
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome.status === 401 || outcome.status === 403) {
        await audit.refused(managingCall(askedOf(request), operation), outcome);
      }
      throw error;
    }
  };
}

function askedOf(request: FastifyRequest): Asked {
  const { params, query, body, headers, ip: address, caller, raw, url } = request;
  const search = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const isGone = (): boolean => raw.socket.destroyed;
  return { params: params as Record<string, string>, query, search, body, headers, address, caller, isGone };
}

function answer(reply: FastifyReply, route: Route, value: unknown): unknown {
  if (value instanceof WithCookies) {
    reply.header('set-cookie', [...value.cookies]);
    return answer(reply, route, value.body);
  }
  if (value instanceof Redirect) return reply.redirect(value.location, 302);
  if (route.answer === 'nothing') return reply.code(204).send();
  if (route.answer === 'text') return reply.type('text/plain; charset=utf-8').send(value);
  if (value instanceof WrittenJson) return reply.type('application/json; charset=utf-8').send(value.bytes);
  return value;
}

const paths = Object.values(routes).map(({ method, path }) => ({
  method,
  form: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The methods that a path of the contract takes; none when it is no path of the contract. */
export const methodsOf = (path: string): readonly string[] =>
  paths.flatMap(({ method, form }) => (form.test(path) ? [method] : []));

const keyForm = /^[\x21-\x7e]{1,255}$/;

/** The `Idempotency-Key` of a request, if it has one. @throws HttpError when it cannot be kept. */
export function idempotencyKey({ headers }: Asked): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && keyForm.test(key)) return key;
  throw new HttpError('wrong-shape', 'Idempotency-Key: give 1 to 255 visible ASCII characters.');
}

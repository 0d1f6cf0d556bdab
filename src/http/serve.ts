import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../contract/route.ts';
import { type Operation, routes } from '../contract/routes.ts';
import type { Doorkeeper } from './access.ts';
import { HttpError } from './http-error.ts';

/** What a handler gets of a request; `body` and `query` are unread: it reads them through their shape. */
export type Asked = Readonly<{
  params: Readonly<Record<string, string>>;
  query: unknown;
  body: unknown;
  headers: FastifyRequest['headers'];
  /** Where the request comes from, as far as the proxies named in the configuration say. */
  address: string;
}>;

/** @returns the answer's body; undefined for none. */
export type Handler = (asked: Asked) => Promise<unknown>;

export type Handlers = Readonly<Partial<Record<Operation, Handler>>>;

/** Binds handlers to their routes of the contract. */
export function serve(server: FastifyInstance, admit: Doorkeeper, handlers: Handlers): void {
  for (const [operation, handler] of Object.entries(handlers)) {
    const route: Route = routes[operation as Operation];
    server.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      onRequest: async (request) => admit(request, route.access),
      handler: async (request, reply) => answer(reply, route, await handler(askedOf(request))),
    });
  }
}

function askedOf(request: FastifyRequest): Asked {
  const { params, query, body, headers, ip: address } = request;
  return { params: params as Record<string, string>, query, body, headers, address };
}

function answer(reply: FastifyReply, route: Route, value: unknown): unknown {
  if (route.answer === 'nothing') return reply.code(204).send();
  if (route.answer === 'text') return reply.type('text/plain; charset=utf-8').send(value);
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

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Route } from '../contract/route.ts';
import type { Flow } from '../core/flow/flow.ts';
import { HttpError } from './http-error.ts';

/*
 * Pages of other sites may call the routes that take no key (CORS, Fetch Standard). What they need they have in hand: a
 * session's token, or nothing; no cookie is looked at. So any origin may read the answers, and whether it may hold a
 * conversation with a virtual agent is the virtual agent's to say.
 */

/** How long a browser keeps what it was told; no browser keeps it longer than this. */
const preflightSeconds = 7_200;

declare module 'fastify' {
  interface FastifyContextConfig {
    browsers?: boolean;
    /** Other content types than JSON that the body may have. */
    types?: readonly string[];
  }
}

export function allowAnyOrigin(reply: FastifyReply): void {
  reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'retry-after');
}

/** Answers the question that a browser asks before a call that carries a token or JSON. */
export function servePreflight(server: FastifyInstance, { method }: Route, url: string): void {
  server.options(url, { config: { browsers: true } }, async (_, reply) =>
    reply
      .headers({
        'access-control-allow-methods': method,
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': preflightSeconds,
      })
      .code(204)
      .send(),
  );
}

/** @param origin as a browser names the page that calls. @throws HttpError `origin-refused`. */
export function checkOrigin(virtualAgentId: string, { allowedOrigins = [] }: Flow, origin: string | undefined): void {
  if (origin === undefined || allowedOrigins.length === 0 || allowedOrigins.includes(origin)) return;
  const message = `"${virtualAgentId}" does not chat at ${origin}; add it to its allowedOrigins.`;
  throw new HttpError('origin-refused', message);
}

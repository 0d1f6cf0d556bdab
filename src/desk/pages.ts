import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageFiles } from '../platform/page-files.ts';
import { DeskError } from './desk-error.ts';

/** Serves the desk's page at the scope's own path, with and without a slash. */
export function mountPages(scope: FastifyInstance, pages: PageFiles): void {
  scope.get('/', async (request, reply) => {
    if (send(request, reply, pages, 'desk.html')) return reply;
    throw new DeskError('unavailable', "The desk's pages are not built; run npm run build, then start again.");
  });
}

/** Serves what the pages load, for a desk that is a program of its own. */
export function mountAssets(scope: FastifyInstance, pages: PageFiles): void {
  scope.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) => {
    if (send(request, reply, pages, `assets/${request.params['*']}`)) return reply;
    throw new DeskError('route-not-found', 'There is no such file of the pages; load the page again.');
  });
}

/** @returns false when there is no such file. */
function send(request: FastifyRequest, reply: FastifyReply, pages: PageFiles, name: string): boolean {
  const file = pages.find(name, request.headers['accept-encoding']);
  if (file === null) return false;
  reply.headers(file.headers);
  if (file.headers.etag !== undefined && request.headers['if-none-match'] === file.headers.etag) {
    void reply.code(304).send();
  } else void reply.send(file.body);
  return true;
}

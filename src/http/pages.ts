import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageFiles } from '../platform/page-files.ts';
import { HttpError } from './http-error.ts';
import { welcome } from './operations.ts';
import type { HttpSettings } from './parts.ts';

/** Serves the pages: the chat of each virtual agent, the studio, what they load, and the one at `/`. */
export function servePages(server: FastifyInstance, pages: PageFiles, { home, url }: HttpSettings): void {
  const show = (request: FastifyRequest, reply: FastifyReply, name: string): FastifyReply | null => {
    const file = pages.find(name, request.headers['accept-encoding']);
    if (file === null) return null;
    reply.headers(file.headers);
    if (request.headers['if-none-match'] === file.headers.etag) return reply.code(304).send();
    return reply.send(file.body);
  };
  const page = async (request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> => {
    const shown = show(request, reply, name);
    if (shown !== null) return shown;
    throw new HttpError('unavailable', 'The pages are not built; run npm run build, then start again.');
  };
  server.get('/', async (request, reply) => {
    const isBrowser = request.headers.accept?.includes('text/html') ?? false;
    if (home !== null && isBrowser) return page(request, reply, home);
    return reply.type('text/plain; charset=utf-8').send(welcome(url()));
  });
  for (const path of ['/chat/:agent_id', '/chat/:agent_id/']) {
    server.get(path, (request, reply) => page(request, reply, 'chat.html'));
  }
  // What stands below it in the address is the page's own to read.
  for (const path of ['/studio', '/studio/*'])
    server.get(path, (request, reply) => page(request, reply, 'studio.html'));
  server.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) => {
    const shown = show(request, reply, `assets/${request.params['*']}`);
    if (shown !== null) return shown;
    throw new HttpError('route-not-found', 'There is no such file of the pages; load the page again.');
  });
}

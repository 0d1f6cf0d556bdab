import type { FastifyInstance } from 'fastify';
import { deskPaths } from '../contract/desk-api.ts';
import type { Log } from '../platform/log.ts';
import type { PageFiles } from '../platform/page-files.ts';
import { type ApiParts, mountApi } from './api.ts';
import { DeskError, errorWriter } from './desk-error.ts';
import { checkHost } from './doors.ts';
import { type HookParts, mountHooks } from './hooks.ts';
import { mountPages } from './pages.ts';

export type MountParts = Readonly<{
  api: ApiParts;
  hooks: HookParts;
  pages: PageFiles;
  log: Log;
  /** The server begins to close: connections that would hold it up are to end. */
  onClosing: () => void;
  /** The desk was stopped, though the server goes on. */
  isStopped: () => boolean;
  /** The server is closed. */
  onClosed: () => Promise<void>;
}>;

const below = (path: string): string => path.slice(deskPaths.pages.length);

/** Adds the desk to a server, in a scope of its own that changes nothing for other routes. */
export function mountDesk(server: FastifyInstance, parts: MountParts): void {
  const { api, hooks, pages, log } = parts;
  server.register(
    (scope, _, registered) => {
      scope.setErrorHandler(errorWriter(log));
      scope.addHook('onRequest', async () => {
        if (parts.isStopped()) throw new DeskError('stopping', 'The desk is stopping; try again in a moment.', {}, 1);
      });
      scope.addHook('preClose', async () => parts.onClosing());
      scope.addHook('onClose', () => parts.onClosed());
      inScope(scope, below(deskPaths.hooks), (inside) => mountHooks(inside, hooks));
      // Hooks are signed, so they may come under any name; browsers may not.
      inScope(scope, '', (inside) => {
        inside.addHook('onRequest', async (request) => checkHost(request, api.url()));
        inside.setNotFoundHandler((request) => {
          throw new DeskError('route-not-found', `The desk has no ${request.method} here; load its page again.`);
        });
        mountPages(inside, pages);
        inScope(inside, below(deskPaths.api), (innermost) => mountApi(innermost, api));
      });
      registered();
    },
    { prefix: deskPaths.pages },
  );
}

function inScope(server: FastifyInstance, prefix: string, mount: (scope: FastifyInstance) => void): void {
  server.register(
    (scope, _, registered) => {
      mount(scope);
      registered();
    },
    { prefix },
  );
}

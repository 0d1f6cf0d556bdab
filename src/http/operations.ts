import { startingError, stoppingError } from './http-error.ts';
import { metricsText } from './metrics.ts';
import type { HttpParts } from './parts.ts';
import type { Handlers } from './serve.ts';

export function operationHandlers({ state, store, gauges, log }: HttpParts): Handlers {
  return {
    health: async () => ({ status: 'ok' }),
    ready: async () => {
      if (state() === 'stopping') throw stoppingError();
      if (state() === 'starting') throw startingError();
      try {
        await store.ping();
      } catch (error) {
        log.error({ error: String(error) }, 'The database does not answer.');
        throw startingError();
      }
      return { status: 'ready' };
    },
    metrics: async () => metricsText(await gauges()),
  };
}

/** What a browser or `curl /` is told. */
export function welcome(url: string): string {
  return [
    'Baton is running: live agent routing.',
    '',
    `  ${url}/docs          the API, to read and try`,
    `  ${url}/openapi.json  the same for programs`,
    `  ${url}/ready         whether it serves`,
    '',
    'Open a conversation with POST /http/init; README.md shows how.',
    '',
  ].join('\n');
}

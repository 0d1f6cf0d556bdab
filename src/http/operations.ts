import type { Static } from 'typebox';
import { type deskHooks, deskPaths } from '../contract/desk-api.ts';
import type { ServerAnswer } from '../contract/server/server.ts';
import { startingError, stoppingError } from './http-error.ts';
import { metricsText } from './metrics.ts';
import type { HttpParts, HttpSettings } from './parts.ts';
import type { Handlers } from './serve.ts';

export function operationHandlers({ state, store, gauges, log, settings }: HttpParts): Handlers {
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
    describeServer: async () => described(settings),
  };
}

function described({ url: at, hasDesk, ...settings }: HttpSettings): Static<typeof ServerAnswer> {
  const { version, region, credentials, sessionLifeMs } = settings;
  const url = at();
  const hook = (name: (typeof deskHooks)[number]): string => `${url}${deskPaths.hooks}/${name}`;
  const desk = { start: hook('start'), inbound: hook('inbound'), status: hook('status'), ended: hook('ended') };
  return {
    ...{ version, url, region, built_in_desk: hasDesk ? desk : null },
    ...{ credentials: [...credentials], session_life_hours: sessionLifeMs / 3_600_000 },
    outbound_transfer: `${url}/live-agent/outbound/{session_id}`,
    stop_connection: `${url}/live-agent/disconnect/{session_id}`,
    chat: `${url}/chat/{agent_id}`,
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

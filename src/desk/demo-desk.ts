import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Webhook } from 'standardwebhooks';
import type { Log } from '../platform/log.ts';
import { supportAgentId } from './support-agent.ts';

export type DemoDeskParts = Readonly<{
  /** The router's base URL. */
  routerUrl: () => string;
  /** A key of the router with the scopes `live-agent` and `manage`. */
  key: string;
  log: Log;
}>;

/** Where the demonstration's desk answers, under the router's own address. */
export const demoDeskPath = '/demo-desk';

type Inbound = Readonly<{ sessionId: string; text?: string }>;

/**
 * A desk whose live agent answers by itself, so that a newcomer meets a whole handoff without a help desk. It is a
 * stranger to the router: it learns everything by the calls of the contract and answers by them. It keeps nothing.
 */
export function mountDemoDesk(server: FastifyInstance, parts: DemoDeskParts): void {
  const router = routerCalls(parts);
  server.register(
    (scope, _, registered) => {
      scope.removeContentTypeParser('application/json');
      // Signatures are over the exact bytes, so the body is parsed after it was checked.
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      scope.post('/start', async (request) => {
        const { sessionId } = await router.verified(request);
        router.say(sessionId, ['Hello, this is Robin, a person in this demonstration. What do you see?']);
        return {};
      });
      scope.post('/inbound', async (request) => {
        const { sessionId, text = '' } = await router.verified(request);
        if (text.trim().toLowerCase() === 'bye') router.say(sessionId, ['Goodbye!'], 'and disconnect');
        else router.say(sessionId, ['Thank you, I wrote that down. Write "bye" and I hand you back.']);
        return {};
      });
      scope.post('/ended', async (request) => {
        await router.verified(request);
        return {};
      });
      registered();
    },
    { prefix: demoDeskPath },
  );
}

type RouterCalls = Readonly<{
  verified: (request: FastifyRequest) => Promise<Inbound>;
  say: (sessionId: string, texts: readonly string[], then?: 'and disconnect') => void;
}>;

function routerCalls({ routerUrl, key, log }: DemoDeskParts): RouterCalls {
  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${routerUrl()}${path}`, {
      method,
      headers: { 'x-vgai-key': key, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`The router answered ${answer.status} to ${method} ${path}.`);
    return answer.json();
  };
  const secrets = async (): Promise<readonly string[]> => {
    const answer = (await call('GET', `/agents/${supportAgentId}/secrets`)) as { secrets: { secret: string }[] };
    return answer.secrets.map(({ secret }) => secret);
  };
  const answer = async (sessionId: string, texts: readonly string[], then?: 'and disconnect'): Promise<void> => {
    const liveAgent = { id: 'robin', name: 'Robin' };
    for (const text of texts) await call('POST', `/live-agent/outbound/${sessionId}`, { text, liveAgent });
    if (then !== undefined) await call('POST', `/live-agent/disconnect/${sessionId}`, {});
  };
  return {
    verified: async (request) => {
      const body = String(request.body);
      const headers = request.headers as Record<string, string>;
      const [secret = 'whsec_none'] = await secrets();
      return new Webhook(secret).verify(body, headers) as Inbound;
    },
    say: (sessionId, texts, then) => {
      answer(sessionId, texts, then).catch((error: unknown) => {
        log.warn({ session: sessionId, error: String(error) }, 'The demo desk could not answer.');
      });
    },
  };
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Provider } from 'oidc-provider';

export type Claims = Readonly<{ email?: string; email_verified?: boolean; name?: string }>;

/** A real OpenID Connect provider on a port of its own. */
export type TestProvider = Readonly<{
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in there next; null for somebody who does not want to. */
  people: { next: (Readonly<{ sub: string }> & Claims) | null };
  /** Calls of the server to it, as `POST /token`. */
  calls: string[];
  /** Stops listening and breaks what is open; `appear` brings it back at the same address. */
  disappear: () => Promise<void>;
  appear: () => Promise<void>;
}>;

export type ProviderOptions = Readonly<{
  /** Where it may lead back to. */
  callback: string;
  /** Whether the ID token says all by itself. */
  fatTokens?: boolean;
  authMethod?: 'client_secret_basic' | 'client_secret_post';
}>;

/** It ends with the test. */
export async function openProvider(t: TestContext, options: ProviderOptions): Promise<TestProvider> {
  const people: TestProvider['people'] = { next: { sub: 'ana' } };
  const known = new Map<string, Claims>();
  const calls: string[] = [];
  let answer: ReturnType<Provider['callback']> = async () => {};
  let provider: Provider | null = null;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    calls.push(`${request.method} ${path.split('?', 1)[0]}`);
    if (!path.startsWith('/interaction/')) return void answer(request, response);
    const { next } = people;
    if (next !== null) known.set(next.sub, next);
    const result = next === null ? { error: 'access_denied' } : { login: { accountId: next.sub } };
    void provider?.interactionFinished(request, response, result);
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['baton', 'a client secret: 100% +/='];
  provider = new Provider(issuer, configurationOf(options, { clientId, clientSecret, known }));
  answer = provider.callback();
  const disappear = () => end(server);
  t.after(disappear);
  return { issuer, clientId, clientSecret, people, calls, disappear, appear: () => listen(port) };
}

type Known = Readonly<{ clientId: string; clientSecret: string; known: ReadonlyMap<string, Claims> }>;

function configurationOf({ callback, fatTokens = false, authMethod }: ProviderOptions, about: Known): object {
  const method = authMethod ?? 'client_secret_basic';
  return {
    clients: [
      {
        ...{ client_id: about.clientId, client_secret: about.clientSecret, redirect_uris: [callback] },
        token_endpoint_auth_method: method,
      },
    ],
    clientAuthMethods: [method],
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !fatTokens,
    pkce: { required: () => true },
    cookies: { keys: ['a key for tests only'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ ...about.known.get(sub), sub }),
    }),
    // Everybody has agreed to everything.
    loadExistingGrant: async (context: {
      oidc: { client: { clientId: string }; session: { accountId: string }; provider: Provider };
    }) => {
      const { client, session, provider } = context.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  };
}

async function end(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

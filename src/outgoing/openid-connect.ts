import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  fetchUserInfo,
  type IDToken,
  None,
  ResponseBodyError,
  type ServerMetadata,
  type UserInfoResponse,
} from 'openid-client';
import { Agent, fetch } from 'undici';
import type { SignInError } from '../contract/people/sign-in-page.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';

/*
 * Signing in at an OpenID Connect provider: the authorization code flow with PKCE, state and nonce (OpenID Connect Core
 * 3.1, RFC 7636). What the provider says comes over TLS from itself, so its signature is not asked for (Core 3.1.3.7).
 */

export type ProviderSettings = Readonly<{
  /** https; http on this machine. */
  issuer: string;
  clientId: string;
  /** Null for a client that has none. */
  clientSecret: string | null;
}>;

/** What a browser that was sent to the provider must bring back, and nobody else may know. */
export type Secrets = Readonly<{ state: string; nonce: string; verifier: string }>;

/** Whom the provider names. */
export type Identity = Readonly<{
  issuer: string;
  subject: string;
  /** As it is written there; null for none. */
  email: string | null;
  isEmailVerified: boolean;
  name: string | null;
}>;

/** Why it came to nothing. */
export type ProviderFailure = Extract<SignInError, 'provider-down' | 'provider-refused' | 'sign-in-stale'>;

export type OpenIdConnect = Readonly<{
  /** @param callback where the provider leads back to. @returns where to lead the browser. */
  begin: (callback: string) => Promise<Readonly<{ url: string; secrets: Secrets }> | ProviderFailure>;
  /** @param url that the browser came back by, the callback with its query. */
  finish: (url: URL, secrets: Secrets) => Promise<Identity | ProviderFailure>;
  close: () => Promise<void>;
}>;

const timeoutSeconds = 10;
const longestAnswer = 1024 * 1024;
/** Clocks of providers may be off by this. */
const toleratedSeconds = 30;
const scope = 'openid email profile';

export function openIdConnect(settings: ProviderSettings, random: Random, log: Log): OpenIdConnect {
  const { fetchBy, close } = openFetch();
  const provider = keepDiscovered(() => discover(settings, fetchBy));
  const trying = async <Result>(
    work: (config: Configuration) => Promise<Result>,
  ): Promise<Result | ProviderFailure> => {
    try {
      return await work(await provider.read());
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'provider-down') provider.forget();
      if (failure !== 'sign-in-stale') log.warn(tellable(error), 'A sign-in at the OpenID Connect provider failed.');
      return failure;
    }
  };
  const secret = (): string => random.bytes(32).toString('base64url');
  return {
    begin: (callback) =>
      trying(async (config) => {
        const secrets = { state: secret(), nonce: secret(), verifier: secret() };
        const url = buildAuthorizationUrl(config, {
          ...{ redirect_uri: callback, scope, state: secrets.state, nonce: secrets.nonce },
          ...{ code_challenge: await calculatePKCECodeChallenge(secrets.verifier), code_challenge_method: 'S256' },
        });
        return { url: url.href, secrets };
      }),
    finish: (url, { state, nonce, verifier }) =>
      trying(async (config) => {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await authorizationCodeGrant(config, url, checks);
        const claims = tokens.claims();
        if (claims === undefined) throw new ClientError('There is no ID token.');
        return identityOf(claims, await moreOf(config, claims, tokens.access_token));
      }),
    close,
  };
}

/** Calls to the provider: its operator named it, so it may lie anywhere. */
function openFetch(): Readonly<{ fetchBy: CustomFetch; close: () => Promise<void> }> {
  const agent = new Agent({
    connections: 16,
    connect: { timeout: 5_000 },
    headersTimeout: timeoutSeconds * 1_000,
    bodyTimeout: timeoutSeconds * 1_000,
    maxResponseSize: longestAnswer,
  });
  const call = (url: string, options: object) => fetch(url, { ...options, dispatcher: agent });
  // Its types are its own, and the same.
  const fetchBy = call as unknown as CustomFetch;
  return { fetchBy, close: () => agent.destroy() };
}

/** Asked when somebody first wants to sign in, and again after a failure; not at the start, which needs no provider. */
function keepDiscovered(
  ask: () => Promise<Configuration>,
): Readonly<{ read: () => Promise<Configuration>; forget: () => void }> {
  let known: Promise<Configuration> | null = null;
  const forget = (): void => {
    known = null;
  };
  return {
    forget,
    read: () => {
      known ??= ask().catch((error: unknown) => {
        forget();
        throw error;
      });
      return known;
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: ProviderSettings, by: CustomFetch): Promise<Configuration> {
  const url = new URL(issuer);
  const isInsecure = url.protocol === 'http:';
  const execute = isInsecure ? [allowInsecureRequests] : [];
  const options = { [customFetch]: by, timeout: timeoutSeconds, execute };
  const server = (await discovery(url, clientId, undefined, None(), options)).serverMetadata();
  const config = new Configuration(
    server,
    clientId,
    { [clockTolerance]: toleratedSeconds },
    authOf(server, clientSecret),
  );
  config[customFetch] = by;
  config.timeout = timeoutSeconds;
  if (isInsecure) allowInsecureRequests(config);
  return config;
}

/** As the provider wants it; Basic is what it takes when it says nothing (OpenID Connect Discovery, 3). */
function authOf({ token_endpoint_auth_methods_supported: methods }: ServerMetadata, secret: string | null): ClientAuth {
  if (secret === null) return None();
  return methods === undefined || methods.includes('client_secret_basic')
    ? ClientSecretBasic(secret)
    : ClientSecretPost(secret);
}

/** Many providers keep the ID token short and say the rest when they are asked. */
async function moreOf(config: Configuration, claims: IDToken, accessToken: string): Promise<UserInfoResponse | null> {
  const isWhole = typeof claims.email === 'string' && claims.email_verified !== undefined;
  if (isWhole || config.serverMetadata().userinfo_endpoint === undefined) return null;
  return fetchUserInfo(config, accessToken, claims.sub);
}

function identityOf(claims: IDToken, more: UserInfoResponse | null): Identity {
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  // Whether an address is verified is said beside it, so both are taken from one place.
  const source = more?.email === undefined ? claims : more;
  return {
    ...{ issuer: claims.iss, subject: claims.sub },
    ...{ email: text(source.email), isEmailVerified: source.email_verified === true },
    name: text(claims.name) ?? text(more?.name),
  };
}

const downCodes = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'];

function failureOf(error: unknown): ProviderFailure {
  if (error instanceof ResponseBodyError) {
    // The code was used, or is of another browser's sign-in.
    if (error.error === 'invalid_grant') return 'sign-in-stale';
    return error.status >= 500 ? 'provider-down' : 'provider-refused';
  }
  if (error instanceof AuthorizationResponseError) {
    return ['server_error', 'temporarily_unavailable'].includes(error.error) ? 'provider-down' : 'provider-refused';
  }
  if (error instanceof ClientError)
    return downCodes.includes(String(error.code)) ? 'provider-down' : 'provider-refused';
  // What `fetch` throws when there is no connection.
  return error instanceof TypeError && !('code' in error) ? 'provider-down' : 'provider-refused';
}

/** What the provider says in words may hold what people wrote. */
function tellable(error: unknown): object {
  if (!(error instanceof Error)) return { error: 'unknown' };
  const { cause } = error;
  const code = 'code' in error ? String(error.code) : 'none';
  const said = error instanceof ResponseBodyError || error instanceof AuthorizationResponseError ? error.error : null;
  const under = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  return { error: error.name, code, ...(said && { said: said.slice(0, 60) }), ...(under && { cause: under }) };
}

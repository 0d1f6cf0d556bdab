import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Agent, type Dispatcher, errors } from 'undici';
import type { AttemptResult } from '../core/schedule.ts';
import type { Clock } from '../platform/clock.ts';
import { Exchange, GivenUpError } from './exchange.ts';
import { ForbiddenAddressError, type NetworkGuard, type Protocol } from './network-guard.ts';

export type DeskCall = Readonly<{
  url: string;
  /** The webhook-id: the same on every try. */
  id: string;
  /** The exact bytes, as UTF-8 text. */
  body: string;
  /** `whsec_…`; each signs, so that a desk may know either while they rotate. */
  secrets: readonly string[];
}>;

export type DeskAnswer = Readonly<{ result: AttemptResult; body: string }>;

/** Why no answer came, as far as the system tells. */
export type CallFailure = 'forbidden' | 'no-name' | 'refused' | 'tls' | 'timeout' | 'broken';

/** A call with all that is to be known of it. */
export type TracedAnswer = DeskAnswer &
  Readonly<{
    /** The headers of the request; none where it was not made. */
    sent: Readonly<Record<string, string>>;
    /** Of the answer. */
    contentType: string | null;
    failure: CallFailure | null;
  }>;

/** Calls endpoints of desks: signed (Standard Webhooks), guarded, without following redirects (contract 3.8). */
export type DeskCaller = Readonly<{
  /** Makes one attempt. Never rejects for what the other side does. @param signal gives up early. */
  call: (call: DeskCall, signal: AbortSignal) => Promise<DeskAnswer>;
  close: () => Promise<void>;
}>;

/** Makes one call to an endpoint exactly as calls of conversations are made, for whoever tries it out. */
export type EndpointTester = Readonly<{ trace: (call: DeskCall, signal: AbortSignal) => Promise<TracedAnswer> }>;

export const timeoutMs = 10_000;
const longestBody = 64 * 1024;
/** Calls to one host at once: each has a connection, so that none waits for one while its time runs. */
export const mostCallsPerHost = 256;

export function deskCaller(guard: NetworkGuard, clock: Clock): DeskCaller & EndpointTester {
  const dispatchers: Readonly<Record<Protocol | 'own', Dispatcher>> = {
    ...{ 'http:': dispatcher(guard.lookup('http:')), 'https:': dispatcher(guard.lookup('https:')) },
    own: dispatcher(),
  };
  const sign = signer();
  const targetOf = targets(guard);
  const under = underWay();
  const make = async (call: DeskCall, signal: AbortSignal): Promise<TracedAnswer> => {
    const target = targetOf(call.url);
    if (target.refused !== null) return { ...forbidden(target.refused), sent: {}, contentType: null, body: '' };
    const exchange = new Exchange(longestBody);
    const leave = under(signal, exchange);
    const cancel = clock.after(timeoutMs, () => exchange.giveUp());
    const { origin, path } = target;
    let sent: TracedAnswer['sent'] = {};
    try {
      // Receivers refuse signatures that are minutes off their own clock.
      const at = new Date(clock.wall());
      sent = headersOf(call, at, sign(call, at));
      dispatchers[target.through].dispatch({ origin, path, method: 'POST', body: call.body, headers: sent }, exchange);
      const { status, headers, body } = await exchange.answer;
      const retryAfterMs = retryAfter(headers['retry-after'], clock.wall());
      const contentType = headers['content-type'] ?? null;
      return { result: { kind: 'answered', status, retryAfterMs }, body, sent, contentType, failure: null };
    } catch (error) {
      return { ...failureOf(error), sent, contentType: null, body: '' };
    } finally {
      cancel();
      leave();
    }
  };
  return {
    call: make,
    trace: make,
    close: async () => {
      await Promise.all(Object.values(dispatchers).map((each) => each.destroy()));
    },
  };
}

/** What an endpoint's URL says of itself. Names are judged when they are looked up, at each connection. */
type Target = Readonly<{ refused: string | null; through: Protocol | 'own'; origin: string; path: string }>;

const mostTargets = 1_000;

/** Judges each URL once; taking it apart for every call cost as much as writing the call. */
function targets(guard: NetworkGuard): (url: string) => Target {
  const known = new Map<string, Target>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const target = judge(guard, text);
    if (known.size >= mostTargets) known.clear();
    known.set(text, target);
    return target;
  };
}

function judge(guard: NetworkGuard, text: string): Target {
  const url = URL.parse(text);
  if (url === null) return { refused: `"${text}" is no URL.`, through: 'https:', origin: '', path: '' };
  const { origin, pathname, search } = url;
  const through = guard.isOwn(url) ? 'own' : (url.protocol as Protocol);
  return { refused: guard.refusalOf(url), through, origin, path: `${pathname}${search}` };
}

/** Gives up what is under way when a signal aborts, with one listener a signal instead of one a call. */
function underWay(): (signal: AbortSignal, exchange: Exchange) => () => void {
  const bySignal = new WeakMap<AbortSignal, Set<Exchange>>();
  const watch = (signal: AbortSignal): Set<Exchange> => {
    const exchanges = new Set<Exchange>();
    bySignal.set(signal, exchanges);
    signal.addEventListener('abort', () => {
      for (const exchange of exchanges) exchange.giveUp();
    });
    return exchanges;
  };
  return (signal, exchange) => {
    if (signal.aborted) exchange.giveUp();
    const exchanges = bySignal.get(signal) ?? watch(signal);
    exchanges.add(exchange);
    return () => exchanges.delete(exchange);
  };
}

/** @param lookup how names are resolved; without it as the system does. */
function dispatcher(lookup?: LookupFunction): Dispatcher {
  return new Agent({
    connections: mostCallsPerHost,
    pipelining: 1,
    connect: { ...(lookup && { lookup }), timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
  });
}

const headersOf = ({ id }: DeskCall, at: Date, signature: string): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  'user-agent': 'Baton',
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': signature,
});

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in ms from now; null when there is none to be read. */
export function retryAfter(header: string | readonly string[] | undefined, now: number): number | null {
  const text = typeof header === 'string' ? header : header?.[0];
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

type Failed = Readonly<{ result: AttemptResult; failure: CallFailure }>;

const forbidden = (cause: string): Failed => ({ result: { kind: 'forbidden', cause }, failure: 'forbidden' });

function failureOf(error: unknown): Failed {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ForbiddenAddressError) return forbidden(cause.message);
  }
  if (error instanceof GivenUpError || isTimeout(error)) {
    return { result: { kind: 'unreached', cause: `No answer within ${timeoutMs / 1000} s.` }, failure: 'timeout' };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return { result: { kind: 'unreached', cause: `The connection failed (${code}).` }, failure: kindOf(code) };
}

/** What Node, OpenSSL and undici call failures, by what they mean. */
const failures: readonly (readonly [CallFailure, RegExp])[] = [
  ['no-name', /^(ENOTFOUND|EAI_\w+)$/],
  ['refused', /^ECONNREFUSED$/],
  ['timeout', /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/],
  ['tls', /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|EPROTO)/],
];

const kindOf = (code: string): CallFailure => failures.find(([, form]) => form.test(code))?.[0] ?? 'broken';

const isTimeout = (error: unknown): boolean =>
  error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;

type Sign = (call: DeskCall, at: Date) => string;

/** Signatures of all secrets, separated by spaces (Standard Webhooks). */
function signer(): Sign {
  const known = new Map<string, Webhook>();
  const webhookOf = (secret: string): Webhook => {
    const webhook = known.get(secret) ?? new Webhook(secret);
    if (!known.has(secret) && known.size >= 1000) known.clear();
    known.set(secret, webhook);
    return webhook;
  };
  return ({ id, body, secrets }, at) => secrets.map((secret) => webhookOf(secret).sign(id, at, body)).join(' ');
}

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

/** Calls endpoints of desks: signed (Standard Webhooks), guarded, without following redirects (contract 3.8). */
export type DeskCaller = Readonly<{
  /** Makes one attempt. Never rejects for what the other side does. @param signal gives up early. */
  call: (call: DeskCall, signal: AbortSignal) => Promise<DeskAnswer>;
  close: () => Promise<void>;
}>;

const timeoutMs = 10_000;
const longestBody = 64 * 1024;
/** Calls to one host at once: each has a connection, so that none waits for one while its time runs. */
export const mostCallsPerHost = 256;

export function deskCaller(guard: NetworkGuard, clock: Clock): DeskCaller {
  const dispatchers: Readonly<Record<Protocol | 'own', Dispatcher>> = {
    ...{ 'http:': dispatcher(guard.lookup('http:')), 'https:': dispatcher(guard.lookup('https:')) },
    own: dispatcher(),
  };
  const sign = signer();
  const targetOf = targets(guard);
  const under = underWay();
  return {
    call: async (call, signal) => {
      const target = targetOf(call.url);
      if (target.refused !== null) return { result: { kind: 'forbidden', cause: target.refused }, body: '' };
      const exchange = new Exchange(longestBody);
      const leave = under(signal, exchange);
      const cancel = clock.after(timeoutMs, () => exchange.giveUp());
      try {
        // Receivers refuse signatures that are minutes off their own clock.
        const at = new Date(clock.wall());
        dispatchers[target.through].dispatch(requestOf(target, call, at, sign(call, at)), exchange);
        const { status, headers, body } = await exchange.answer;
        const retryAfterMs = retryAfter(headers['retry-after'], clock.wall());
        return { result: { kind: 'answered', status, retryAfterMs }, body };
      } catch (error) {
        return { result: failureOf(error), body: '' };
      } finally {
        cancel();
        leave();
      }
    },
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

function requestOf({ origin, path }: Target, call: DeskCall, at: Date, signature: string): Dispatcher.DispatchOptions {
  return {
    origin,
    path,
    method: 'POST',
    body: call.body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Baton',
      'webhook-id': call.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signature,
    },
  };
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in ms from now; null when there is none to be read. */
export function retryAfter(header: string | readonly string[] | undefined, now: number): number | null {
  const text = typeof header === 'string' ? header : header?.[0];
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function failureOf(error: unknown): AttemptResult {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ForbiddenAddressError) return { kind: 'forbidden', cause: cause.message };
  }
  if (error instanceof GivenUpError || isTimeout(error)) {
    return { kind: 'unreached', cause: `No answer within ${timeoutMs / 1000} s.` };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return { kind: 'unreached', cause: `The connection failed (${code}).` };
}

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

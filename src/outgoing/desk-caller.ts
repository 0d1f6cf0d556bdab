import { Webhook } from 'standardwebhooks';
import { Agent, type Dispatcher, errors, request } from 'undici';
import type { AttemptResult } from '../core/schedule.ts';
import type { Clock } from '../platform/clock.ts';
import { ForbiddenAddressError, type NetworkGuard } from './network-guard.ts';

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
const connectionsPerHost = 256;

export function deskCaller(guard: NetworkGuard, clock: Clock): DeskCaller {
  const dispatchers = { 'http:': dispatcher(guard, 'http:'), 'https:': dispatcher(guard, 'https:') };
  const sign = signer();
  return {
    call: async (call, signal) => {
      const url = new URL(call.url);
      const refused = guard.refusalOf(url);
      if (refused !== null) return { result: { kind: 'forbidden', cause: refused }, body: '' };
      const giveUp = new AbortController();
      const abort = (): void => giveUp.abort();
      const cancel = clock.after(timeoutMs, abort);
      signal.addEventListener('abort', abort);
      try {
        return await attempt(dispatchers[url.protocol as 'http:' | 'https:'], call, sign, clock, giveUp.signal);
      } catch (error) {
        return { result: failureOf(error, giveUp.signal.aborted), body: '' };
      } finally {
        cancel();
        signal.removeEventListener('abort', abort);
      }
    },
    close: async () => {
      await Promise.all(Object.values(dispatchers).map((each) => each.destroy()));
    },
  };
}

function dispatcher(guard: NetworkGuard, protocol: 'http:' | 'https:'): Dispatcher {
  return new Agent({
    connections: connectionsPerHost,
    pipelining: 1,
    connect: { lookup: guard.lookup(protocol), timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
  });
}

async function attempt(
  through: Dispatcher,
  call: DeskCall,
  sign: Sign,
  clock: Clock,
  signal: AbortSignal,
): Promise<DeskAnswer> {
  // Receivers refuse signatures that are minutes off their own clock.
  const at = new Date(clock.wall());
  const answer = await request(call.url, {
    method: 'POST',
    dispatcher: through,
    signal,
    body: call.body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Baton',
      'webhook-id': call.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': sign(call, at),
    },
  });
  const body = await readLimited(answer.body);
  const result = {
    kind: 'answered',
    status: answer.statusCode,
    retryAfterMs: retryAfter(answer.headers['retry-after'], clock.wall()),
  } as const;
  return { result, body };
}

/** Reads the start of an answer; a desk that talks on and on is cut off, not listened to. */
async function readLimited(stream: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= longestBody) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, longestBody);
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in ms from now; null when there is none to be read. */
export function retryAfter(header: string | readonly string[] | undefined, now: number): number | null {
  const text = typeof header === 'string' ? header : header?.[0];
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function failureOf(error: unknown, aborted: boolean): AttemptResult {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ForbiddenAddressError) return { kind: 'forbidden', cause: cause.message };
  }
  if (aborted || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return { kind: 'unreached', cause: `No answer within ${timeoutMs / 1000} s.` };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return { kind: 'unreached', cause: `The connection failed (${code}).` };
}

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

import type { Clock } from '../../platform/clock.ts';

/** What the router said, or that it said nothing. */
export type RouterAnswer =
  | Readonly<{ kind: 'answered'; status: number; body: Readonly<Record<string, unknown>>; retryAfterMs: number | null }>
  | Readonly<{ kind: 'unreached'; cause: string }>;

/** The desk's calls to the router's public HTTP surface. */
export type RouterCalls = Readonly<{
  /** @param path below the router's URL. Never throws; no answer within 10 s is `unreached`. */
  get: (path: string) => Promise<RouterAnswer>;
  /** @param headers further ones. */
  post: (path: string, body: object, headers?: Readonly<Record<string, string>>) => Promise<RouterAnswer>;
  /** Gives up all that is under way, and whatever is asked later. */
  close: () => void;
}>;

export type RouterAccess = Readonly<{
  /** The router's base URL. */
  routerUrl: () => string;
  /** A key of the router with the scopes `live-agent` and `manage`. */
  key: string;
}>;

const answerWithinMs = 10_000;

export function createRouterCalls({ routerUrl, key }: RouterAccess, clock: Clock): RouterCalls {
  const closing = new AbortController();
  const call = async (path: string, init: RequestInit): Promise<RouterAnswer> => {
    const late = new AbortController();
    const cancel = clock.after(answerWithinMs, () => late.abort(new Error('No answer came in 10 s.')));
    try {
      const signal = AbortSignal.any([late.signal, closing.signal]);
      const answer = await fetch(`${routerUrl()}${path}`, { ...init, redirect: 'manual', signal });
      const body = readObject(await answer.text());
      const retryAfterMs = readRetryAfter(answer.headers.get('retry-after'), clock.wall());
      return { kind: 'answered', status: answer.status, body, retryAfterMs };
    } catch (error) {
      return { kind: 'unreached', cause: causeOf(error) };
    } finally {
      cancel();
    }
  };
  const base = { 'x-vgai-key': key };
  return {
    get: (path) => call(path, { headers: base }),
    post: (path, body, headers = {}) => {
      const all = { ...base, 'content-type': 'application/json', ...headers };
      return call(path, { method: 'POST', headers: all, body: JSON.stringify(body) });
    },
    close: () => closing.abort(new Error('The desk stops.')),
  };
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // A proxy answers in HTML; its status says enough.
  }
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function causeOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: unknown }; message?: string };
  return String(cause?.code ?? message ?? error);
}

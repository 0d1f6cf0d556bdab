import type { WebAnswer, WebRequest } from '../platform/web-request.ts';

/** How nodes reach the world: a guarded call, made once. */
export type Web = (request: WebRequest, signal: AbortSignal) => Promise<WebAnswer>;

/** Bytes of an answer that are read; a longer one is *failed*. */
export const longestAnswer = 1024 * 1024;

/** What a status that is no 2xx means, or null. */
export const refusalOf = (who: string, status: number): string | null =>
  status >= 200 && status < 300 ? null : `${who} answered ${status}.`;

/** Reads JSON of a stranger; undefined when it is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

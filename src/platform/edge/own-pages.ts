import type { IncomingHttpHeaders } from 'node:http';

/*
 * Whether a page of this server makes a call, by headers that no page can set. Where a browser says nothing of the site it
 * calls from (`Sec-Fetch-Site`, not sent to http on a network), the origin is compared: with the server's URL, and with the
 * host that was asked, for a cookie is sent to that host only.
 */

/** @param url the server's own public base URL. */
export function isFromOwnPage({ origin, host, ...headers }: IncomingHttpHeaders, url: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const own = new URL(url);
  const from = origin?.toLowerCase();
  return from !== undefined && (from === own.origin || from === `${own.protocol}//${host?.toLowerCase()}`);
}

/** Whether a page of another origin makes the call. Who says nothing of where it calls from is no browser. */
export const isFromElsewhere = (headers: IncomingHttpHeaders, url: string): boolean =>
  (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) && !isFromOwnPage(headers, url);

/** Headers of every answer; what sends a page or a file says its own instead. */
export type SecurityHeaders = Readonly<Record<string, string>>;

const aYear = 365 * 24 * 3600;

/**
 * For an API whose answers hold messages, tokens and keys: nothing is kept, framed, sniffed or told to other sites.
 * @param url the public base URL. Browsers are held to https only where https is what is served.
 */
export function securityHeaders(url: string): SecurityHeaders {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(url.startsWith('https:') ? { 'strict-transport-security': `max-age=${aYear}` } : {}),
  };
}

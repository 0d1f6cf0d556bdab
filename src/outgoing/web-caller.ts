import { Webhook } from 'standardwebhooks';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../platform/clock.ts';
import type { WebAnswer, WebRequest } from '../platform/web-request.ts';
import { Exchange, GivenUpError } from './exchange.ts';
import { ForbiddenAddressError, type NetworkGuard, type Protocol } from './network-guard.ts';

/** Calls what nodes of a flow name, guarded as calls to desks are: https, or allowed networks; no redirects. */
export type WebCaller = Readonly<{
  /** Makes the request once. Never rejects for what the other side does. */
  call: (request: WebRequest, signal: AbortSignal) => Promise<WebAnswer>;
  close: () => Promise<void>;
}>;

/** Longer than any request may take; each has a limit of its own. */
const longestWaitMs = 120_000;
const mostPerHost = 256;
/** How long a request waits for its turn, and a connection may take to be made. */
const longestTurnMs = 10_000;
const connectMs = 5_000;

export function webCaller(guard: NetworkGuard, clock: Clock): WebCaller {
  const agents = {
    'http:': agent(guard, 'http:'),
    'https:': agent(guard, 'https:'),
  } as const;
  return {
    call: async (request, signal) => {
      const url = URL.parse(request.url);
      if (url === null) return failed('The URL is none when its parameters are inserted.');
      const refused = guard.isOwn(url) ? 'The desk’s own endpoints are called by handoffs only.' : guard.refusalOf(url);
      if (refused !== null) return failed(refused);
      const giveUp = (): void => exchange.giveUp();
      // Its time begins when it is sent: where a host has enough under way it waits for its turn first.
      let cancel = clock.after(longestTurnMs, giveUp);
      const exchange = new Exchange(request.longest + 1, () => {
        cancel();
        cancel = clock.after(request.timeoutMs, giveUp);
      });
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
      try {
        agents[url.protocol as Protocol].dispatch(optionsOf(url, request, new Date(clock.wall())), exchange);
        const { status, body, size } = await exchange.answer;
        if (size > request.longest) return failed(`The answer is longer than ${request.longest} bytes.`);
        return { kind: 'answered', status, body };
      } catch (error) {
        return failed(causeOf(error, request.timeoutMs));
      } finally {
        cancel();
        signal.removeEventListener('abort', giveUp);
      }
    },
    close: async () => {
      await Promise.all(Object.values(agents).map((each) => each.destroy()));
    },
  };
}

const failed = (cause: string): WebAnswer => ({ kind: 'failed', cause });

const agent = (guard: NetworkGuard, protocol: Protocol): Agent =>
  new Agent({
    connections: mostPerHost,
    pipelining: 1,
    connect: { lookup: guard.lookup(protocol), timeout: connectMs },
    headersTimeout: longestWaitMs,
    bodyTimeout: longestWaitMs,
    keepAliveTimeout: 30_000,
  });

function optionsOf({ origin, pathname, search }: URL, request: WebRequest, at: Date): Dispatcher.DispatchOptions {
  const { id, body, secrets, headers } = request;
  const signed = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)) };
  const signature = secrets.map((secret) => new Webhook(secret).sign(id, at, body ?? '')).join(' ');
  return {
    origin,
    path: `${pathname}${search}`,
    method: request.method,
    body,
    headers: {
      'user-agent': 'Baton',
      ...headers,
      ...signed,
      ...(signature === '' ? {} : { 'webhook-signature': signature }),
    },
  };
}

function causeOf(error: unknown, timeoutMs: number): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ForbiddenAddressError) return cause.message;
  }
  if (error instanceof GivenUpError) return `No answer within ${timeoutMs / 1000} s.`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return `The connection failed (${code}).`;
}

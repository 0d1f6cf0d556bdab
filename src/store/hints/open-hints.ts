import type { Hints } from './hints.ts';
import type { HintParts } from './link.ts';
import { natsHints } from './nats-hints.ts';
import { redisHints } from './redis-hints.ts';

/**
 * Hints over the server of a URL; its client library is loaded only here. Returns before the server was reached.
 * @param url nats:// or tls:// for NATS, redis:// or rediss:// for Redis. @throws Error when it is another.
 */
export async function openHints(url: string, parts: HintParts): Promise<Hints> {
  switch (URL.parse(url)?.protocol) {
    case 'nats:':
    case 'tls:':
      return await natsHints(url, parts);
    case 'redis:':
    case 'rediss:':
      return await redisHints(url, parts);
    default:
      throw new Error('Hints go over nats://, tls://, redis:// or rediss://; this URL is none of them.');
  }
}

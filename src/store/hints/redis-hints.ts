import { channelHints } from './channel-hints.ts';
import type { Hints } from './hints.ts';
import type { Connect, HintParts } from './link.ts';

/** Longer than anybody waits here: who gives up ends the socket. */
const libraryTimeoutMs = 60_000;

/**
 * Hints over Redis 6 and later, or what speaks as it does (RESP3: one connection hears and tells). Own hints come back.
 * Returns before the server was reached.
 * @param url redis://host:6379, rediss://user:password@host
 */
export async function redisHints(url: string, parts: HintParts): Promise<Hints> {
  const { createClient } = await import('@redis/client');
  const { protocol, host } = new URL(url);
  const connect: Connect = async ({ signal, hear, lose }) => {
    const client = createClient({
      url,
      RESP: 3,
      name: 'baton',
      // Its queue while the server is away has no bound, so every connection is made by us.
      socket: { reconnectStrategy: false, connectTimeout: libraryTimeoutMs, signal },
      // A timer for each command; who waits here has one for all.
      commandOptions: { timeout: 0 },
      maintNotifications: 'disabled',
    });
    const end = (): void => client.destroy();
    client.on('error', lose);
    signal.addEventListener('abort', end);
    await client.connect();
    // It goes on connecting when it is destroyed meanwhile.
    if (signal.aborted) end();
    return {
      send: (messages) => {
        for (const [channel, text] of messages) client.sendCommand(['PUBLISH', channel, text]).catch(lose);
      },
      settled: () => client.sendCommand(['PING']),
      subscribe: (channels) => client.subscribe([...channels], hear),
      unsubscribe: (channels) => client.unsubscribe([...channels]),
    };
  };
  return channelHints(`${protocol}//${host}`, connect, parts);
}

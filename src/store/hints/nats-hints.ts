import { channelHints } from './channel-hints.ts';
import type { Hints } from './hints.ts';
import type { Connect, HintParts } from './link.ts';
import { endingItsSockets } from './own-sockets.ts';

/** Longer than anybody waits here: who gives up ends the socket. */
const libraryTimeoutMs = 60_000;

/**
 * Hints over NATS. Returns before the server was reached.
 * @param url nats://host:4222, tls://user:password@host, or with a token, nats://token@host
 */
export async function natsHints(url: string, parts: HintParts): Promise<Hints> {
  const library = await import('@nats-io/transport-node');
  const { protocol, host, username, password } = new URL(url);
  const user = decodeURIComponent(username);
  const options = {
    servers: host,
    name: 'baton',
    // Own hints are not brought back.
    noEcho: true,
    // Its queue while the server is away has no bound, so every connection is made by us.
    reconnect: false,
    timeout: libraryTimeoutMs,
    ...(protocol === 'tls:' && { tls: {} }),
    ...(user !== '' && (password === '' ? { token: user } : { user, pass: decodeURIComponent(password) })),
  };
  const connect: Connect = async ({ signal, hear, lose }) => {
    const connection = await endingItsSockets(signal, () => library.connect({ ...options }));
    const end = (): void => {
      connection.close().catch(lose);
    };
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    connection.closed().then((error) => lose(error ?? 'the connection was closed'), lose);
    loseAtError(connection.status(), lose).catch(lose);
    const open = new Map<string, { unsubscribe: () => void }>();
    return {
      send: (messages) => {
        for (const [channel, text] of messages) connection.publish(channel, text);
      },
      settled: () => connection.flush(),
      subscribe: (channels) => {
        for (const channel of channels) {
          const callback = (error: Error | null, message: { string: () => string }): void =>
            error === null ? hear(message.string()) : lose(error);
          open.set(channel, connection.subscribe(channel, { callback }));
        }
        return connection.flush();
      },
      unsubscribe: async (channels) => {
        for (const channel of channels) {
          open.get(channel)?.unsubscribe();
          open.delete(channel);
        }
      },
    };
  };
  return channelHints(`${protocol}//${host}`, connect, parts);
}

/** Where this user may not publish or subscribe, the server says so here only. */
async function loseAtError(
  states: AsyncIterable<{ type: string; error?: Error }>,
  lose: (reason: unknown) => void,
): Promise<void> {
  for await (const { type, error } of states) if (type === 'error') lose(error);
}

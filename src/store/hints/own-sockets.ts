import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const signals = new AsyncLocalStorage<AbortSignal>();
let listening = false;

/**
 * Runs `work`; every TCP socket that it opens is destroyed when the signal aborts. For a library that cannot be told to
 * end its attempt to connect, and leaves its socket open when that takes too long (nats-io/nats.js, issue 64).
 */
export function endingItsSockets<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  if (!listening) subscribe('net.client.socket', (message) => tie((message as { socket: Socket }).socket));
  listening = true;
  return signals.run(signal, work);
}

function tie(socket: Socket): void {
  const signal = signals.getStore();
  if (signal === undefined) return;
  const end = (): void => {
    socket.destroy();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end);
}

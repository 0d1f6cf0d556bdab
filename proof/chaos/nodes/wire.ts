import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can hold back all that passes, without a word to either side. */
export type Wire = Readonly<{ port: number; cut: (answersOnly: boolean) => void; heal: () => void; close: () => void }>;

export async function openWire(target: Readonly<{ host: string; port: number }>): Promise<Wire> {
  const sockets = new Set<Socket>();
  /** Those that answers come from. */
  const fars = new Set<Socket>();
  const orphans = new Set<Socket>();
  let isCut = false;
  let holds = (_: Socket): boolean => false;
  const server = createServer((near) => {
    const far = connect(target);
    fars.add(far);
    for (const socket of [near, far]) {
      sockets.add(socket);
      if (holds(socket)) socket.pause();
      socket.setNoDelay(true);
      socket.on('error', () => {});
    }
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => {
        sockets.delete(from);
        fars.delete(from);
        // What is cut off does not hear of the end either.
        if (!isCut) to.destroy();
        else orphans.add(to);
      });
    };
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: (answersOnly) => {
      isCut = true;
      holds = (socket) => !answersOnly || fars.has(socket);
      for (const socket of sockets) if (holds(socket)) socket.pause();
    },
    heal: () => {
      isCut = false;
      holds = () => false;
      for (const socket of orphans) socket.destroy();
      orphans.clear();
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

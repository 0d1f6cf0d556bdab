import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can hold back all that passes, without a word to either side. */
export type Wire = Readonly<{ port: number; cut: () => void; heal: () => void; close: () => void }>;

export async function openWire(target: Readonly<{ host: string; port: number }>): Promise<Wire> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(target);
    for (const socket of [near, far]) {
      sockets.add(socket);
      if (isCut) socket.pause();
      socket.setNoDelay(true);
      socket.on('error', () => {});
    }
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => {
        sockets.delete(from);
        // What is cut off does not hear of the end either.
        if (!isCut) to.destroy();
        else orphans.add(to);
      });
    };
    pass(near, far);
    pass(far, near);
  });
  const orphans = new Set<Socket>();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    heal: () => {
      isCut = false;
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

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

/** A connection on which a test writes bytes as it likes. */
export type Raw = Readonly<{
  socket: Socket;
  /** All that came back so far. */
  text: () => string;
  /** Resolves with all that came back, when the other side has ended the connection. */
  ended: () => Promise<string>;
  /** Resolves when what came back holds this. */
  gets: (part: string) => Promise<string>;
}>;

/** @param url of the server. @param text is sent at once. */
export async function openRaw(url: string, text: string): Promise<Raw> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let got = '';
  let isOver = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    got += chunk;
  });
  socket.on('error', () => {}); // The close that follows tells.
  socket.on('close', () => {
    isOver = true;
  });
  await once(socket, 'connect');
  socket.write(text);
  return {
    socket,
    text: () => got,
    ended: async () => {
      await until('the connection is ended', () => isOver);
      return got;
    },
    gets: (part) => until(`"${part}" comes`, () => got.includes(part) && got),
  };
}

/** The lines of a request, with the empty one at its end, and what follows. */
export const requestText = (lines: readonly string[], body = ''): string => [...lines, '', body].join('\r\n');

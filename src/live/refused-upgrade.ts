import type { Duplex } from 'node:stream';
import { type ErrorCode, errorBody } from '../contract/errors.ts';

/** Answers a request for a socket that is none, in the form of every other error, and ends the connection. */
export function refuseUpgrade(socket: Duplex, code: ErrorCode, message: string): void {
  const said = errorBody(code, message);
  const body = JSON.stringify(said);
  // It is nobody's any more: without this, a client that does not hang up keeps it, and the server from stopping.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${said.statusCode} ${said.error}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      'Sec-WebSocket-Version: 13',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

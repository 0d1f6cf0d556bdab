import type { Duplex } from 'node:stream';

/** An answer in the form of the contract. */
type Said = Readonly<{ statusCode: number; error: string }>;

/**
 * Answers what is no request that HTTP can make sense of, and what did not come in time, and ends the connection: where
 * the next request would begin, nobody can say.
 * @param say the answer for what Node calls the trouble.
 */
export function brokenRequests(say: (code: string) => Said): (error: Error, socket: Duplex) => void {
  return (error, socket) => {
    const code = 'code' in error ? String(error.code) : '';
    // Without this, an error of a connection that is already lost would be nobody's.
    socket.on('error', () => socket.destroy());
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    socket.once('finish', () => socket.destroy());
    socket.end(inHttp(say(code)));
  };
}

function inHttp(said: Said): string {
  const body = JSON.stringify(said);
  return [
    `HTTP/1.1 ${said.statusCode} ${said.error}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    '',
    body,
  ].join('\r\n');
}

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Conversation } from './house.ts';

/** A WebSocket on a bare TCP connection, for what no well-behaved client sends. */
export type RawSocket = Readonly<{
  wire: Socket;
  /** All that came, the answer to the handshake included. */
  received: () => Buffer;
  isClosed: () => boolean;
  /** The code of the close frame that came, if one came. */
  closeCode: () => number | null;
}>;

export type FrameOptions = Readonly<{ opcode?: number; fin?: boolean; length?: number }>;

/** One masked frame. @param length what the head says, when it is to lie. */
export function rawFrame(payload: string | Buffer, { opcode = 1, fin = true, length }: FrameOptions = {}): Buffer {
  const body = Buffer.from(payload);
  const said = length ?? body.length;
  const head = Buffer.alloc(said < 126 ? 2 : said < 65_536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | opcode;
  head[1] = 0x80 | (said < 126 ? said : said < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(said, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(said), 2);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

/** A TCP connection to the server on which nothing was said yet. */
export function openWire(base: string): Socket {
  const { hostname, port } = new URL(base);
  const wire = connect({ host: hostname, port: Number(port) });
  wire.on('error', () => {}); // The close that follows tells.
  return wire;
}

export const handshake = ({ id, token }: Conversation): string =>
  [
    ...[`GET /http/${id}/socket HTTP/1.1`, 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade'],
    ...[`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, 'Sec-WebSocket-Version: 13'],
    ...[`Sec-WebSocket-Protocol: baton.v1, ${token}`, '\r\n'],
  ].join('\r\n');

export function openRaw(base: string, session: Conversation): RawSocket {
  const wire = openWire(base);
  const chunks: Buffer[] = [];
  let closed = false;
  wire.on('data', (chunk: Buffer) => chunks.push(chunk));
  wire.on('close', () => {
    closed = true;
  });
  wire.write(handshake(session));
  const received = (): Buffer => Buffer.concat(chunks);
  return { wire, received, isClosed: () => closed, closeCode: () => closeCodeIn(received()) };
}

function closeCodeIn(received: Buffer): number | null {
  let place = received.indexOf('\r\n\r\n') + 4;
  while (place >= 4 && place + 2 <= received.length) {
    const short = (received[place + 1] ?? 0) & 0x7f;
    const start = place + (short < 126 ? 2 : short === 126 ? 4 : 10);
    if (start > received.length) return null;
    const length =
      short < 126
        ? short
        : short === 126
          ? received.readUInt16BE(place + 2)
          : Number(received.readBigUInt64BE(place + 2));
    if (((received[place] ?? 0) & 0xf) === 8) return received.length >= start + 2 ? received.readUInt16BE(start) : null;
    place = start + length;
  }
  return null;
}

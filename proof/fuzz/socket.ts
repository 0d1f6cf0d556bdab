import { connect, type Socket } from 'node:net';

/** How a socket went: the answer to the handshake, the text frames that came, and the close. */
export type Talk = Readonly<{
  status: number;
  head: string;
  /** What was answered when it was no socket; null where an answer has no body, for HEAD. */
  refusal: string | null;
  frames: readonly string[];
  code: number | null;
  pongs: number;
  isLate: boolean;
}>;

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export type FrameBits = Readonly<{ fin?: boolean; rsv?: number; opcode: number; masked?: boolean; announced?: number }>;

/** One frame as RFC 6455 writes it, or as it forbids. */
export function frameBytes(
  { fin = true, rsv = 0, opcode, masked = true, announced }: FrameBits,
  payload: Buffer,
): Buffer {
  const length = announced ?? payload.length;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const mark = masked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([first, mark | length])
      : length < 65_536
        ? Buffer.from([first, mark | 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([first, mark | 127]), sixtyFour(length)]);
  if (!masked) return Buffer.concat([head, payload]);
  const key = Buffer.from([1, 2, 3, 4]);
  const hidden = Buffer.from(payload);
  for (let index = 0; index < hidden.length; index += 1) hidden[index] = (hidden[index] ?? 0) ^ (key[index & 3] ?? 0);
  return Buffer.concat([head, key, hidden]);
}

function sixtyFour(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

const withinMs = 8_000;

/**
 * Sends a handshake and then, once it is answered with 101, all frames. Waits until the last of the pings that end them
 * is answered, or the socket is closed.
 * @param pings how many of them.
 */
export function talk(port: number, handshake: Buffer, frames: readonly Buffer[], pings: number): Promise<Talk> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const heard = new Heard(/^[\r\n]*HEAD /.test(handshake.toString('latin1', 0, 20)));
    const done = (isLate: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...heard.told(), isLate });
    };
    const timer = setTimeout(() => done(true), withinMs);
    socket.on('error', () => {}); // The close that follows tells.
    socket.on('close', () => done(false));
    socket.on('connect', () => socket.write(handshake));
    let sent = false;
    socket.on('data', (chunk) => {
      heard.take(chunk);
      if (heard.status === 101 && !sent) {
        sent = true;
        sendAll(socket, frames);
      }
      if (heard.isRefused || (heard.pongs >= pings && sent)) done(false);
      else if (heard.code !== null) socket.end();
    });
  });
}

function sendAll(socket: Socket, frames: readonly Buffer[]): void {
  socket.cork();
  for (const frame of frames) socket.write(frame);
  socket.uncork();
}

class Heard {
  status = 0;
  pongs = 0;
  code: number | null = null;
  #head = '';
  readonly #frames: string[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  readonly #isHead: boolean;

  constructor(isHead: boolean) {
    this.#isHead = isHead;
  }

  /** It was answered like any request, and the answer is whole. */
  get isRefused(): boolean {
    const length = Number(/^content-length: *(\d+)/im.exec(this.#head)?.[1] ?? Number.POSITIVE_INFINITY);
    return this.status > 101 && (this.#isHead || this.#bytes.length >= length);
  }

  told(): Omit<Talk, 'isLate'> {
    const refusal = this.#isHead ? null : this.status === 101 ? '' : this.#bytes.toString('utf8');
    return { status: this.status, head: this.#head, refusal, frames: this.#frames, code: this.code, pongs: this.pongs };
  }

  take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.status === 0) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#head = this.#bytes.toString('latin1', 0, end);
      this.status = Number(/^HTTP\/1\.1 (\d{3})/.exec(this.#head)?.[1] ?? -1);
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    if (this.status === 101) while (this.#frame());
  }

  #frame(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    const short = (bytes[1] ?? 0) & 127;
    const at = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < at) return false;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < at + length) return false;
    const payload = bytes.subarray(at, at + length);
    const opcode = (bytes[0] ?? 0) & 15;
    if (opcode === opcodes.text) this.#frames.push(payload.toString('utf8'));
    else if (opcode === opcodes.pong) this.pongs += 1;
    else if (opcode === opcodes.close) this.code = length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.#bytes = bytes.subarray(at + length);
    return this.#bytes.length > 0;
  }
}

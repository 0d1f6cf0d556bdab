import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export type LeanHandlers = Readonly<{ onFrame: (text: string) => void; onClosed: () => void }>;

const endOfHead = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

/** As little of a WebSocket client (RFC 6455) as it takes, so that ten thousand of them do not hide the server. */
export class LeanSocket {
  readonly #wire: Socket;
  readonly #handlers: LeanHandlers;
  #rest: Buffer = nothing;
  #isOpen = false;
  /** Why the server refused, for the report. */
  refusal: string | null = null;

  /** @param base of the server, such as http://127.0.0.1:3000. */
  constructor(base: string, path: string, token: string, handlers: LeanHandlers) {
    const { hostname, port, host } = new URL(base);
    this.#handlers = handlers;
    this.#wire = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#wire.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#wire.on('error', () => {}); // The close that follows tells.
    this.#wire.on('close', () => handlers.onClosed());
    this.#wire.write(
      [
        ...[`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Upgrade: websocket', 'Connection: Upgrade'],
        ...[`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, 'Sec-WebSocket-Version: 13'],
        ...[`Sec-WebSocket-Protocol: baton.v1, ${token}`, '\r\n'],
      ].join('\r\n'),
    );
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#wire.destroyed;
  }

  /** Reads no more; what comes waits in the kernel. */
  pause(): void {
    this.#wire.pause();
  }

  say(frame: object): void {
    this.#write(0x1, Buffer.from(JSON.stringify(frame)));
  }

  drop(): void {
    this.#wire.destroy();
  }

  #write(opcode: number, payload: Buffer): void {
    const length =
      payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
    // A mask of zeros is a mask, and leaves the payload as it is.
    this.#wire.write(Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), payload]));
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isOpen && !this.#opens()) return;
    for (;;) {
      const [head = 0, short = 0] = this.#rest;
      const start = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#rest.length < start) break;
      const length =
        short < 126 ? short : short === 126 ? this.#rest.readUInt16BE(2) : Number(this.#rest.readBigUInt64BE(2));
      if (this.#rest.length < start + length) break;
      const payload = this.#rest.subarray(start, start + length);
      this.#rest = this.#rest.subarray(start + length);
      this.#hear(head & 0xf, payload);
    }
    // Not to keep the whole of what was read for the end of it.
    this.#rest = this.#rest.length === 0 ? nothing : Buffer.from(this.#rest);
  }

  #opens(): boolean {
    const end = this.#rest.indexOf(endOfHead);
    if (end < 0) return false;
    const head = this.#rest.subarray(0, end).toString('latin1');
    this.#rest = this.#rest.subarray(end + 4);
    this.#isOpen = head.startsWith('HTTP/1.1 101');
    if (!this.#isOpen) {
      this.refusal = head.split('\r\n', 1)[0] ?? '';
      this.drop();
    }
    return this.#isOpen;
  }

  #hear(opcode: number, payload: Buffer): void {
    if (opcode === 0x1) this.#handlers.onFrame(payload.toString());
    else if (opcode === 0x9) this.#write(0xa, payload);
    else if (opcode === 0x8) {
      this.refusal = `closed with ${payload.readUInt16BE(0)}`;
      this.drop();
    }
  }
}

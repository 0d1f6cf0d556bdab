import { WebSocket } from 'ws';
import { closeCodes, type ServerFrame, subprotocol } from '../contract/frames.ts';
import type { Clock } from '../platform/clock.ts';
import { ChatError } from './server.ts';

export type EndUserParts = Readonly<{
  /** The address of the session's socket. */
  url: string;
  token: string;
  clock: Clock;
  /** Something came, so there is more in the log. */
  onNews: () => void;
  /** The socket is closed for good, though the session has not ended; a sentence. */
  onFault: (fault: string) => void;
}>;

const reconnectMs = 250;
const longestHandshakeMs = 10_000;
/** Refusals of a frame that pass by themselves. */
const passing: ReadonlySet<string> = new Set(['rate-limited', 'overloaded', 'stopping', 'unavailable', 'internal']);

type Waiting = Readonly<{ text: string; resolve: (seq: number) => void; reject: (error: Error) => void }>;

/** An end user at the socket: comes back with `after` when the line breaks, and repeats what was not accepted. */
export class EndUser {
  readonly #parts: EndUserParts;
  readonly #unaccepted = new Map<string, Waiting>();
  #socket: WebSocket | null = null;
  #lastSeq = 0;
  #left = false;
  #refusal: string | null = null;

  constructor(parts: EndUserParts) {
    this.#parts = parts;
  }

  connect(): void {
    const { url, token } = this.#parts;
    const after = this.#lastSeq === 0 ? '' : `?after=${this.#lastSeq}`;
    const socket = new WebSocket(url + after, [subprotocol, token], {
      perMessageDeflate: false,
      handshakeTimeout: longestHandshakeMs,
    });
    this.#socket = socket;
    socket.on('open', () => {
      for (const [id, { text }] of this.#unaccepted) this.#send({ type: 'message', id, text });
    });
    socket.on('message', (data) => this.#take(JSON.parse(data.toString()) as ServerFrame));
    socket.on('error', () => {}); // A line that breaks closes, and that is where it is taken up again.
    socket.on('close', (code) => this.#closed(code));
  }

  /** Sends a text under an id of its own, and again until it is accepted. @returns its seq. @throws ChatError. */
  say(id: string, text: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#unaccepted.set(id, { text, resolve, reject });
      this.#send({ type: 'message', id, text });
    });
  }

  /** Sends a frame that is not answered; `refusal` says what became of it if it was refused. */
  send(frame: object): boolean {
    this.#refusal = null;
    return this.#send(frame);
  }

  /** Why the last frame of those that are not answered was refused. */
  get refusal(): string | null {
    return this.#refusal;
  }

  close(): void {
    this.#left = true;
    this.#socket?.close();
    // Nobody reads any more, and a server that is gone would be waited for.
    this.#socket?.terminate();
  }

  #send(frame: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'accepted') {
      this.#unaccepted.get(frame.id)?.resolve(frame.seq);
      this.#unaccepted.delete(frame.id);
    } else if (frame.type === 'error') this.#refused(frame);
    else if ('seq' in frame) this.#lastSeq = Math.max(this.#lastSeq, frame.seq);
    this.#parts.onNews();
  }

  #refused({ code, message, id, retryAfter }: Extract<ServerFrame, { type: 'error' }>): void {
    const waiting = id === undefined ? undefined : this.#unaccepted.get(id);
    if (id === undefined || waiting === undefined) {
      this.#refusal = message;
    } else if (passing.has(code)) {
      const again = (): boolean => this.#send({ type: 'message', id, text: waiting.text });
      this.#parts.clock.after((retryAfter ?? 1) * 1000, again);
    } else {
      this.#unaccepted.delete(id);
      waiting.reject(new ChatError(message));
    }
  }

  #closed(code: number): void {
    if (this.#left) return;
    this.#parts.onNews();
    if (code === closeCodes.ended) this.#left = true;
    else if (code === closeCodes.token || code === closeCodes.notFound) {
      this.#left = true;
      this.#parts.onFault(`The server closed the socket with ${code}: it does not know this session any more.`);
    } else {
      this.#parts.clock.after(reconnectMs, () => {
        if (!this.#left) this.connect();
      });
    }
  }
}

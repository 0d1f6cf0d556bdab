import { WebSocket } from 'ws';
import { closeCodes, type ServerFrame, subprotocol } from '../contract/frames.ts';
import type { Clock } from '../platform/clock.ts';

export type EndUserParts = Readonly<{
  /** The address of the session's socket. */
  url: string;
  token: string;
  clock: Clock;
  /** Every frame of the server, in the order of arrival. */
  onFrame: (frame: ServerFrame) => void;
  /** The socket is closed for good: null when the session has ended, otherwise a sentence. */
  onClosed: (fault: string | null) => void;
}>;

const reconnectMs = 250;
const longestHandshakeMs = 10_000;
/** Refusals of a frame that pass by themselves. */
const passing: ReadonlySet<string> = new Set(['rate-limited', 'overloaded', 'stopping', 'internal']);

/** An end user at the socket: comes back with `after` when the line breaks, and repeats what was not accepted. */
export class EndUser {
  readonly #parts: EndUserParts;
  readonly #unaccepted = new Map<string, string>();
  #socket: WebSocket | null = null;
  #lastSeq = 0;
  #left = false;
  /** How often the line broke and was taken up again, and how often a frame was to be repeated. */
  retries = 0;

  constructor(parts: EndUserParts) {
    this.#parts = parts;
  }

  connect(): void {
    const { url, token, onFrame } = this.#parts;
    const after = this.#lastSeq === 0 ? '' : `?after=${this.#lastSeq}`;
    const socket = new WebSocket(url + after, [subprotocol, token], {
      perMessageDeflate: false,
      handshakeTimeout: longestHandshakeMs,
    });
    this.#socket = socket;
    socket.on('open', () => {
      for (const [id, text] of this.#unaccepted) this.#send(id, text);
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as ServerFrame;
      this.#take(frame);
      if (!this.#left) onFrame(frame);
    });
    socket.on('error', () => {}); // A line that breaks closes, and that is where it is taken up again.
    socket.on('close', (code) => this.#closed(code));
  }

  /** Sends a text under an id of its own, and again until it is accepted. */
  say(id: string, text: string): void {
    this.#unaccepted.set(id, text);
    this.#send(id, text);
  }

  /** Leaves, and hears nothing more. @param ending whether to end the session. */
  leave(ending: boolean): void {
    this.#left = true;
    if (ending && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send('{"type":"end"}');
    this.#socket?.close();
  }

  #send(id: string, text: string): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ type: 'message', id, text }));
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'accepted') this.#unaccepted.delete(frame.id);
    else if ('seq' in frame) this.#lastSeq = Math.max(this.#lastSeq, frame.seq);
    else if (frame.type === 'error') this.#refused(frame);
  }

  #refused({ code, message, id, retryAfter }: Extract<ServerFrame, { type: 'error' }>): void {
    if (!passing.has(code)) return this.#giveUp(`The server refused a frame: ${code}. ${message}`);
    const text = id === undefined ? undefined : this.#unaccepted.get(id);
    if (id === undefined || text === undefined) return;
    this.retries += 1;
    this.#parts.clock.after((retryAfter ?? 1) * 1000, () => this.#send(id, text));
  }

  #closed(code: number): void {
    if (this.#left) return;
    if (code === closeCodes.ended) return this.#giveUp(null);
    if (code === closeCodes.token || code === closeCodes.notFound) {
      return this.#giveUp(`The server closed the socket with ${code}.`);
    }
    this.retries += 1;
    this.#parts.clock.after(reconnectMs, () => {
      if (!this.#left) this.connect();
    });
  }

  #giveUp(fault: string | null): void {
    this.#left = true;
    this.#socket?.close();
    this.#parts.onClosed(fault);
  }
}

import { randomUUID } from 'node:crypto';
import { LeanSocket } from './lean-socket.ts';

type Frame = Readonly<{ type: string; seq?: number; text?: string; id?: string; code?: string; retryAfter?: number }>;

/** One end user over all their connections: what they were sent, and what they said and was not accepted yet. */
export class EndUser {
  readonly id: string;
  readonly token: string;
  /** Of all facts, in the order in which they came. */
  readonly seqs: number[] = [];
  readonly texts: string[] = [];
  readonly faults: string[] = [];
  readonly #owed = new Map<string, string>();
  #socket: LeanSocket | null = null;
  #startedAt = 0;
  #waits: { isMet: () => boolean; resolve: () => void }[] = [];
  #base = '';
  #isAway = false;
  /** From asking for the connection to the first frame, ms; null before it. */
  firstFrameMs: number | null = null;
  connections = 0;

  constructor(id: string, token: string) {
    this.id = id;
    this.token = token;
  }

  /** @param base of the server. */
  connect(base: string): void {
    this.#base = base;
    this.#isAway = false;
    this.#startedAt = performance.now();
    this.firstFrameMs = null;
    this.#open();
  }

  /** A machine that is too busy to read. */
  pause(): void {
    this.#socket?.pause();
  }

  leave(): void {
    this.#isAway = true;
    this.#socket?.drop();
    this.#socket = null;
  }

  /** Says it until it is accepted, on whatever connection, under one id. */
  say(text: string): void {
    const id = randomUUID();
    this.#owed.set(id, text);
    if (this.#socket?.isOpen) this.#socket.say({ type: 'message', id, text });
  }

  get owesNothing(): boolean {
    return this.#owed.size === 0;
  }

  until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waits.push({ isMet, resolve }));
  }

  hears(text: string): Promise<void> {
    return this.until(() => this.texts.includes(text));
  }

  #open(): void {
    this.connections += 1;
    const path = `/http/${this.id}/socket?after=${this.seqs.at(-1) ?? 0}`;
    const socket = new LeanSocket(this.#base, path, this.token, {
      onFrame: (text) => this.#socket === socket && this.#hear(JSON.parse(text) as Frame),
      onClosed: () => {
        if (this.#socket !== socket || this.#isAway) return;
        if (socket.refusal !== null && !/1012/.test(socket.refusal)) this.faults.push(socket.refusal);
        setTimeout(() => !this.#isAway && this.#open(), 50 + Math.random() * 200);
      },
    });
    this.#socket = socket;
    for (const [id, text] of this.#owed) socket.say({ type: 'message', id, text });
  }

  #hear(frame: Frame): void {
    this.firstFrameMs ??= performance.now() - this.#startedAt;
    if (frame.seq !== undefined && frame.type !== 'accepted') this.#take(frame.seq, frame);
    if (frame.type === 'accepted') this.#owed.delete(frame.id ?? '');
    if (frame.type === 'error') this.#refused(frame);
    const met = this.#waits.filter(({ isMet }) => isMet());
    if (met.length === 0) return;
    this.#waits = this.#waits.filter((wait) => !met.includes(wait));
    for (const { resolve } of met) resolve();
  }

  #take(seq: number, { type, text = '' }: Frame): void {
    if (seq <= (this.seqs.at(-1) ?? 0)) this.faults.push(`${seq} came after ${this.seqs.at(-1)}`);
    this.seqs.push(seq);
    if (type === 'message') this.texts.push(text);
  }

  #refused({ id = '', code = '', retryAfter = 0.1 }: Frame): void {
    const text = this.#owed.get(id);
    if (!['overloaded', 'unavailable', 'rate-limited'].includes(code) || text === undefined) {
      this.faults.push(code);
      return;
    }
    setTimeout(() => {
      if (this.#owed.has(id) && this.#socket?.isOpen) this.#socket.say({ type: 'message', id, text });
    }, retryAfter * 1000);
  }
}

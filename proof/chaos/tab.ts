import { WebSocket } from 'ws';
import type { Chance } from '../random.ts';
import type { Said, TabRecord, Trouble } from './record.ts';

/** The fields that the driver reads of a frame. */
export type ServerFrame = Readonly<{
  type: string;
  seq?: number;
  id?: string;
  from?: string;
  text?: string;
  owner?: string;
  status?: string;
  code?: string;
}>;

export type TabParts = Readonly<{
  url: string;
  session: Readonly<{ id: string; token: string }>;
  record: TabRecord;
  chance: Chance;
  isOneOfSeveral: boolean;
  /** A frame came that is a fact. */
  onFact: (frame: ServerFrame) => void;
  /** What was said here is settled, or another connection is needed: the end user may look again. */
  onChange: () => void;
  onAccepted: () => void;
  onTrouble: (kind: Trouble['kind'], what: string) => void;
}>;

/** Later is asked for by these; every other error refuses for good. */
const later: ReadonlySet<string> = new Set(['unavailable', 'overloaded', 'rate-limited', 'stopping', 'internal']);

const endedCode = 4410;
const unansweredMs = 20_000;
/** Who has several to choose from does not wait so long for one of them, but says so when none of them answers. */
const impatientMs = 8_000;
const hopelessMs = 90_000;
/** Between two connections, ms; doubled while there is none. */
const firstWaitMs = 50;
const longestWaitMs = 800;

/** One tab of an end user: it comes back by itself, after what it has, and says again what was not accepted. */
export class Tab {
  readonly #parts: TabParts;
  readonly #open: Map<string, Said> = new Map();
  #socket: WebSocket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #gone = false;
  #patience = true;
  #waitMs = firstWaitMs;
  connections = 0;

  constructor(parts: TabParts) {
    this.#parts = parts;
    this.#connect();
  }

  /** What was said here and not settled yet. */
  get open(): number {
    return this.#open.size;
  }

  say(said: Said): void {
    said.saidAt = performance.now();
    this.#open.set(said.id, said);
    this.#utter(said);
  }

  send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** Breaks the connection, as a phone in a tunnel does. */
  tear(): void {
    this.#socket?.terminate();
  }

  leave(): void {
    this.#gone = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  /** Something said long ago over a connection that stands, and neither accepted nor refused. */
  lookForSilence(now: number): void {
    if (this.#parts.isOneOfSeveral) return this.#lookImpatiently(now);
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const said of this.#open.values()) {
      if (now - said.sentAt < unansweredMs) continue;
      this.#parts.onTrouble('program', `"${said.id}" was not answered for ${unansweredMs} ms on an open socket.`);
      this.#utter(said);
    }
  }

  /** Whoever hears nothing connects anew, as docs/socket.md advises, and may come to another process. */
  #lookImpatiently(now: number): void {
    const waiting = [...this.#open.values()];
    const hopeless = waiting.find(({ saidAt }) => now - saidAt > hopelessMs);
    if (hopeless !== undefined && this.#patience) {
      this.#patience = false;
      this.#parts.onTrouble('program', `"${hopeless.id}" was not accepted within ${hopelessMs} ms by anybody.`);
    }
    const isOpen = this.#socket?.readyState === WebSocket.OPEN;
    if (isOpen && waiting.some(({ sentAt }) => now - sentAt > impatientMs)) this.tear();
  }

  #connect(): void {
    const { url, session, record, chance, isOneOfSeveral } = this.#parts;
    const after = record.frames.at(-1)?.seq ?? 0;
    const address = `${url.replace(/^http/, 'ws')}/http/${session.id}/socket?after=${after}`;
    const socket = new WebSocket(address, ['baton.v1', session.token], {
      perMessageDeflate: false,
      ...(isOneOfSeveral && { handshakeTimeout: impatientMs }),
    });
    this.#socket = socket;
    socket.on('error', () => {}); // The close that follows tells.
    socket.on('open', () => {
      this.connections += 1;
      this.#waitMs = firstWaitMs;
      for (const said of this.#open.values()) this.#utter(said);
      this.#parts.onChange();
    });
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as ServerFrame));
    socket.on('close', (code) => {
      if (code === endedCode) record.complete = true;
      this.#parts.onChange();
      if (this.#gone || code === endedCode) return;
      if (code === 4401 || code === 4404 || code === 4408 || code === 1008) {
        this.#parts.onTrouble('program', `${record.name} was closed with ${code}.`);
      }
      this.#timer = setTimeout(() => this.#connect(), this.#waitMs + chance.between(0, this.#waitMs));
      this.#waitMs = Math.min(this.#waitMs * 2, longestWaitMs);
    });
  }

  #utter(said: Said): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    said.sentAt = performance.now();
    this.#socket.send(JSON.stringify({ type: 'message', id: said.id, text: said.text }));
  }

  #take(frame: ServerFrame): void {
    const { record, onFact } = this.#parts;
    switch (frame.type) {
      case 'accepted':
        return this.#accept(frame.id ?? '', frame.seq ?? 0);
      case 'message':
        record.frames.push({ seq: frame.seq ?? 0, words: frame.text ?? '' });
        // The answer may be lost; one's own words in the stream say the same.
        if (frame.id !== undefined && this.#open.has(frame.id)) this.#accept(frame.id, frame.seq ?? 0);
        return onFact(frame);
      case 'session':
        record.frames.push({ seq: frame.seq ?? 0, words: null });
        return onFact(frame);
      case 'error':
        return this.#refuse(frame);
      default:
        return;
    }
  }

  #accept(id: string, seq: number): void {
    const said = this.#open.get(id);
    if (said === undefined) return;
    this.#open.delete(id);
    said.acceptedSeq = seq;
    this.#parts.onAccepted();
    this.#parts.onChange();
  }

  #refuse({ id = '', code = '' }: ServerFrame): void {
    const said = this.#open.get(id);
    if (said === undefined) {
      // A receipt is of what came here, and so it is never too early.
      if (code === 'seq-unknown') this.#parts.onTrouble('program', 'A receipt of what was sent was refused.');
      return;
    }
    if (later.has(code)) {
      if (code === 'internal' && this.#parts.isOneOfSeveral)
        this.#parts.onTrouble('program', `"${id}" was answered with ${code}.`);
      said.putOff = true;
      setTimeout(() => this.#open.has(id) && this.#utter(said), this.#parts.chance.between(100, 400));
      return;
    }
    if (code !== 'session-ended') this.#parts.onTrouble('program', `"${id}" was refused with ${code}.`);
    said.refused = true;
    this.#open.delete(id);
    this.#parts.onChange();
  }
}

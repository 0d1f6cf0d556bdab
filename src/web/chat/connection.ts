import type { ClientFrame, ServerFrame } from '../../contract/frames.ts';
import { backoffMs, newId } from '../parts/chance.ts';
import type { Store } from '../parts/store.ts';
import { openOneSession } from './chat-calls.ts';
import { type Conversation, type Happening, helpsToWait, isOver, type Line, lastHeard } from './conversation.ts';
import type { Kept, KeptSession } from './kept-session.ts';
import { Pulse } from './pulse.ts';
import { Sending } from './sending.ts';

/*
 * Holds the socket of one chat (contract 2.3).
 * 1. There is no session before the first line, and never two for one browser: tabs take turns in opening it.
 * 2. Whatever closes the socket, it comes back after the last seq that the stream told, except where the server says
 *    that it may not.
 * 3. Lines that are not accepted are sent again on every new socket, under their ids and in order (`Sending`).
 */

export const protocol = 'baton.v1';
export const closed = {
  ...{ token: 4401, notFound: 4404, slow: 4408, ended: 4410 },
  ...{ restart: 1012, later: 1013, idle: 1008 },
} as const;

const typingEveryMs = 3_000;
const typingFadesMs = 5_000;

export type ConnectionParts = Readonly<{
  agentId: string;
  store: Store<Conversation, Happening>;
  kept: Kept;
  /** Whether the visitor sees the conversation now. */
  isSeen: () => boolean;
}>;

export class Connection {
  readonly #parts: ConnectionParts;
  readonly #sending: Sending;
  readonly #pulse: Pulse;
  #session: KeptSession | null = null;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #fade: ReturnType<typeof setTimeout> | undefined;
  #told = { received: 0, read: 0, typingAt: 0 };
  #stopped = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#sending = new Sending({
      lines: () => parts.store.state().lines,
      isOpen: () => this.#socket?.readyState === WebSocket.OPEN,
      tell: (frame) => this.#tell(frame),
      onDead: () => this.lose(),
    });
    this.#pulse = new Pulse({ ask: () => this.#tell({ type: 'ping' }), onDead: () => this.lose() });
  }

  /** Goes on with the session that this browser has, if any. */
  start(): void {
    const { kept, store } = this.#parts;
    this.#stopped = false;
    const session = kept.session();
    const good = session !== null && Date.parse(session.expiresAt) > Date.now();
    if (session && !good) kept.keepSession(null);
    store.dispatch({ kind: 'restored', lines: kept.lines() });
    if (good) this.#connect(session);
    else if (kept.lines().length > 0) this.#notSent('interrupted', '');
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#fade);
    this.#drop();
  }

  /** Takes what the visitor wrote; it is sent when it can be. */
  say(text: string): void {
    const line: Line = { id: newId(), text, at: new Date().toISOString(), failure: null };
    this.#parts.store.dispatch({ kind: 'wrote', id: line.id, text, at: line.at });
    this.#parts.kept.addLine(line);
    this.#send();
  }

  /** Sends a line again that was refused. */
  sayAgain(id: string): void {
    const { store, kept } = this.#parts;
    const before = store.state().lines;
    store.dispatch({ kind: 'tried-again', id, newId: newId() });
    const line = store.state().lines[before.findIndex((one) => one.id === id)];
    if (line === undefined) return;
    kept.addLine(line);
    this.#send();
  }

  /** Tells that the visitor is typing, now and then. */
  typing(): void {
    if (Date.now() - this.#told.typingAt < typingEveryMs || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#told.typingAt = Date.now();
    this.#tell({ type: 'typing' });
  }

  /** Ends the conversation for the visitor, as soon as there is a connection to say so. */
  leave(): void {
    this.#sending.leave();
  }

  /** Forgets the session; the next line opens another. */
  startAnew(): void {
    const { kept, store } = this.#parts;
    kept.dropLines(kept.lines().map(({ id }) => id));
    kept.keepSession(null);
    this.#forget();
    store.dispatch({ kind: 'started-anew' });
  }

  /** Another tab opened a session: this one goes along. */
  follow(): void {
    const { kept, store } = this.#parts;
    const session = kept.session();
    // One that is only forgotten stays on show here.
    if (session === null || session.sessionId === this.#session?.sessionId) return;
    // Without a session here, what was written here has waited for this one.
    if (this.#session !== null) {
      this.#forget();
      store.dispatch({ kind: 'started-anew' });
      store.dispatch({ kind: 'restored', lines: kept.lines() });
    }
    this.#connect(session);
  }

  /** The network is back, or the visitor: no reason to wait any longer, or to trust a connection that was there before. */
  hurry(): void {
    const { link } = this.#parts.store.state();
    if (this.#socket?.readyState === WebSocket.OPEN) this.#pulse.feel();
    if (link !== 'lost' || this.#socket !== null) return;
    this.#attempt = 0;
    if (this.#session) this.#connect(this.#session);
    else this.#openLater(0);
  }

  /** The network is gone; the socket may not know yet. */
  lose(): void {
    if (this.#session === null || isOver(this.#parts.store.state())) return;
    this.#drop();
    this.#later(this.#session);
  }

  /** Sends the receipts that are due. */
  acknowledge(): void {
    const heard = lastHeard(this.#parts.store.state());
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (heard > this.#told.received) {
      this.#told.received = heard;
      this.#tell({ type: 'received', seq: heard });
    }
    if (heard > this.#told.read && this.#parts.isSeen()) {
      this.#told.read = heard;
      this.#tell({ type: 'read', seq: heard });
    }
  }

  #link(link: Conversation['link']): void {
    this.#parts.store.dispatch({ kind: 'linked', link });
  }

  #notSent(code: string, message: string): void {
    const { store, kept } = this.#parts;
    kept.dropLines(store.state().lines.map(({ id }) => id));
    store.dispatch({ kind: 'not-sent', code, message });
  }

  #send(): void {
    if (this.#session === null) void this.#open();
    else this.#sending.go();
  }

  #tell(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  async #open(): Promise<void> {
    const { agentId, kept, store } = this.#parts;
    if (store.state().link === 'starting') return;
    this.#link('starting');
    const answer = await openOneSession(agentId, kept);
    // Another tab may have been faster; this one went along.
    if (this.#stopped || this.#session !== null) return;
    switch (answer.kind) {
      case 'session':
        return this.#connect(answer.session);
      case 'refused':
        this.#link('idle');
        return this.#notSent('refused', answer.message);
      case 'busy':
        this.#link('busy');
        return this.#openLater(answer.waitMs);
      case 'unreachable':
        this.#link('lost');
        return this.#openLater(backoffMs(this.#attempt++));
    }
  }

  #openLater(waitMs: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#open(), waitMs);
  }

  #connect(session: KeptSession): void {
    clearTimeout(this.#retry);
    this.#drop();
    this.#session = session;
    if (this.#parts.store.state().link !== 'lost') this.#link('connecting');
    const url = new URL(`/http/${session.sessionId}/socket`, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('after', String(this.#parts.store.state().cursor));
    const socket = new WebSocket(url, [protocol, session.token]);
    this.#socket = socket;
    this.#pulse.connecting();
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(String(data)) as ServerFrame);
    socket.onclose = ({ code }) => this.#closed(session, code);
  }

  #opened(): void {
    this.#told = { received: 0, read: 0, typingAt: 0 };
    this.#link('open');
    this.#pulse.heard();
    this.#sending.opened();
  }

  #heard(frame: ServerFrame): void {
    const { store, kept } = this.#parts;
    this.#attempt = 0;
    this.#pulse.heard();
    if (frame.type === 'pong') return;
    store.dispatch({ kind: 'told', frame, at: Date.now() });
    this.#sending.heard(frame);
    if (frame.type === 'accepted' || (frame.type === 'message' && frame.id !== undefined))
      kept.dropLines([frame.id ?? '']);
    if (frame.type === 'error' && frame.id !== undefined && !helpsToWait(frame)) kept.dropLines([frame.id]);
    if (frame.type === 'typing') {
      clearTimeout(this.#fade);
      this.#fade = setTimeout(() => store.dispatch({ kind: 'typing-faded' }), typingFadesMs);
    }
    if (frame.type === 'message') this.acknowledge();
  }

  #closed(session: KeptSession, code: number): void {
    this.#socket = null;
    this.#pulse.rest();
    this.#sending.rest();
    if (code === closed.ended) return this.#finish('ended');
    if (code === closed.token || code === closed.notFound) return this.#finish('gone');
    this.#later(session);
  }

  #finish(link: 'ended' | 'gone'): void {
    this.#notSent('ended', '');
    this.#link(link);
    const { kept } = this.#parts;
    // Another tab may have opened a newer one meanwhile.
    if (link === 'gone' && kept.session()?.sessionId === this.#session?.sessionId) kept.keepSession(null);
  }

  #later(session: KeptSession): void {
    if (this.#stopped) return;
    this.#link('lost');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(session), backoffMs(this.#attempt++));
  }

  #forget(): void {
    clearTimeout(this.#retry);
    this.#drop();
    this.#sending.forget();
    this.#session = null;
    this.#attempt = 0;
  }

  /** Lets go of the socket; what it still says is not listened to. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#pulse.rest();
    this.#sending.rest();
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

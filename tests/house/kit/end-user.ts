import { WebSocket } from 'ws';
import type { MessageFrame, ServerFrame, SessionFrame } from '../../../src/contract/frames.ts';
import { until } from './until.ts';

export type SocketOptions = Readonly<{
  after?: number;
  /** Where the token goes; in the subprotocol list unless a test says otherwise. */
  tokenIn?: 'protocol' | 'query';
  origin?: string;
  /** More headers of the handshake. */
  headers?: Readonly<Record<string, string>>;
  /** Called before each look for a frame, for instance to let a hand clock ring. */
  nudge?: () => void;
}>;

export type Closing = Readonly<{ code: number; reason: string }>;

/** An end user's socket that keeps every frame it was sent. */
export type EndUser = Readonly<{
  socket: WebSocket;
  frames: readonly ServerFrame[];
  closed: Promise<Closing>;
  /** How the socket was closed, once it is. */
  ends: () => Promise<Closing>;
  isOpen: () => boolean;
  send: (frame: unknown) => void;
  say: (text: string, id?: string) => void;
  /** Resolves with the first frame, past or to come, that matches. */
  waitFor: (what: string, matches: (frame: ServerFrame) => boolean) => Promise<ServerFrame>;
  /** Resolves when a message of this text came. */
  hears: (text: string) => Promise<MessageFrame>;
  sees: (state: 'connecting' | 'connected' | 'ended', epoch?: number) => Promise<SessionFrame>;
  messages: () => readonly MessageFrame[];
  texts: () => readonly string[];
  errors: () => readonly Extract<ServerFrame, { type: 'error' }>[];
  lastSeq: () => number;
  close: () => Promise<void>;
}>;

let said = 0;

/** @param base http URL of the server. */
export function openSocket(
  base: string,
  sessionId: string,
  token: string,
  { after, tokenIn = 'protocol', origin, headers, nudge }: SocketOptions = {},
): EndUser {
  const url = new URL(`${base.replace(/^http/, 'ws')}/http/${sessionId}/socket`);
  if (after !== undefined) url.searchParams.set('after', String(after));
  if (tokenIn === 'query') url.searchParams.set('session_token', token);
  const protocols = tokenIn === 'protocol' ? ['baton.v1', token] : [];
  const socket = new WebSocket(url, protocols, {
    perMessageDeflate: false,
    ...(origin && { origin }),
    ...(headers && { headers }),
  });
  const frames: ServerFrame[] = [];
  const early: string[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as ServerFrame));
  socket.on('error', () => {}); // The close that follows tells.
  socket.on('open', () => {
    for (const text of early.splice(0)) socket.send(text);
  });
  const closed = new Promise<Closing>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  return { socket, frames, closed, ...reading({ frames, socket, closed, nudge }), ...writing(socket, early) };
}

function writing(socket: WebSocket, early: string[]): Pick<EndUser, 'send' | 'say'> {
  const send = (frame: unknown): void => {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    if (socket.readyState === socket.CONNECTING) early.push(text);
    else socket.send(text);
  };
  const nextId = (): string => {
    said += 1;
    return `m${said}`;
  };
  return { send, say: (text, id = nextId()) => send({ type: 'message', id, text }) };
}

type Reading = Omit<EndUser, 'socket' | 'frames' | 'closed' | 'send' | 'say'>;

type Heard = Pick<EndUser, 'frames' | 'socket' | 'closed'> & Readonly<{ nudge: SocketOptions['nudge'] }>;

function reading({ frames, socket, closed, nudge }: Heard): Reading {
  const waitFor: EndUser['waitFor'] = (what, matches) =>
    until(`the end user gets ${what}`, () => frames.find(matches), nudge).catch((error: Error) => {
      throw new Error(`${error.message} The last frames: ${JSON.stringify(frames.slice(-8))}`);
    });
  let closing: Closing | null = null;
  void closed.then((how) => {
    closing = how;
  });
  const messages = (): readonly MessageFrame[] => frames.filter((frame) => frame.type === 'message');
  return {
    waitFor,
    messages,
    ends: () => until<Closing | null>('the socket is closed', () => closing, nudge),
    isOpen: () => socket.readyState === socket.OPEN,
    hears: async (text) => {
      const frame = await waitFor(`"${text}"`, (one) => one.type === 'message' && one.text === text);
      return frame as MessageFrame;
    },
    sees: async (state, epoch = 1) => {
      const frame = await waitFor(`handoff ${epoch} ${state}`, (one) => {
        return one.type === 'session' && one.handoff?.epoch === epoch && one.handoff.state === state;
      });
      return frame as SessionFrame;
    },
    texts: () => messages().map(({ text }) => text),
    errors: () => frames.filter((frame) => frame.type === 'error'),
    lastSeq: () => Math.max(0, ...frames.map((frame) => ('seq' in frame ? frame.seq : 0))),
    close: async () => {
      if (socket.readyState === socket.CONNECTING || socket.readyState === socket.OPEN) socket.close();
      await closed;
    },
  };
}

import type { MessageFrame, ServerFrame, SessionFrame } from '../contract/frames.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import { EndUser } from './end-user.ts';
import { CallError, ServerClient } from './server-client.ts';

export type DemoOptions = Readonly<{
  /** The server's base URL. */
  url: string;
  /** A key with the scope init. */
  key: string;
  /** A virtual agent that asks, hands over, and says goodbye after the live agent handed back. */
  agentId: string;
  /** Takes a line for every utterance and every change of owner. */
  tell: (line: string) => void;
  clock?: Clock;
}>;

const withinMs = 15_000;
/** What the end user answers to the virtual agent's questions, and to the live agent's messages. */
const toVirtualAgent = ['Ada', 'My wifi is down since this morning'];
const toLiveAgent = ['It blinks orange.', 'bye'];

const speakers = { virtual_agent: 'virtual agent', live_agent: 'live agent', user: 'end user' } as const;
const nameWidth = 13;

/**
 * Plays an end user through one whole session: the virtual agent, a handoff to a live agent and back.
 * @returns whether the session came to its end within 15 s; when not, a sentence was told.
 */
export async function playDemoConversation(options: DemoOptions): Promise<boolean> {
  const { url, key, agentId, tell, clock = systemClock() } = options;
  const client = new ServerClient({ url, key, clock, connections: 1, patienceMs: withinMs });
  try {
    const body = { agent_id: agentId };
    const answer = await client.call({ method: 'POST', path: '/http/init', body });
    const { session_id: sessionId, session_token: token } = answer as { session_id: string; session_token: string };
    const fault = await talk(client.socketUrl(sessionId), token, clock, tell);
    if (fault !== null) tell(`— ${fault} —`);
    return fault === null;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    tell(`— No conversation could be opened. ${error.message} —`);
    return false;
  } finally {
    await client.close();
  }
}

/** @returns a sentence when the session did not come to its end. */
function talk(url: string, token: string, clock: Clock, tell: (line: string) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const script = new Script(tell, (id, text) => endUser.say(id, text));
    const done = (fault: string | null): void => {
      cancel();
      endUser.leave(fault !== null);
      resolve(fault);
    };
    const onFrame = (frame: ServerFrame): void => script.take(frame);
    const endUser = new EndUser({ url, token, clock, onFrame, onClosed: done });
    const cancel = clock.after(withinMs, () => done(`Nothing more came within ${withinMs / 1000} s.`));
    endUser.connect();
  });
}

/** Tells what is seen at the socket, and answers. */
class Script {
  readonly #tell: (line: string) => void;
  readonly #say: (id: string, text: string) => void;
  readonly #replies = { virtual_agent: [...toVirtualAgent], live_agent: [...toLiveAgent] };
  #said = 0;
  #owner: SessionFrame['owner'] | null = null;

  constructor(tell: (line: string) => void, say: (id: string, text: string) => void) {
    this.#tell = tell;
    this.#say = say;
  }

  take(frame: ServerFrame): void {
    if (frame.type === 'message') this.#hear(frame);
    else if (frame.type === 'session') this.#change(frame);
  }

  #hear({ from, text }: MessageFrame): void {
    this.#tell(`${speakers[from].padEnd(nameWidth)} │ ${text}`);
    if (from === 'user' || (from === 'virtual_agent' && !text.includes('?'))) return;
    const reply = this.#replies[from].shift();
    if (reply === undefined) return;
    this.#said += 1;
    this.#say(`demo-${this.#said}`, reply);
  }

  #change({ status, owner, handoff }: SessionFrame): void {
    const before = this.#owner;
    this.#owner = owner;
    if (status === 'ENDED') return this.#tell('— the session has ended —');
    if (before === null || owner === before) return;
    const who = owner === 'live_agent' ? 'a live agent takes over' : 'the virtual agent goes on';
    this.#tell(`— ${who}${handoff === undefined ? '' : ` (handoff ${handoff.epoch})`} —`);
  }
}

import { frameOf } from '../../../../src/contract/frames.ts';
import type { Fact, SessionEvent } from '../../../../src/core/events.ts';
import { replay } from '../../../../src/core/evolve.ts';
import type { Flow } from '../../../../src/core/flow/flow.ts';
import type { Session } from '../../../../src/core/session.ts';
import type { Call, DiskCall, Request, Witness } from '../../witness.ts';
import { createModel } from '../model.ts';

/** What one telling of a history does. */
export type Telling = (history: History) => void;

/** Tellings by name, in order. */
export type Script = Readonly<Record<string, Telling>>;

export const id = '01a210ab-6bf2-73df-9327-dcb5a4eea4bd';

export const flow: Flow = {
  name: 'Support',
  start: 'greet',
  nodes: {
    greet: { type: 'send-message', text: 'Hi', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'ISSUE', outputs: { default: 'human' } },
    human: {
      type: 'live-agent-routing',
      startConnectionUrl: 'https://desk/start',
      inboundTransferUrl: 'https://desk/inbound',
      statusDeliveryUrl: 'https://desk/status',
      endedUrl: 'https://desk/ended',
      eachResponseWithin: 600,
      outputs: { failed: 'ask' },
    },
  },
};

/** A history that is told to the model by hand. */
export class History {
  readonly events: SessionEvent[] = [];
  now = 1_800_000_000_000;
  time = 0;
  /** The state that the next flush is said to have; otherwise what the real fold makes of the log. */
  session: Session | null = null;
  readonly model: Witness;
  #attempts = 0;

  constructor() {
    this.model = createModel({ time: () => this.time, now: () => this.now }, { isDiligent: false });
  }

  pass(ms: number): void {
    this.now += ms;
    this.time += ms;
    this.model.stepped();
  }

  /** One commit, a second after what was before. */
  flush(...facts: readonly Fact[]): void {
    this.pass(1_000);
    const fresh = facts.map((fact, index) => ({ ...fact, seq: this.events.length + 1 + index, at: this.now }));
    this.events.push(...fresh);
    this.tellFlushed(fresh);
  }

  tellFlushed(events: readonly SessionEvent[]): void {
    const session = this.session ?? replay(this.events);
    if (session === null) throw new Error('The history has no beginning.');
    this.model.flushed(session, events);
  }

  say(messageId: string, text: string): void {
    this.model.frameSaid(1, id, { type: 'message', id: messageId, text });
  }

  accept(messageId: string, seq: number): void {
    this.model.frameSent(1, { type: 'accepted', id: messageId, seq });
  }

  /** Sends the frames of events, those that have one. */
  show(...seqs: readonly number[]): void {
    for (const seq of seqs) {
      const event = this.events[seq - 1];
      const frame = event === undefined ? null : frameOf(event);
      if (frame !== null) this.model.frameSent(1, frame);
    }
  }

  leave(name: string, url: string, body: object): Call {
    const webhookId = `${id}-${name}`;
    this.#attempts += 1;
    const call = { id: this.#attempts, by: 0, url: `https://desk/${url}`, webhookId, body: JSON.stringify(body) };
    this.model.called(call);
    return call;
  }

  /** A call that leaves, arrives and is answered. */
  call(name: string, url: string, body: object, status = 200): void {
    const call = this.leave(name, url, body);
    this.model.arrived(call);
    this.model.heard(call, status);
  }

  at(seq: number): string {
    return new Date(this.events[seq - 1]?.at ?? 0).toISOString();
  }
}

export const started: Fact = {
  ...{ kind: 'session-started', sessionId: id, virtualAgentId: 'va', flowVersion: 1 },
  ...{ expiresAt: 1_800_000_000_000 + 86_400_000, parameters: {} },
};

const limits = { waitingMs: 25_000_000, eachMs: 600_000 };

/** @param after ms since the last commit. */
export const requested = (history: History, epoch: number, lastSeq: number, after = 1_000): Fact => ({
  ...{ kind: 'handoff-requested', epoch, node: 'human', lastSeq, limits },
  ...{ connectBy: history.now + after + 30_000, respondBy: history.now + after + 25_000_000 },
  ...{ reportsStatus: true, saveChat: true, capitalised: false, parameters: [] },
});

export const request = (n: number, operation: string, body: Request['body'], key: string | null = null): Request => ({
  ...{ id: n, operation, body, key },
  sessionId: operation === 'init' ? null : id,
});

/** @param name `lane-seq-part kind state`. */
export function disk(...names: readonly string[]): readonly DiskCall[] {
  return names.map((name) => {
    const [place = '', kind, state = 'delivered'] = name.split(' ') as [string, DiskCall['kind'], DiskCall['state']?];
    const [lane = '', seq, part] = place.split('-');
    return { sessionId: id, lane, seq: Number(seq), part: Number(part), kind, state, replayed: false };
  });
}

/** Tells a script in which some tellings are replaced, or left out where they are null. */
export function tell(script: Script, wound: Readonly<Record<string, Telling | null>> = {}): void {
  const history = new History();
  for (const name of Object.keys(wound)) if (!Object.hasOwn(script, name)) throw new Error(`No telling "${name}".`);
  for (const telling of Object.values({ ...script, ...wound })) telling?.(history);
}

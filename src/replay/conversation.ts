import type { MessageFrame, ServerFrame, SessionFrame } from '../contract/frames.ts';
import type { Clock } from '../platform/clock.ts';
import { stopwatch } from '../platform/stopwatch.ts';
import { Checklist, type Fault } from './checklist.ts';
import type { DeskCall } from './desk.ts';
import type { Dialogue, Turn } from './dialogues.ts';
import { EndUser } from './end-user.ts';
import type { Latencies } from './latencies.ts';
import type { ServerClient } from './server-client.ts';
import { compareTranscript } from './transcript.ts';

/** How long messages took, over all conversations. */
export type Measures = Readonly<{
  /** From the end user's `accepted` (their sending, when the desk was faster) to the arrival at the desk. */
  acceptedToDesk: Latencies;
  /** From the end user's sending to the arrival at the desk. */
  sentToDesk: Latencies;
  /** From the live agent's outbound call to the arrival at the end user. */
  outboundToUser: Latencies;
}>;

export type ConversationParts = Readonly<{
  client: ServerClient;
  clock: Clock;
  measures: Measures;
  /** Whether outbound carries an Idempotency-Key, so that it can be repeated when a connection broke. */
  idempotent: boolean;
  /** Takes the first difference of a conversation. */
  report: (fault: Fault) => void;
  /** A call to the desk came that had come before. */
  repeated: () => void;
}>;

/** The session that a dialogue is played in. */
export type Opened = Readonly<{ sessionId: string; token: string }>;

/** Ends the playing of a dialogue; the fault has been reported. */
class Abandoned extends Error {}

/** Plays one dialogue through one session, both sides of it, and verifies what each side hears. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #dialogue: Dialogue;
  readonly #sessionId: string;
  readonly #endUser: EndUser;
  readonly #atDesk: Checklist;
  readonly #atUser: Checklist;
  readonly #echoes: Checklist;
  readonly #webhooks = new Set<string>();
  /** When each text of the end user was sent, accepted and arrived; when each of the live agent was sent. */
  readonly #times = {
    sent: [] as number[],
    accepted: [] as number[],
    arrived: [] as number[],
    outbound: [] as number[],
  };
  /** What has happened so far. */
  readonly #seen = { handedOver: false, started: false, handedBack: false, userDone: false, deskDone: false };
  #fault: Fault | null = null;
  #wake: (() => void) | null = null;
  #lastNewsAt: number;

  constructor(parts: ConversationParts, dialogue: Dialogue, { sessionId, token }: Opened) {
    const texts = (side: Turn['from']): string[] =>
      dialogue.turns.filter(({ from }) => from === side).map(({ text }) => text);
    this.#parts = parts;
    this.#dialogue = dialogue;
    this.#sessionId = sessionId;
    this.#atDesk = new Checklist('at the desk', texts('user'));
    this.#atUser = new Checklist('at the end user', texts('live_agent'));
    this.#echoes = new Checklist("at the end user, of the end user's own", texts('user'));
    this.#lastNewsAt = parts.clock.now();
    this.#endUser = new EndUser({
      ...{ url: parts.client.socketUrl(sessionId), token, clock: parts.clock },
      onFrame: (frame) => this.#news(this.#hearAtUser(frame)),
      onClosed: (fault) => this.#news(this.#hearClose(fault)),
    });
  }

  /** Texts that have arrived where they should. */
  get messages(): number {
    return this.#atDesk.heard + this.#atUser.heard;
  }

  /** Times that the end user's line broke or a frame of theirs was to be repeated. */
  get retries(): number {
    return this.#endUser.retries;
  }

  /** Plays the dialogue to its end or to the first difference, which is reported. */
  async play(): Promise<void> {
    try {
      this.#endUser.connect();
      await this.#until(() => this.#seen.handedOver);
      for (const { from, text } of this.#dialogue.turns) {
        if (from === 'user') await this.#sayAsUser(text);
        else await this.#sayAsLiveAgent(text);
      }
      await this.#until(() => this.#atDesk.complete && this.#atUser.complete);
      await this.#handBack();
      const report = await this.#call('GET', `/insights/sessions/${this.#sessionId}`);
      this.#news(compareTranscript(this.#dialogue, report));
    } catch (error) {
      if (!(error instanceof Abandoned)) this.#news(callFault(error));
    } finally {
      this.#endUser.leave(this.#fault !== null);
    }
  }

  /** Takes a call to the desk. @returns the status to answer with. */
  hearAtDesk(call: DeskCall): number {
    if (this.#webhooks.has(call.webhookId)) this.#parts.repeated();
    else {
      this.#webhooks.add(call.webhookId);
      this.#news(this.#seen.deskDone ? this.#atDesk.fault('nothing after ended', call.body) : this.#takeCall(call));
    }
    return 200;
  }

  /** Gives up when nothing has come for longer than patience has it. */
  checkPatience(patienceMs: number): void {
    if (this.#parts.clock.now() - this.#lastNewsAt <= patienceMs) return;
    this.#news(this.#lacking(`nothing within ${patienceMs / 1000} s`));
  }

  async #sayAsUser(text: string): Promise<void> {
    const { sent, accepted, outbound } = this.#times;
    await this.#until(() => this.#atUser.heard === outbound.length);
    const index = sent.push(stopwatch()) - 1;
    this.#endUser.say(String(index), text);
    await this.#until(() => accepted[index] !== undefined);
  }

  async #sayAsLiveAgent(text: string): Promise<void> {
    const { sent, outbound } = this.#times;
    await this.#until(() => this.#seen.started && this.#atDesk.heard === sent.length);
    const index = outbound.push(stopwatch()) - 1;
    const key = this.#parts.idempotent ? { idempotencyKey: `turn-${index}`, repeatable: true } : {};
    const path = `/live-agent/outbound/${this.#sessionId}`;
    await this.#parts.client.call({ method: 'POST', path, body: { text }, ...key });
  }

  async #handBack(): Promise<void> {
    this.#seen.handedBack = true;
    await this.#call('POST', `/live-agent/disconnect/${this.#sessionId}`, {});
    await this.#until(() => this.#seen.userDone && this.#seen.deskDone);
  }

  #call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    return this.#parts.client.call({ method, path, repeatable: true, ...(body && { body }) });
  }

  async #until(met: () => boolean): Promise<void> {
    for (;;) {
      if (this.#fault !== null) throw new Abandoned();
      if (met()) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Something happened; of faults the first counts. */
  #news(fault: Fault | null): void {
    this.#lastNewsAt = this.#parts.clock.now();
    if (fault !== null && this.#fault === null) {
      this.#fault = fault;
      this.#parts.report(fault);
    }
    this.#wake?.();
  }

  #hearAtUser(frame: ServerFrame): Fault | null {
    switch (frame.type) {
      case 'accepted':
        return this.#accepted(Number(frame.id));
      case 'message':
        return this.#hearMessage(frame);
      case 'session':
        return this.#atUser.pass(frame.seq) ?? this.#hearSession(frame);
      default:
        return null;
    }
  }

  #hearMessage({ from, text, seq }: MessageFrame): Fault | null {
    if (from === 'user') return this.#atUser.pass(seq) ?? this.#echoes.hear(text, seq);
    if (from !== 'live_agent') return this.#atUser.fault('nobody but the live agent', `${from}: ${text}`);
    const fault = this.#atUser.hear(text, seq);
    const sentAt = this.#times.outbound[this.#atUser.heard - 1];
    if (sentAt === undefined) return fault ?? this.#atUser.fault('nothing before it is sent', text);
    this.#parts.measures.outboundToUser.add(stopwatch() - sentAt);
    return fault;
  }

  #hearSession({ status, owner, handoff, reason }: SessionFrame): Fault | null {
    if (owner === 'live_agent') this.#seen.handedOver = true;
    const over = status === 'ENDED' || (this.#seen.handedOver && owner !== 'live_agent');
    if (!over || this.#seen.handedBack) return null;
    const state = handoff === undefined ? status : `handoff ${handoff.state}`;
    return this.#atUser.fault('the live agent to own the session', `${state}, ${reason ?? 'no reason'}`);
  }

  #hearClose(fault: string | null): Fault | null {
    if (fault === null && this.#seen.handedBack) this.#seen.userDone = true;
    else return this.#atUser.fault('the socket to stay open', fault ?? 'The session ended.');
    return null;
  }

  #takeCall({ kind, body }: DeskCall): Fault | null {
    if (kind === 'start') return this.#start(body.handoff, body.history);
    if (!this.#seen.started) return this.#atDesk.fault('start first', kind);
    if (body.epoch !== 1) return this.#atDesk.fault('epoch 1', `epoch ${String(body.epoch)}`);
    if (kind === 'ended') {
      if (body.reason !== 'disconnected') return this.#atDesk.fault('ended, disconnected', body.reason);
      this.#seen.deskDone = true;
      return this.#atDesk.complete ? null : this.#lacking('ended');
    }
    const fault = this.#atDesk.follow(body.previousSeq) ?? this.#atDesk.hear(body.text, body.seq);
    this.#arrived(this.#atDesk.heard - 1);
    return fault;
  }

  #start(handoff: unknown, history: unknown): Fault | null {
    if (this.#seen.started) return this.#atDesk.fault('one start call', 'another one');
    const { epoch, lastSeq } = (handoff ?? {}) as { epoch?: unknown; lastSeq?: unknown };
    const { transcription } = (history ?? {}) as { transcription?: unknown };
    if (epoch !== 1 || typeof lastSeq !== 'number') return this.#atDesk.fault('handoff 1 and its lastSeq', handoff);
    if (JSON.stringify(transcription) !== '[]') return this.#atDesk.fault('an empty transcription', transcription);
    this.#atDesk.beginAfter(lastSeq);
    this.#seen.started = true;
    return null;
  }

  #accepted(index: number): Fault | null {
    const { sent, accepted, arrived } = this.#times;
    if (sent[index] === undefined) return this.#atUser.fault('accepted for what was sent', `accepted for ${index}`);
    if (accepted[index] !== undefined) return null;
    accepted[index] = stopwatch();
    if (arrived[index] !== undefined) this.#measure(index);
    return null;
  }

  #arrived(index: number): void {
    const { accepted, arrived } = this.#times;
    if (index < 0 || arrived[index] !== undefined) return;
    arrived[index] = stopwatch();
    if (accepted[index] !== undefined) this.#measure(index);
  }

  #measure(index: number): void {
    const { sent, accepted, arrived } = this.#times;
    const [sentAt = 0, acceptedAt = 0, arrivedAt = 0] = [sent[index], accepted[index], arrived[index]];
    this.#parts.measures.sentToDesk.add(arrivedAt - sentAt);
    this.#parts.measures.acceptedToDesk.add(arrivedAt - (acceptedAt < arrivedAt ? acceptedAt : sentAt));
  }

  /** What should have come when `got` came instead. */
  #lacking(got: string): Fault {
    const { sent, accepted, outbound } = this.#times;
    if (this.#atUser.heard < outbound.length) return this.#atUser.fault(this.#atUser.next ?? 'a text', got);
    if (this.#atDesk.heard < sent.length) return this.#atDesk.fault(this.#atDesk.next ?? 'a text', got);
    if (accepted.length < sent.length) return this.#atUser.fault('accepted', got);
    const { handedOver, started, userDone } = this.#seen;
    if (!handedOver) return this.#atUser.fault('the live agent to take over', got);
    if (!started) return this.#atDesk.fault('the start call', got);
    return userDone ? this.#atDesk.fault('ended', got) : this.#atUser.fault('the end of the session', got);
  }
}

function callFault(error: unknown): Fault {
  const got = error instanceof Error ? error.message : String(error);
  return { where: 'in a call to the server', expected: 'success', got };
}

import { type Clock, systemClock } from '../platform/clock.ts';
import { stopwatch } from '../platform/stopwatch.ts';
import type { Fault } from './checklist.ts';
import { Conversation, type Measures, type Opened } from './conversation.ts';
import { Desk } from './desk.ts';
import type { Dialogue } from './dialogues.ts';
import { Latencies, type Quantiles } from './latencies.ts';
import { agentId, publishAgent } from './publish-agent.ts';
import { ServerClient } from './server-client.ts';

export type ReplayOptions = Readonly<{
  /** The server's base URL. */
  url: string;
  /** Base URLs of further instances of it: calls and sockets go to all in turns. */
  others?: readonly string[];
  /** A key with the scopes init, live-agent, manage and read. */
  key: string;
  dialogues: readonly Dialogue[];
  /** How often all dialogues are played; 1 by default. */
  repeat?: number;
  /** Conversations at once; 50 by default. */
  sessions?: number;
  /** The address under which the server reaches this machine; the loopback address by default. */
  deskHost?: string | null;
  /** Whether outbound carries an Idempotency-Key, which lets it outlive a broken connection; true by default. */
  idempotent?: boolean;
  /** Whether a server that signs no calls is taken too; false by default. */
  unsigned?: boolean;
  /** How long nothing may come before a conversation is given up, ms; 60 s by default. */
  patienceMs?: number;
  clock?: Clock;
  progress?: (progress: Progress) => void;
}>;

export type Progress = Readonly<{
  conversations: number;
  ofConversations: number;
  messages: number;
  differences: number;
  elapsedMs: number;
}>;

/** A conversation that did not go as its dialogue has it. */
export type Difference = Readonly<{ dialogue: string; session: string }> & Fault;

export type ReplayReport = Readonly<{
  /** Conversations that were played, with or without a difference. */
  conversations: number;
  /** Conversations that were not begun because too many before them differed. */
  skipped: number;
  messages: number;
  /** Calls to the desk under a webhook-id that had come before. */
  repeats: number;
  /** Times that this side had to call, send or connect again. */
  retries: number;
  /** Conversations that differed. */
  differing: number;
  /** The first of them. */
  differences: readonly Difference[];
  elapsedMs: number;
  messagesPerSecond: number;
  acceptedToDesk: Quantiles;
  sentToDesk: Quantiles;
  outboundToUser: Quantiles;
}>;

const tickMs = 250;
const mostShown = 10;
/** After this many differences no further conversation is begun. */
const mostDiffering = 100;
const mostConnections = 256;

/**
 * Plays dialogues through a running server, both sides of each, and verifies that every text arrives exactly once, in
 * order and unchanged.
 * @throws ReplayError with a sentence when it cannot begin.
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { url, others = [], key, sessions = 50, patienceMs = 60_000, deskHost = null } = options;
  const clock = options.clock ?? systemClock();
  const connections = Math.min(sessions, mostConnections);
  const client = new ServerClient({ url, others, key, clock, patienceMs, connections });
  const desk = new Desk();
  try {
    const deskUrl = await desk.listen(deskHost);
    const secrets = await publishAgent(client, url, deskUrl);
    desk.trust(secrets.length === 0 && options.unsigned === true ? null : secrets);
    return await new Run(options, clock, client, desk).play(sessions, patienceMs);
  } finally {
    await client.close();
    await desk.close();
  }
}

class Run {
  readonly #options: ReplayOptions;
  readonly #clock: Clock;
  readonly #client: ServerClient;
  readonly #desk: Desk;
  readonly #total: number;
  readonly #playing = new Set<Conversation>();
  readonly #measures: Measures = {
    acceptedToDesk: new Latencies(),
    sentToDesk: new Latencies(),
    outboundToUser: new Latencies(),
  };
  readonly #differences: Difference[] = [];
  #next = 0;
  #played = 0;
  #messages = 0;
  #repeats = 0;
  #retries = 0;
  #differing = 0;

  constructor(options: ReplayOptions, clock: Clock, client: ServerClient, desk: Desk) {
    this.#options = options;
    this.#clock = clock;
    this.#client = client;
    this.#desk = desk;
    this.#total = options.dialogues.length * (options.repeat ?? 1);
  }

  async play(sessions: number, patienceMs: number): Promise<ReplayReport> {
    const startedAt = stopwatch();
    let cancel = (): void => {};
    const tick = (): void => {
      for (const conversation of this.#playing) conversation.checkPatience(patienceMs);
      this.#tell(startedAt);
      cancel = this.#clock.after(tickMs, tick);
    };
    tick();
    try {
      await Promise.all(Array.from({ length: Math.min(sessions, this.#total) }, () => this.#work()));
    } finally {
      cancel();
    }
    this.#tell(startedAt);
    return this.#report(stopwatch() - startedAt);
  }

  /** Plays one conversation after the other. */
  async #work(): Promise<void> {
    const { dialogues } = this.#options;
    while (this.#next < this.#total && this.#differing < mostDiffering) {
      const dialogue = dialogues[this.#next % dialogues.length];
      this.#next += 1;
      if (dialogue !== undefined) await this.#playOne(dialogue);
    }
  }

  async #playOne(dialogue: Dialogue): Promise<void> {
    const opened = await this.#open(dialogue);
    if (opened !== null) {
      const conversation = this.#conversation(dialogue, opened);
      this.#playing.add(conversation);
      await conversation.play();
      this.#playing.delete(conversation);
      this.#messages += conversation.messages;
      this.#retries += conversation.retries;
    }
    this.#played += 1;
  }

  #conversation(dialogue: Dialogue, opened: Opened): Conversation {
    const parts = {
      ...{ client: this.#client, clock: this.#clock, measures: this.#measures },
      idempotent: this.#options.idempotent ?? true,
      report: (fault: Fault) => this.#differs(dialogue, opened.sessionId, fault),
      repeated: () => {
        this.#repeats += 1;
      },
    };
    const conversation = new Conversation(parts, dialogue, opened);
    this.#desk.expect(opened.sessionId, (call) => conversation.hearAtDesk(call));
    return conversation;
  }

  async #open(dialogue: Dialogue): Promise<Opened | null> {
    try {
      const body = { agent_id: agentId };
      const answer = await this.#client.call({ method: 'POST', path: '/http/init', body, repeatable: true });
      const { session_id: sessionId, session_token: token } = (answer ?? {}) as Record<string, unknown>;
      if (typeof sessionId === 'string' && typeof token === 'string') return { sessionId, token };
      throw new Error('POST /http/init gave no session_id and session_token.');
    } catch (error) {
      const got = error instanceof Error ? error.message : String(error);
      this.#differs(dialogue, '', { where: 'at the opening', expected: 'a session', got });
      return null;
    }
  }

  #differs({ id }: Dialogue, session: string, fault: Fault): void {
    this.#differing += 1;
    if (this.#differences.length < mostShown) this.#differences.push({ dialogue: id, session, ...fault });
  }

  #tell(startedAt: number): void {
    let messages = this.#messages;
    for (const conversation of this.#playing) messages += conversation.messages;
    this.#options.progress?.({
      ...{ conversations: this.#played, ofConversations: this.#total, messages, differences: this.#differing },
      elapsedMs: stopwatch() - startedAt,
    });
  }

  #report(elapsedMs: number): ReplayReport {
    const { acceptedToDesk, sentToDesk, outboundToUser } = this.#measures;
    if (this.#desk.refused > 0) {
      const got = `${this.#desk.refused} calls that it had to refuse. ${this.#desk.refusal}`;
      this.#differing += 1;
      this.#differences.push({ dialogue: '', session: '', where: 'at the desk', expected: 'signed calls', got });
    }
    return {
      ...{ conversations: this.#played, skipped: this.#total - this.#played, messages: this.#messages },
      ...{ repeats: this.#repeats, retries: this.#retries + this.#client.retries },
      ...{ differing: this.#differing, differences: this.#differences },
      ...{ elapsedMs, messagesPerSecond: (this.#messages * 1000) / elapsedMs },
      acceptedToDesk: acceptedToDesk.quantiles(),
      sentToDesk: sentToDesk.quantiles(),
      outboundToUser: outboundToUser.quantiles(),
    };
  }
}

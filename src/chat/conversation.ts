import type { LoggedEvent } from '../contract/manage.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { EndUser } from './end-user.ts';
import { atFirst, describeUnrest, isAtRest, type Rest, restAfter } from './rest.ts';
import { CallError, ChatError, type Server, sayWhyNot } from './server.ts';

/*
 * One conversation, both sides of it, through the server's public API.
 * 1. What is shown comes from the log only, in its order; what comes over the socket says that there is more.
 * 2. What was typed has happened once the log tells it; only then the next line is read.
 */

export type ConversationParts = Readonly<{
  server: Server;
  clock: Clock;
  random: Random;
  /** How long nothing may come of what is waited for, ms. */
  patienceMs: number;
  /** Each event of the log, once and in order. */
  onEvent: (event: LoggedEvent) => void;
  /** The connection is lost, or it is back; a sentence. */
  onLine: (news: string) => void;
}>;

export type Whom = Readonly<{ agentId: string; userId: string | null }>;

type Page = Readonly<{ events: readonly LoggedEvent[]; next_after: number | null }>;

const busyPollMs = 50;
const idlePollMs = 1_000;

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #sessionId: string;
  readonly #user: EndUser;
  #rest: Rest = atFirst;
  #seen = 0;
  #fault: string | null = null;
  #lostAt: number | null = null;
  #closed = false;
  #reading: Promise<void> = Promise.resolve();
  #nextReading: Promise<void> | null = null;
  readonly #waiting = new Set<() => void>();

  /** @throws ChatError with a sentence when the server cannot be used. */
  static async open(parts: ConversationParts, whom: Whom): Promise<Conversation> {
    const { server } = parts;
    const user = whom.userId === null ? {} : { user: { id: whom.userId } };
    try {
      const body = { agent_id: whom.agentId, ...user };
      const opened = (await server.call({ method: 'POST', path: '/http/init', body })) as Record<string, string> | null;
      const { session_id: id, session_token: token } = opened ?? {};
      if (id === undefined || token === undefined) throw new CallError(404, {});
      // Also whether the key may read: what is not shown cannot be waited for.
      await server.call({ method: 'GET', path: `/sessions/${id}/events?limit=1` });
      return new Conversation(parts, id, token);
    } catch (error) {
      throw error instanceof CallError ? sayWhyNot(error, server.url, whom.agentId) : error;
    }
  }

  private constructor(parts: ConversationParts, sessionId: string, token: string) {
    this.#parts = parts;
    this.#sessionId = sessionId;
    const { server, clock } = parts;
    const onFault = (fault: string): void => {
      this.#fault ??= fault;
      this.#wake();
    };
    const onNews = (): void => void this.#read();
    this.#user = new EndUser({ url: server.socketUrl(sessionId), token, clock, onNews, onFault });
    this.#user.connect();
    this.#poll();
  }

  /** Why the session has ended; null while it goes on. */
  get ended(): string | null {
    return this.#rest.place === 'ended' ? this.#rest.reason : null;
  }

  /** Resolves when nothing happens any more until somebody says something. @throws ChatError. */
  async rested(): Promise<void> {
    await this.#until(
      () => isAtRest(this.#rest),
      (within) => `The virtual agent did not come to rest ${within}: ${describeUnrest(this.#rest)}.`,
    );
  }

  /** Resolves when the session has ended, however long that takes. @throws ChatError. */
  untilEnded(): Promise<void> {
    return this.#until(() => this.ended !== null, null);
  }

  /** The end user says something. @throws ChatError when it is refused. */
  async say(text: string): Promise<void> {
    const { clock, random } = this.#parts;
    let seq: number | null = null;
    let refused: Error | null = null;
    const settle = (): void => void this.#read();
    void this.#user
      .say(random.uuid(clock.now()), text)
      .then((accepted) => {
        seq = accepted;
      })
      .catch((error: Error) => {
        refused = error;
      })
      .then(settle);
    await this.#until(() => refused !== null || (seq !== null && this.#seen >= seq), took);
    if (refused !== null) throw refused;
  }

  /** The end user's side sets a parameter. @throws ChatError when it is refused. */
  setParameter(name: string, value: string | readonly string[]): Promise<void> {
    return this.#send({ type: 'parameters', parameters: [{ name, value }] });
  }

  /** The end user leaves. */
  leave(): Promise<void> {
    return this.#send({ type: 'end' });
  }

  /** The live agent says something. @throws ChatError when it is refused. */
  async answer(text: string): Promise<void> {
    await this.#call('outbound', { text });
  }

  /** The live agent hands back. @throws ChatError when it is refused. */
  async handBack(result: string | null): Promise<void> {
    if (!['connects', 'live-agent'].includes(this.#rest.place)) {
      throw new ChatError('No live agent owns this session; hand back when one does.');
    }
    await this.#call('disconnect', result === null ? {} : { outcome: result });
  }

  /** The parameters as the record shows them. @throws ChatError. */
  async parameters(): Promise<Readonly<Record<string, string | readonly string[]>>> {
    try {
      const path = `/insights/sessions/${this.#sessionId}/parameters`;
      const answer = (await this.#parts.server.call({ method: 'GET', path })) as {
        parameters?: Record<string, string | readonly string[]>;
      } | null;
      return answer?.parameters ?? {};
    } catch (error) {
      throw spoken(error);
    }
  }

  close(): void {
    this.#closed = true;
    this.#user.close();
  }

  async #call(what: 'outbound' | 'disconnect', body: object): Promise<void> {
    try {
      await this.#parts.server.call({ method: 'POST', path: `/live-agent/${what}/${this.#sessionId}`, body });
    } catch (error) {
      throw spoken(error);
    }
    await this.#read();
  }

  /** Frames that change something and have no answer of their own: the log tells of them, or an error refuses them. */
  async #send(frame: object): Promise<void> {
    await this.#read();
    const before = this.#seen;
    if (!this.#user.send(frame)) throw new ChatError('The connection is lost; type it again when it is back.');
    await this.#until(() => this.#seen > before || this.#user.refusal !== null, took);
    const { refusal } = this.#user;
    if (refusal !== null) throw new ChatError(refusal);
  }

  /** Reads the log once more, from now on: a reading that has begun may have missed what happened since. */
  #read(): Promise<void> {
    if (this.#nextReading !== null) return this.#nextReading;
    const next = this.#reading.then(() => {
      this.#nextReading = null;
      return this.#readAll();
    });
    this.#nextReading = next;
    this.#reading = next;
    return next;
  }

  async #readAll(): Promise<void> {
    if (this.#closed) return;
    const { server, onEvent } = this.#parts;
    try {
      for (let more = true; more; ) {
        const path = `/sessions/${this.#sessionId}/events?limit=1000&after=${this.#seen}`;
        const page = (await server.call({ method: 'GET', path })) as Page | null;
        for (const event of page?.events ?? []) {
          this.#seen = event.seq;
          this.#rest = restAfter(this.#rest, event);
          onEvent(event);
        }
        more = page !== null && page.next_after !== null;
      }
      this.#found();
    } catch (error) {
      this.#lost(error);
    }
    this.#wake();
  }

  #found(): void {
    if (this.#lostAt !== null) this.#parts.onLine('The server answers again.');
    this.#lostAt = null;
  }

  #lost(error: unknown): void {
    if (this.#closed) return;
    if (!(error instanceof CallError)) throw error;
    const { clock, patienceMs, server, onLine } = this.#parts;
    if (!error.passes) {
      this.#fault ??= `The log of this session cannot be read. ${error.message}`;
      return;
    }
    if (this.#lostAt === null) onLine(`The server at ${server.url} does not answer; trying again.`);
    this.#lostAt ??= clock.now();
    if (clock.now() - this.#lostAt < patienceMs) return;
    const seconds = Math.round(patienceMs / 1000);
    this.#fault ??= `The server at ${server.url} has not answered for ${seconds} s; start it again, and begin anew.`;
  }

  #poll(): void {
    const ms = isAtRest(this.#rest) || this.#lostAt !== null ? idlePollMs : busyPollMs;
    this.#parts.clock.after(ms, () => {
      if (this.#closed || this.ended !== null) return;
      void this.#read().then(() => this.#poll());
    });
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }

  /** @param tooLong what is said when patience ends; null to wait for ever. */
  #until(condition: () => boolean, tooLong: ((within: string) => string) | null): Promise<void> {
    const { clock, patienceMs } = this.#parts;
    return new Promise((resolve, reject) => {
      const settle = (error: ChatError | null): void => {
        this.#waiting.delete(look);
        cancel();
        if (error === null) resolve();
        else reject(error);
      };
      const look = (): void => {
        if (condition()) settle(null);
        else if (this.#fault !== null) settle(new ChatError(this.#fault));
      };
      const late = (): void => settle(new ChatError(tooLong?.(`within ${Math.round(patienceMs / 1000)} s`) ?? ''));
      const cancel = tooLong === null ? (): void => {} : clock.after(patienceMs, late);
      this.#waiting.add(look);
      look();
    });
  }
}

const took = (within: string): string => `The server did not take it ${within}; begin anew.`;

function spoken(error: unknown): unknown {
  if (!(error instanceof CallError)) return error;
  return new ChatError(
    error.status === 0 ? `The server did not answer (${error.message}); type it again.` : error.message,
  );
}

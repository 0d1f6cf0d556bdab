import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from '../../src/replay/latencies.ts';
import { Api, forEach } from './api.ts';
import { deafWord, endlessWord, prompt } from './flows.ts';
import { type Frame, Line } from './line.ts';
import type { Crowd, Taken } from './orders.ts';

type Turn = Readonly<{ texts: string[]; resolve: (texts: readonly string[]) => void; reject: (error: Error) => void }>;

const patienceMs = 60_000;

/** A session with a virtual agent. */
class Talk {
  readonly #line: Line;
  #turn: Turn | null = null;

  private constructor(api: Api, opened: Awaited<ReturnType<Api['open']>>) {
    this.#line = new Line(
      api,
      opened,
      (frame) => this.#hear(frame),
      (cause) => this.#turn?.reject(new Error(cause)),
    );
  }

  /** Resolves when it waits for the end user. */
  static async open(api: Api, agent: string): Promise<Talk> {
    const talk = new Talk(api, await api.open(agent));
    await talk.#answered();
    return talk;
  }

  /** @returns all that the virtual agent said, when it waits again. */
  take(text: string): Promise<readonly string[]> {
    const answered = this.#answered();
    this.#line.say(text);
    return answered;
  }

  get id(): string {
    return this.#line.id;
  }

  leave(): void {
    this.#line.leave();
  }

  #answered(): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error('A turn has no answer.')), patienceMs);
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value): void => {
          clearTimeout(patience);
          this.#turn = null;
          settle(value);
        };
      this.#turn = { texts: [], resolve: settled(resolve), reject: settled(reject) };
    });
  }

  #hear({ type, from, text = '' }: Frame): void {
    if (type !== 'message' || from !== 'virtual_agent') return;
    if (text.startsWith(prompt)) this.#turn?.resolve(this.#turn.texts);
    else this.#turn?.texts.push(text);
  }
}

const sentence = (n: number): string => `could you please send ${n % 97} more to the old harbour by tomorrow evening`;

/** Sessions with virtual agents that all are driven alike. */
export class Talks {
  #api: Api | null = null;
  #all: Talk[] = [];
  #crowd: Readonly<{ stopping: AbortController; ended: Promise<Crowd> }> | null = null;

  async open(url: string, agents: readonly string[], sessions: number): Promise<void> {
    const api = new Api(url);
    this.#api = api;
    await forEach(sessions, 32, async (index) => {
      this.#all.push(await Talk.open(api, agents[index % agents.length] ?? ''));
    });
  }

  /** The nodes that a turn enters, by the log of one that the first session takes. */
  async nodesOfTurn(): Promise<readonly string[]> {
    await this.#all[0]?.take(sentence(1));
    type Log = Readonly<{ events: readonly Readonly<{ kind: string; node?: string }>[] }>;
    const log = await this.#api?.call<Log>('GET', `/sessions/${this.#all[0]?.id}/events?limit=1000`);
    const events = log?.events ?? [];
    const from = events.findLastIndex(({ kind }) => kind === 'user-message-received');
    return events.slice(from).flatMap(({ kind, node = '' }) => (kind === 'node-entered' ? [node] : []));
  }

  /** All at once, each turn when the one before is over. */
  async takeTurns(each: number): Promise<Taken> {
    const took = new Latencies();
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    await Promise.all(
      this.#all.map(async (talk, index) => {
        for (let n = 0; n < each; n += 1) {
          const from = performance.now();
          await talk.take(sentence(n + index));
          took.add(performance.now() - from);
        }
      }),
    );
    const { user, system } = process.cpuUsage(cpu);
    return { count: took.total, ms: performance.now() - startedAt, took: took.quantiles(), cpuUs: user + system };
  }

  /** @param oddOneIn one turn of so many has code that never ends, and as many have a webhook that never answers. */
  beginCrowd([least, most]: readonly [number, number], oddOneIn: number): void {
    const stopping = new AbortController();
    const took = new Latencies();
    const failed = { codeFailed: 0, webhookFailed: 0 };
    const startedAt = performance.now();
    const think = (fromMs: number): Promise<unknown> =>
      pause(fromMs + Math.random() * (most - fromMs), null, { signal: stopping.signal }).catch(() => null);
    const wordsOf = (n: number): string =>
      n % oddOneIn === 0 ? `${endlessWord} ` : n % oddOneIn === 1 ? `${deafWord} ` : '';
    const all = this.#all.map(async (talk, index) => {
      await think(0);
      for (let n = index * 7; !stopping.signal.aborted; n += 1) {
        const from = performance.now();
        const texts = await talk.take(wordsOf(n) + sentence(n));
        took.add(performance.now() - from);
        if (texts.includes('The code failed.')) failed.codeFailed += 1;
        if (texts.includes('The webhook failed.')) failed.webhookFailed += 1;
        await think(least);
      }
    });
    // Those under way when it is told to end do not count to its rate.
    let rate = 0;
    stopping.signal.addEventListener('abort', () => {
      rate = (took.total * 1000) / (performance.now() - startedAt);
    });
    const ended = Promise.all(all).then(() => ({ perSecond: rate, took: took.quantiles(), ...failed }));
    ended.catch(() => {}); // Told to whoever ends it.
    this.#crowd = { stopping, ended };
  }

  /** Resolves when no turn is under way any more. */
  async endCrowd(): Promise<Crowd> {
    if (this.#crowd === null) throw new Error('No crowd was begun.');
    this.#crowd.stopping.abort();
    return this.#crowd.ended;
  }

  async close(): Promise<void> {
    for (const talk of this.#all) talk.leave();
    this.#all = [];
    await this.#api?.close();
  }
}

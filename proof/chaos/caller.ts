import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export type Answer = Readonly<{
  status: number;
  body: Readonly<Record<string, unknown>>;
  /** In how many seconds it is to be tried again, where the answer says so. */
  retryAfter: number | null;
}>;

export type Asking = Readonly<{ json?: unknown; headers?: Readonly<Record<string, string>> }>;

/** The run is over: whoever still waits for an answer gives up. */
export class OverError extends Error {
  override readonly name = 'OverError';
}

export type CallerManners = Readonly<{
  /** Whether it waits as long as it is told, and not shorter. */
  heedsRetryAfter: boolean;
  /** An answer said that the program does not know what went wrong. */
  onOddity: (what: string) => void;
}>;

/** Each wait is twice the one before, up to the longest: who is dead is not woken by knocking. */
const firstWaitMs = 60;
const longestWaitMs = 600;
const patienceMs = 20_000;

/** Calls the program by HTTP, and again, whoever dies meanwhile. */
export class Caller {
  readonly #url: string;
  readonly #key: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 400 });
  readonly #manners: CallerManners;
  #over = false;
  /** Requests that were answered in the end, those that were sent more than once until then, and the most tries of one. */
  answered = 0;
  repeated = 0;
  mostTries = 0;

  constructor(url: string, key: string, manners: CallerManners = { heedsRetryAfter: false, onOddity: () => {} }) {
    this.#url = url;
    this.#key = key;
    this.#manners = manners;
  }

  close(): void {
    this.#over = true;
    this.#agent.destroy();
  }

  /** One try. Rejects when there was no whole answer. */
  once(method: string, path: string, { json, headers = {} }: Asking = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const body = json === undefined ? '' : JSON.stringify(json);
      const sent = {
        'x-vgai-key': this.#key,
        'content-length': String(Buffer.byteLength(body)),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      };
      const outgoing = request(`${this.#url}${path}`, { method, agent: this.#agent, headers: sent }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('aborted', () => reject(new Error('The answer broke off.')));
        incoming.on('end', () => {
          try {
            const retryAfter = Number(incoming.headers['retry-after'] ?? Number.NaN);
            resolve({
              ...{ status: incoming.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) },
              retryAfter: Number.isNaN(retryAfter) ? null : retryAfter,
            });
          } catch (error) {
            reject(error);
          }
        });
      });
      outgoing.setTimeout(patienceMs, () => outgoing.destroy(new Error(`No answer within ${patienceMs} ms.`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Asks until there is an answer that is not "later". @throws OverError when the run is over. */
  async stubborn(method: string, path: string, asking: Asking = {}): Promise<Answer & Readonly<{ tries: number }>> {
    let waitMs = firstWaitMs;
    for (let tries = 1; ; tries += 1) {
      if (this.#over) throw new OverError('The run is over.');
      let toldMs = 0;
      try {
        const answer = await this.once(method, path, asking);
        if (answer.status < 500 && answer.status !== 429) {
          this.#count(tries);
          return { ...answer, tries };
        }
        if (answer.status >= 500 && answer.status !== 503)
          this.#manners.onOddity(`${method} ${path}: ${answer.status}`);
        if (this.#manners.heedsRetryAfter) toldMs = (answer.retryAfter ?? 0) * 1_000;
      } catch {
        // Nobody is there just now.
      }
      await pause(Math.max(waitMs, toldMs));
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
  }

  #count(tries: number): void {
    this.answered += 1;
    if (tries > 1) this.repeated += 1;
    this.mostTries = Math.max(this.mostTries, tries);
  }
}

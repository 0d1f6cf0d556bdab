import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from '../../src/replay/latencies.ts';
import { generatedDialogues } from '../generated-dialogues.ts';
import { Api, forEach } from './api.ts';
import { type Frame, Line } from './line.ts';
import type { Steady, Taken } from './orders.ts';

const words = generatedDialogues(50, 1).flatMap(({ turns }) => turns.map(({ text }) => text));
const patienceMs = 60_000;

/** End users, and the live agents at the desk whom they talk with. */
export class Relay {
  #desk: Server | null = null;
  #api: Api | null = null;
  #lines: Line[] = [];
  #fault: string | null = null;
  #made = 0;
  /** What is under way, by its text. */
  readonly #arriving = new Map<string, () => void>();
  readonly #handedOver = new Map<string, () => void>();

  async openDesk(): Promise<string> {
    const desk = createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        if (request.url === '/inbound') this.#arrived((JSON.parse(Buffer.concat(chunks).toString()) as Frame).text);
      });
    });
    this.#desk = desk.listen(0, '127.0.0.1');
    await once(desk, 'listening');
    return `http://127.0.0.1:${(desk.address() as AddressInfo).port}`;
  }

  /** Resolves when all are handed over. */
  async open(url: string, agent: string, sessions: number): Promise<void> {
    const api = new Api(url);
    this.#api = api;
    await forEach(sessions, 32, async () => {
      const opened = await api.open(agent);
      const connected = new Promise<void>((resolve) => this.#handedOver.set(opened.id, resolve));
      const line: Line = new Line(
        api,
        opened,
        (frame) => this.#hear(opened.id, frame),
        (cause) => this.#breaks(cause),
      );
      this.#lines.push(line);
      await connected;
    });
  }

  /** Both sides of each session by turns, each as soon as the other's words have arrived. */
  async converse(each: number): Promise<Taken> {
    const took = new Latencies();
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    const timed = async (send: (text: string) => void): Promise<void> => {
      const from = performance.now();
      await this.#send(send);
      took.add(performance.now() - from);
    };
    await Promise.all(
      this.#lines.map(async (line) => {
        for (let n = 0; n < each; n += 2) {
          await timed((text) => line.say(text));
          await timed((text) => this.#answer(line, text));
        }
      }),
    );
    const { user, system } = process.cpuUsage(cpu);
    return { count: took.total, ms: performance.now() - startedAt, took: took.quantiles(), cpuUs: user + system };
  }

  /** By turns an end user and a live agent, of one session after the other. */
  async steadily(perSecond: number, ms: number): Promise<Steady> {
    const [took, late] = [new Latencies(), new Latencies()];
    const count = Math.round((perSecond * ms) / 1000);
    const from = performance.now() + 10;
    const arrivals: Promise<void>[] = [];
    for (let n = 0; n < count; n += 1) {
      const dueAt = from + (n * 1000) / perSecond;
      while (performance.now() < dueAt) await pause(1);
      const line = this.#lines[(n >> 1) % this.#lines.length];
      if (line === undefined) throw new Error('No session is open.');
      late.add(performance.now() - dueAt);
      const sent = this.#send((text) => (n % 2 === 0 ? line.say(text) : this.#answer(line, text)));
      arrivals.push(sent.then(() => took.add(performance.now() - dueAt)));
    }
    await Promise.all(arrivals);
    return { count, took: took.quantiles(), late: late.quantiles() };
  }

  async close(): Promise<void> {
    for (const line of this.#lines) line.leave();
    this.#lines = [];
    await this.#api?.close();
    this.#desk?.close();
    this.#desk?.closeAllConnections();
  }

  /** @returns when it has arrived; rejects when it does not. */
  #send(send: (text: string) => void): Promise<void> {
    this.#made += 1;
    const text = `${this.#made}: ${words[this.#made % words.length]}`;
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(this.#fault ?? 'A message has not arrived.')), patienceMs);
      this.#arriving.set(text, () => {
        clearTimeout(patience);
        resolve();
      });
      send(text);
    });
  }

  #answer({ id }: Line, text: string): void {
    this.#api?.call('POST', `/live-agent/outbound/${id}`, { text }).catch((error: unknown) => {
      this.#breaks(String(error));
    });
  }

  #hear(id: string, { type, from, text, handoff }: Frame): void {
    if (type === 'session' && handoff?.state === 'connected') this.#handedOver.get(id)?.();
    if (type === 'message' && from === 'live_agent') this.#arrived(text);
  }

  #arrived(text = ''): void {
    this.#arriving.get(text)?.();
    this.#arriving.delete(text);
  }

  #breaks(cause: string): void {
    this.#fault ??= cause;
  }
}

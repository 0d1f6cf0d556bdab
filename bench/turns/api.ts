import { Pool } from 'undici';
import { key } from '../subjects.ts';
import type { Agent } from './flows.ts';

export type Opened = Readonly<{ id: string; token: string }>;

/** Baton's HTTP, for whoever drives it. */
export class Api {
  readonly url: string;
  readonly #pool: Pool;

  constructor(url: string) {
    this.url = url;
    this.#pool = new Pool(url, { connections: 64 });
  }

  /** @throws Error when it is not answered with 200. */
  async call<Body>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Body> {
    const headers = { 'x-vgai-key': key, ...(body && { 'content-type': 'application/json' }) };
    const answer = await this.#pool.request({ method, path, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${method} ${path} was answered with ${answer.statusCode} ${text}`);
    return JSON.parse(text) as Body;
  }

  async publish({ id, flow }: Agent): Promise<void> {
    await this.call('PUT', `/agents/${id}`, flow);
  }

  async open(agentId: string): Promise<Opened> {
    const opened = await this.call<Record<string, string>>('POST', '/http/init', { agent_id: agentId });
    return { id: String(opened.session_id), token: String(opened.session_token) };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** Does it for each number, so many at once. */
export async function forEach(count: number, atOnce: number, task: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

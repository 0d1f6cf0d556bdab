import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export type Answer<Body> = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string; body: Body }>;

/** What errors and small answers hold; tests name the fields they need. */
export type AnyBody = Readonly<{
  statusCode?: number;
  error?: string;
  code?: string;
  message?: string;
  owner?: string;
  epoch?: number;
  faults?: readonly Readonly<{ path: string; message: string }>[];
  message_uuid?: string;
}>;

export type Asking = Readonly<{
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; without a content type unless `headers` give one. */
  raw?: string | Buffer;
  headers?: Readonly<Record<string, string>>;
}>;

export type Client = Readonly<{
  ask: <Body = AnyBody>(method: string, url: string, asking?: Asking) => Promise<Answer<Body>>;
  close: () => void;
}>;

/**
 * A small HTTP client that sends exactly what it is told to.
 * @param keepAlive false for a server that is stopped and started again at its address: a connection that it has ended
 * would be taken for a good one until its end is read.
 */
export function openClient(keepAlive = true): Client {
  const agent = new Agent({ keepAlive });
  const ask = <Body>(method: string, url: string, { json, raw, headers = {} }: Asking = {}): Promise<Answer<Body>> =>
    new Promise((resolve, reject) => {
      const body = json === undefined ? raw : JSON.stringify(json);
      const type = json === undefined ? {} : { 'content-type': 'application/json' };
      const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
      const outgoing = request(url, { method, agent, headers: { ...type, ...length, ...headers } }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: readJson<Body>(text) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return { ask, close: () => agent.destroy() };
}

function readJson<Body>(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {} as Body; // Metrics and empty answers are no JSON; `text` holds them.
  }
}

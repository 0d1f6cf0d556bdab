import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Answer, AnyBody } from '../../house/kit/client.ts';
import { openClient } from '../../house/kit/client.ts';
import type { House } from '../../house/kit/house.ts';

/** The secrets of a virtual agent, newest first. */
export async function secretsOf(house: House, agentId = 'support'): Promise<readonly string[]> {
  const path = `/agents/${agentId}/secrets`;
  const { body } = await house.ask<{ secrets: { secret: string }[] }>('GET', path);
  return body.secrets.map(({ secret }) => secret);
}

export type Call = Readonly<{
  kind: string;
  body: object;
  /** Null for a call without a signature. */
  secret: string | null;
  id?: string;
  at?: Date;
}>;

/** Makes a call of a virtual agent to a desk by hand. @param base the desk's URL. */
export async function callHook(base: string, call: Call): Promise<Answer<AnyBody & { state?: string }>> {
  const { kind, body, secret, id = randomUUID(), at = new Date() } = call;
  const raw = JSON.stringify(body);
  const signed = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    ...(secret === null ? {} : { 'webhook-signature': new Webhook(secret).sign(id, at, raw) }),
  };
  const client = openClient();
  try {
    const headers = { 'content-type': 'application/json', ...signed };
    return await client.ask('POST', `${base}/desk/hooks/${kind}`, { raw, headers });
  } finally {
    client.close();
  }
}

const instant = (ms: number): string => new Date(Date.now() + ms).toISOString();

export const startBody = (sessionId: string, more: object = {}): object => ({
  sessionId,
  agentId: 'support',
  history: { transcription: [{ user: 'my wifi is down' }], parameters: [] },
  handoff: { epoch: 1, lastSeq: 10, respondBy: instant(600_000), transcript: 'http://router/transcript' },
  ...more,
});

export const inboundBody = (sessionId: string, seq: number, previousSeq: number): object => ({
  ...{ sessionId, text: `message ${seq}`, type: 'text', messageId: `m-${seq}`, seq, previousSeq },
  ...{ timestamp: instant(seq), epoch: 1, respondBy: instant(600_000 + seq) },
});

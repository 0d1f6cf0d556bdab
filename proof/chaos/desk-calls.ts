import { hash } from 'node:crypto';
import type { Arrival } from './record.ts';

export type CallKind = 'start' | 'inbound' | 'status' | 'ended';

export const callKinds: readonly CallKind[] = ['start', 'inbound', 'status', 'ended'];

/** The fields that the driver reads of a call. */
export type CallBody = Readonly<{
  sessionId: string;
  history?: Readonly<{ transcription: readonly Readonly<Record<string, string>>[] }>;
  handoff?: Readonly<{ epoch: number; lastSeq: number }>;
  text?: string;
  seq?: number;
  previousSeq?: number;
  epoch?: number;
  message_uuid?: string;
  status?: string;
  reason?: string;
}>;

export const digest = (text: string): string => hash('sha1', text, 'base64url');

/** @param lines who spoke, and what. */
export const transcriptDigest = (lines: readonly (readonly [string, string])[]): string =>
  digest(JSON.stringify(lines));

/** A call as the record keeps it. */
export function arrivalOf(kind: CallKind, id: string, raw: string, body: CallBody): Arrival {
  const plain = { id, digest: digest(raw), previousSeq: null, words: null, reason: null };
  switch (kind) {
    case 'start': {
      const { epoch = 0 } = body.handoff ?? {};
      const lines = (body.history?.transcription ?? []).flatMap((line) => Object.entries(line));
      return { ...plain, lane: `h${epoch}`, about: `start ${epoch}`, words: transcriptDigest(lines) };
    }
    case 'inbound': {
      const { seq = 0, previousSeq = 0, epoch = 0, text = '' } = body;
      return { ...plain, lane: `h${epoch}`, about: `inbound ${seq}`, previousSeq, words: text };
    }
    case 'status':
      return { ...plain, lane: 's', about: `status ${body.message_uuid} ${body.status}` };
    case 'ended': {
      const { epoch = 0, reason = null } = body;
      return { ...plain, lane: `h${epoch}`, about: `ended ${epoch}`, reason };
    }
  }
}

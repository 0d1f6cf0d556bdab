import type { StatusChange } from '../core/commands.ts';
import type { EventOf, MessageEvent } from '../core/events.ts';
import { instant } from './text.ts';

/** One utterance as the start call and the reports write it (contract 3.1). */
export type Utterance = Readonly<Record<string, string>>;

/** @param capitalised writes `User`/`Agent`, for connectors that read them so. */
export function utterance(event: MessageEvent, capitalised = false): Utterance {
  const user = event.kind === 'user-message-received';
  const key = user ? (capitalised ? 'User' : 'user') : capitalised ? 'Agent' : 'agent';
  return { [key]: event.text };
}

/** Contract 3.1. @param transcript the messages up to `lastSeq`. @param transcriptUrl where the whole can be read. */
export function startBody(
  event: EventOf<'handoff-requested'>,
  session: Readonly<{ id: string; virtualAgentId: string }>,
  transcript: readonly MessageEvent[],
  transcriptUrl: string,
): object {
  return {
    sessionId: session.id,
    history: {
      transcription: transcript.map((message) => utterance(message, event.capitalised)),
      parameters: event.parameters,
    },
    agentId: session.virtualAgentId,
    handoff: {
      epoch: event.epoch,
      lastSeq: event.lastSeq,
      respondBy: instant(event.respondBy),
      transcript: transcriptUrl,
    },
  };
}

/** Contract 3.2. */
export function inboundBody(event: EventOf<'user-message-received'>, sessionId: string): object {
  const body = { sessionId, text: event.text, type: 'text', messageId: event.messageId, seq: event.seq };
  if (event.to.kind !== 'live-agent') return body;
  const { epoch, previousSeq, respondBy } = event.to;
  return { ...body, previousSeq, timestamp: instant(event.at), epoch, respondBy: instant(respondBy) };
}

/** Contract 3.4 on the web channel. @param at when the status was reached, ms. */
export function statusBody(
  change: StatusChange,
  session: Readonly<{ id: string; virtualAgentId: string }>,
  at: number,
): object {
  return {
    sessionId: session.id,
    message_uuid: change.messageId,
    to: session.id,
    from: session.virtualAgentId,
    timestamp: instant(at),
    status: change.status,
    channel: 'web',
    ...(change.status === 'undeliverable'
      ? { error: { title: 'Undeliverable', detail: 'The session ended before the end user read this message.' } }
      : {}),
  };
}

/** Contract 3.5. */
export function endedBody(event: EventOf<'handoff-ended'>, sessionId: string): object {
  return { sessionId, epoch: event.epoch, reason: event.outcome };
}

import { endedBody, inboundBody, startBody, statusBody } from '../../contract/desk-calls.ts';
import { type EventOf, isMessage, type SessionEvent } from '../../core/events.ts';
import type { SessionStore, StoredDelivery } from '../../store/store.ts';

/** What the body of a call is made of beside its event. */
export type Conversation = Readonly<{ id: string; virtualAgentId: string }>;

/**
 * The body of a call, made from the log: the log does not change, so every try sends the same bytes.
 * @param event the event that owes the call, when it is at hand; otherwise it is read.
 * @throws Error when the log does not hold what the call points at.
 */
export async function bodyOf(
  sessions: SessionStore,
  url: string,
  conversation: Conversation,
  delivery: Pick<StoredDelivery, 'kind' | 'seq' | 'status'>,
  event: SessionEvent | null,
): Promise<string> {
  const owing = event ?? (await sessions.readEvent(conversation.id, delivery.seq));
  if (owing === null) throw new Error(`Event ${delivery.seq} of session ${conversation.id} is missing from the log.`);
  const body = await compose(sessions, url, conversation, delivery, owing);
  return JSON.stringify(body);
}

async function compose(
  sessions: SessionStore,
  url: string,
  conversation: Conversation,
  { kind, status }: Pick<StoredDelivery, 'kind' | 'status'>,
  event: SessionEvent,
): Promise<object> {
  if (kind === 'status' && status !== undefined) return statusBody(status, conversation, event.at);
  if (kind === 'inbound' && event.kind === 'user-message-received') return inboundBody(event, conversation.id);
  if (kind === 'ended' && event.kind === 'handoff-ended') return endedBody(event, conversation.id);
  if (kind === 'start' && event.kind === 'handoff-requested') return start(sessions, url, conversation, event);
  throw new Error(`Event ${event.seq} of session ${conversation.id} is ${event.kind}, which owes no ${kind} call.`);
}

async function start(
  sessions: SessionStore,
  url: string,
  conversation: Conversation,
  event: EventOf<'handoff-requested'>,
): Promise<object> {
  const { lastSeq } = event;
  const events = lastSeq === 0 ? [] : await sessions.readMessages(conversation.id, 0, lastSeq, -1);
  const transcriptUrl = `${url}/sessions/${conversation.id}/transcript`;
  return startBody(event, conversation, events.filter(isMessage), transcriptUrl);
}

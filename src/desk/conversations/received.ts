import type { DeskLiveAgentMessage } from '../../contract/desk-api.ts';
import type { EndedCall, InboundCall, StartCall, StatusCall } from '../../contract/received-calls.ts';
import { instant } from '../../contract/text.ts';
import type { Clock } from '../../platform/clock.ts';
import { DeskError } from '../desk-error.ts';
import type { Conversation, History } from '../store/conversation-table.ts';
import type { DeskStore } from '../store/desk-store.ts';
import { endConversation, settleConversation } from './debt.ts';
import { shorten } from './preview.ts';

/*
 * What becomes of the router's calls. Each runs inside the commit in which its webhook-id is noted.
 * 1. A message's place is its seq, so one that arrives late slides into its hole.
 * 2. A status moves forward only; one that comes before its message is known is kept for it.
 */
export type Received = Readonly<{
  start: (call: StartCall) => void;
  /** @throws DeskError `conversation-not-found`. */
  inbound: (call: InboundCall) => void;
  status: (call: StatusCall) => void;
  /** @throws DeskError `conversation-not-found`. */
  ended: (call: EndedCall) => void;
}>;

export const conversationId = (sessionId: string, epoch: number): string => `${sessionId}.${epoch}`;

export function createReceived(store: DeskStore, clock: Clock): Received {
  const { conversations, entries, calls } = store;
  const known = ({ sessionId, epoch }: { sessionId: string; epoch: number }): Conversation => {
    const found = conversations.find(conversationId(sessionId, epoch));
    if (found !== null) return found;
    throw new DeskError('conversation-not-found', `The desk was not told of handoff ${epoch} of this session.`);
  };
  return {
    start: (call) => {
      if (conversations.find(conversationId(call.sessionId, call.handoff.epoch)) !== null) return;
      const { conversation, history } = opening(call, clock.now());
      conversations.add(conversation, history);
    },
    inbound: (call) => {
      const conversation = known(call);
      const { messageId, seq, previousSeq, timestamp, respondBy } = call;
      const place = [seq, 0];
      const at = instant(Date.parse(timestamp));
      const said = {
        kind: 'user-message',
        conversationId: conversation.id,
        place,
        messageId,
        seq,
        previousSeq,
      } as const;
      const isNew = entries.addUserMessage({ ...said, text: textOf(call), at }, Date.parse(respondBy));
      if (isNew) settleConversation(store, conversation, clock.now());
    },
    status: (call) => {
      const entry = entries.findByUuid(call.message_uuid);
      const conversation = entry === null ? null : conversations.find(entry.conversationId);
      if (entry === null || conversation?.sessionId !== call.sessionId) calls.keepEarly(call, clock.now());
      else moveStatus(store, entry, call.status, Date.parse(call.timestamp));
    },
    ended: (call) => endConversation(store, known(call), call.reason, clock.now()),
  };
}

const ranks = { sending: 0, submitted: 1, delivered: 2, read: 3, undeliverable: 4, refused: 4 } as const;

/** Moves a message's status forward, if it is forward. @param at when the router says it was reached, ms. */
export function moveStatus(
  store: DeskStore,
  entry: DeskLiveAgentMessage,
  told: StatusCall['status'],
  at: number,
): void {
  const next = told === 'rejected' ? 'undeliverable' : told;
  const fresh = store.entries.find(entry.conversationId, entry.id);
  const isFinal = fresh?.status === 'read';
  if (fresh !== null && !isFinal && ranks[next] > ranks[fresh.status]) {
    store.entries.saveDelivering(fresh, { status: next, why: null, messageUuid: null });
  }
  // The router's own instant of a message says which user messages came before it.
  const conversation = store.conversations.find(entry.conversationId);
  if (told === 'submitted' && conversation !== null && at > conversation.answeredAt) {
    settleConversation(store, { ...conversation, answeredAt: at }, null);
  }
}

function opening(call: StartCall, at: number): Readonly<{ conversation: Conversation; history: History }> {
  const { sessionId, agentId, handoff, history } = call;
  const { epoch, lastSeq } = handoff;
  const respondBy = Date.parse(handoff.respondBy);
  const transcript = history.transcription.flatMap((line) =>
    Object.entries(line).map(([who, text]) => {
      return { from: who.toLowerCase() === 'user' ? ('user' as const) : ('agent' as const), text };
    }),
  );
  const last = transcript.at(-1);
  const from = last?.from === 'user' ? 'user' : 'virtual_agent';
  return {
    history: { transcript, parameters: history.parameters },
    conversation: {
      ...{ id: conversationId(sessionId, epoch), sessionId, epoch, agentId, lastSeq },
      ...{ startedAt: at, startRespondBy: respondBy, respondBy, customer: customerOf(history.parameters) },
      ...{ state: 'waiting', assignee: null, ending: false, endReason: null },
      ...{ answeredSeq: -1, answeredAt: 0, said: 0, changedAt: at },
      preview: last === undefined ? null : { from, text: shorten(last.text) },
    },
  };
}

const nameForm = /^(USER\.)?(name|customer_?name|full_?name)$/i;

/** What the end user is called: the first transferred parameter that is named so and is not empty. */
function customerOf(parameters: StartCall['history']['parameters']): string | null {
  const named = parameters.find(({ name, value }) => nameForm.test(name) && value.trim() !== '');
  return named?.value ?? null;
}

/** Media is its caption or its kind, as in the start call's transcript (contract 3.1). */
function textOf({ type, text, image, video, audio, file }: InboundCall): string {
  const media = image ?? video ?? audio ?? file;
  return text ?? media?.caption ?? `[${type}]`;
}

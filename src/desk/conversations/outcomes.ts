import type { Clock } from '../../platform/clock.ts';
import type { DeskStore } from '../store/desk-store.ts';
import type { OwedCall } from '../store/outbox-table.ts';
import { endConversation, settleConversation } from './debt.ts';
import { moveStatus } from './received.ts';

/** What came of a call that was owed to the router, once that is certain. */
export type Outcome =
  /** @param respondBy by when the first answer is due, as the router said it when somebody was assigned, ms. */
  | Readonly<{ kind: 'taken'; messageUuid: string | null; respondBy: number | null }>
  /** @param why the router's sentence. @param over whether the router says that the handoff is over. */
  | Readonly<{ kind: 'refused'; why: string; over: boolean }>;

/**
 * Writes what came of an owed call and takes it out of the outbox, in one commit.
 * @param coveredSeq of the newest user message that the desk had been told of when the call began.
 */
export function settleOutcome(
  { store, clock }: Readonly<{ store: DeskStore; clock: Clock }>,
  call: OwedCall,
  outcome: Outcome,
  coveredSeq: number,
): void {
  store.commit(() => {
    store.outbox.remove(call.number);
    const conversation = store.conversations.find(call.conversationId);
    if (conversation === null) return;
    if (call.kind === 'outbound') settleMessage(store, call.conversationId, call.entryId, outcome);
    if (outcome.kind === 'refused') {
      if (outcome.over) endConversation(store, conversation, null, clock.now());
      else if (call.kind === 'disconnect') settleConversation(store, { ...conversation, ending: false }, clock.now());
    } else if (call.kind === 'assign') {
      const startRespondBy = outcome.respondBy ?? conversation.startRespondBy;
      settleConversation(store, { ...conversation, startRespondBy }, null);
    } else if (call.kind === 'outbound') {
      const answeredSeq = Math.max(conversation.answeredSeq, coveredSeq);
      settleConversation(store, { ...(store.conversations.find(conversation.id) ?? conversation), answeredSeq }, null);
    } else if (call.kind === 'disconnect' && conversation.state !== 'ended') {
      endConversation(store, conversation, 'disconnected', clock.now());
    }
  });
}

function settleMessage(store: DeskStore, conversationId: string, entryId: string, outcome: Outcome): void {
  const entry = store.entries.find(conversationId, entryId);
  const conversation = store.conversations.find(conversationId);
  if (entry === null || conversation === null) return;
  if (outcome.kind === 'refused') {
    store.entries.saveDelivering(entry, { status: 'refused', why: outcome.why, messageUuid: null });
    return;
  }
  const { messageUuid } = outcome;
  store.entries.saveDelivering(entry, { status: 'submitted', why: null, messageUuid });
  if (messageUuid === null) return;
  for (const { status, at } of store.calls.takeEarly(conversation.sessionId, messageUuid)) {
    moveStatus(store, entry, status, at);
  }
}

import type { Conversation } from '../store/conversation-table.ts';
import type { DeskStore } from '../store/desk-store.ts';
import { shorten } from './preview.ts';

/*
 * By when somebody must answer. An answer is owed from the start on, and from the first user message that no answer
 * came after. Which ones an answer came after is known by the router's clock alone, as its statuses tell it; until
 * they do, it covers what the desk had been told when the call began.
 */

/** Writes a conversation with what follows from its entries. @param at when something happened in it, ms; or null. */
export function settleConversation(store: DeskStore, conversation: Conversation, at: number | null): void {
  store.conversations.save({
    ...conversation,
    respondBy: respondBy(store, conversation),
    preview: previewOf(store, conversation),
    // Pages take what changed later for newer, also when the clock was set back by a restart.
    changedAt: Math.max(at ?? 0, conversation.changedAt),
  });
}

/** The handoff is over, whoever said so; why may be told later. @param at now, ms. */
export function endConversation(store: DeskStore, conversation: Conversation, reason: string | null, at: number): void {
  const endReason = reason ?? conversation.endReason;
  if (conversation.state === 'ended' && conversation.endReason === endReason) return;
  settleConversation(store, { ...conversation, state: 'ended', ending: false, endReason }, at);
}

function respondBy(store: DeskStore, one: Conversation): number | null {
  if (one.state === 'ended') return null;
  if (one.answeredSeq < 0 && one.answeredAt === 0) return one.startRespondBy;
  return store.entries.firstOwed(one.id, one.answeredSeq, one.answeredAt);
}

function previewOf(store: DeskStore, one: Conversation): Conversation['preview'] {
  const last = store.entries.last(one.id);
  if (last === null) return one.preview;
  return { from: last.kind === 'user-message' ? 'user' : 'live_agent', text: shorten(last.text) };
}

import type { DeskConversation, DeskLiveAgentMessage, DeskPerson } from '../../contract/desk-api.ts';
import { instant } from '../../contract/text.ts';
import type { Clock } from '../../platform/clock.ts';
import { DeskError } from '../desk-error.ts';
import { type Conversation, wire } from '../store/conversation-table.ts';
import type { DeskStore } from '../store/desk-store.ts';
import { settleConversation } from './debt.ts';

/*
 * What a live agent does at the desk. Each is one commit, together with the call to the router that it makes owed.
 * 1. The same client id in a conversation is one message, whoever repeats it and whatever has happened since.
 * 2. After a hand-back was asked for, nothing more is said.
 */
export type Commands = Readonly<{
  /** @throws DeskError `ended`. */
  take: (id: string, person: DeskPerson) => DeskConversation;
  /** @throws DeskError `ended` or `not-yours`. */
  say: (id: string, person: DeskPerson, said: Readonly<{ id: string; text: string }>) => DeskLiveAgentMessage;
  end: (id: string, person: DeskPerson) => DeskConversation;
  /** @throws DeskError `conversation-not-found`. */
  find: (id: string) => Conversation;
}>;

/** @param owe is told of a conversation in which a call to the router became owed. */
export function createCommands(store: DeskStore, clock: Clock, owe: (conversationId: string) => void): Commands {
  const { conversations, entries, outbox } = store;
  const find = (id: string): Conversation => {
    const found = conversations.find(id);
    if (found !== null) return found;
    throw new DeskError('conversation-not-found', 'There is no such conversation at this desk; load the list again.');
  };
  const assign = (one: Conversation, person: DeskPerson): Conversation => {
    if (one.assignee?.id === person.id) return one;
    const taken: Conversation = { ...one, state: 'open', assignee: person };
    settleConversation(store, taken, clock.now());
    return find(one.id);
  };
  const committed = <Result>(id: string, work: () => Result): Result => {
    const result = store.commit(work);
    owe(id);
    return result;
  };
  return {
    find,
    take: (id, person) =>
      committed(id, () => {
        const before = stillOpen(find(id));
        if (before.state === 'waiting') outbox.add({ conversationId: id, by: person, kind: 'assign' });
        return wire(assign(before, person));
      }),
    say: (id, person, said) =>
      committed(id, () => {
        const repeated = entries.find(find(id).id, said.id);
        if (repeated !== null) return repeated;
        const before = stillOpen(find(id));
        if (before.assignee !== null && before.assignee.id !== person.id) throw notYours(before.assignee);
        // A message says whose it is, so it needs no assignment before it.
        const conversation = assign(before, person);
        const entry = entryOf(conversation, said, entries.newestSeq(id), clock.now());
        entries.addLiveAgentMessage({ ...entry, by: person });
        outbox.add({ conversationId: id, by: person, kind: 'outbound', entryId: said.id });
        settleConversation(store, { ...conversation, said: conversation.said + 1 }, clock.now());
        return { ...entry, by: person };
      }),
    end: (id, person) =>
      committed(id, () => {
        const conversation = find(id);
        if (conversation.state === 'ended' || conversation.ending) return wire(conversation);
        outbox.add({ conversationId: id, by: person, kind: 'disconnect' });
        settleConversation(store, { ...conversation, ending: true }, clock.now());
        return wire(find(id));
      }),
  };
}

function stillOpen(conversation: Conversation): Conversation {
  if (conversation.state === 'ended') {
    throw new DeskError('ended', 'This conversation has ended; the virtual agent, or nobody, owns it now.');
  }
  if (conversation.ending) {
    throw new DeskError('ended', 'This conversation is being handed back; nothing more can be said in it.');
  }
  return conversation;
}

const notYours = ({ name }: DeskPerson): DeskError =>
  new DeskError('not-yours', `${name} has this conversation; take it over before you write.`);

function entryOf(
  one: Conversation,
  said: Readonly<{ id: string; text: string }>,
  newestSeq: number | null,
  at: number,
): Omit<DeskLiveAgentMessage, 'by'> {
  return {
    kind: 'live-agent-message',
    conversationId: one.id,
    place: [Math.max(newestSeq ?? 0, one.lastSeq), one.said + 1],
    id: said.id,
    text: said.text,
    at: instant(at),
    status: 'sending',
    why: null,
  };
}

import type { DeskConversation, DeskPerson } from '../../contract/desk-api.ts';

export type GroupName = 'waiting' | 'mine' | 'others' | 'ended';

export type Groups = Readonly<Record<GroupName, readonly DeskConversation[]>>;

/** Sorts conversations as one works them off: what is due first stands first. */
export function groupsOf(conversations: readonly DeskConversation[], me: DeskPerson): Groups {
  const groups = Map.groupBy(conversations, (one) => groupOf(one, me));
  const sorted = (name: GroupName, compare: typeof byDue): readonly DeskConversation[] =>
    (groups.get(name) ?? []).toSorted(compare);
  return {
    waiting: sorted('waiting', byDue),
    mine: sorted('mine', byDue),
    others: sorted('others', byDue),
    ended: sorted('ended', byChange),
  };
}

export function groupOf({ state, assignee }: DeskConversation, me: DeskPerson): GroupName {
  if (state !== 'open') return state;
  return assignee?.id === me.id ? 'mine' : 'others';
}

const at = (instant: string | null): number => (instant === null ? Number.MAX_SAFE_INTEGER : Date.parse(instant));

const byChange = (one: DeskConversation, other: DeskConversation): number => at(other.changedAt) - at(one.changedAt);

const byDue = (one: DeskConversation, other: DeskConversation): number =>
  at(one.respondBy) - at(other.respondBy) || byChange(one, other);

import type { SessionEvent } from '../core/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { DeliveryRef, DeliveryStore, StoredDelivery } from '../store/store.ts';
import type { Conversation } from './attempts/bodies.ts';
import type { Lease } from './lease.ts';

/** A call in a lane, with the event that owes it when that is at hand. */
export type LaneCall = Pick<
  StoredDelivery,
  'lane' | 'seq' | 'part' | 'kind' | 'url' | 'status' | 'owedAt' | 'tryUntil' | 'replayed'
> & {
  event: SessionEvent | null;
  attempts: number;
  dueAt: number;
  lastFailure: string | null;
  /** It was cancelled or skipped: whatever comes of it is of no interest. */
  dropped: boolean;
};

/** What lanes need to know of the sessions whose calls are made here, and what they tell of them. */
export type LaneClaims = Pick<Lease, 'isSure' | 'sure'> &
  Readonly<{
    holds: (sessionId: string) => boolean;
    /** A call was found in the store that the feed may not have told of yet. @param seq of the event that owes it. */
    found: (sessionId: string, seq: number) => void;
    /** Leaves a session to an instance that can read it. */
    giveUp: (sessionId: string) => Promise<void>;
  }>;

/** What an attempt knows of the lane in which it is made, and what it leaves there. */
export type LaneState = {
  /** Whether the session was told that the desk does not receive; unknown after a restart, never said of statuses. */
  delay: 'none' | 'told' | 'unknown' | 'never';
  /** Whether nothing waits behind the call that is tried. */
  readonly isLast: boolean;
  /** Whether the call that is tried is still to be made, as far as is known here: others may have changed that. */
  readonly mayCall: boolean;
  /** Whether that the desk does not receive is still to be told: others may have changed the call that was tried. */
  untold: boolean;
};

export type LaneParts = Readonly<{
  clock: Clock;
  deliveries: DeliveryStore;
  /** Makes all that was settled visible to the store's answer. */
  flush: () => Promise<void>;
  /** Reads what a call's body is made of. */
  conversationOf: (sessionId: string) => Promise<Conversation>;
  /** Makes one attempt and settles the call, or sets when it is due again. */
  attempt: (conversation: Conversation, call: LaneCall, lane: LaneState) => Promise<'settled' | 'again'>;
  /** Tells that a call which failed waits for long, if it does. */
  late: (sessionId: string, call: LaneCall, lane: LaneState) => Promise<void>;
  /** Tells that nothing waits any more where a delay was told. */
  resume: (sessionId: string, lane: string) => Promise<void>;
  /** How many more calls all lanes together may hold. */
  room: { left: number };
  /** Where other instances make calls too; else null. */
  claims: Pick<LaneClaims, 'isSure' | 'sure' | 'found'> | null;
}>;

export type LaneStart = Readonly<{
  sessionId: string;
  name: string;
  /** Whether the store holds calls of this lane. */
  behind: boolean;
  delay: LaneState['delay'];
  /** Read when it is left out. */
  conversation?: Conversation;
  /** The one call of a lane that was made for it. */
  single?: DeliveryRef;
}>;

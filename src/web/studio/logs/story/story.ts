import type { LoggedEvent } from '../../../../contract/manage.ts';
import type { CallKind, HandoffOutcome, LiveAgent, SessionEndReason } from '../../../../core/events.ts';
import type { SkillName } from '../../../../core/flow/asking.ts';
import type { Assignment } from '../../../../core/flow/parameters.ts';
import type { Delivery } from '../../deliveries/filter.ts';

/** One event of a session's log, as its page gives it. */
export type LogEvent = LoggedEvent;
export type LogEventOf<Kind extends LogEvent['kind']> = Extract<LogEvent, { kind: Kind }>;

/** What every item has: the event that it begins with, and that event's instant. */
type At = Readonly<{ seq: number; at: string }>;

/** Calls that an event owes and that were not taken yet. */
type Owing = Readonly<{ owes: readonly Delivery[] }>;

export type Message = At &
  Owing &
  Readonly<{
    kind: 'message';
    from: 'user' | 'virtual-agent' | 'live-agent';
    /** Of a live agent, when the desk said it. */
    name: string | null;
    /** Null when it was not to be kept. */
    text: string | null;
    /** The node that said it. */
    node: string | null;
    /** Whether it only started the flow. */
    isGreeting: boolean;
    /** How far it came to the end user, and when; null of their own. */
    receipt: Receipt | null;
  }>;

export type Receipt = Readonly<{ state: 'sent' | 'received' | 'read'; at: string | null }>;

/** Where the flow went. */
export type Step = At &
  Readonly<
    | { what: 'entered'; node: string; type: string }
    /** What was said could not be used; how often. */
    | { what: 'missed'; node: string; misses: number }
    | { what: 'switched'; node: string; from: string; returns: boolean }
    | { what: 'sub-flow'; node: string }
    | { what: 'back'; node: string }
  >;

export type Steps = At & Readonly<{ kind: 'steps'; steps: readonly Step[] }>;

export type Parameters = At & Readonly<{ kind: 'parameters'; isInitial: boolean; set: readonly Assignment[] }>;

export type Question = At &
  Owing &
  Readonly<{
    kind: 'question';
    node: string;
    /** Null when it was not even asked. */
    skill: SkillName | null;
    waits: boolean;
    came: Came;
  }>;

/** What came of a question. */
export type Came =
  | Readonly<{ kind: 'nothing' }>
  | Readonly<{ kind: 'answer'; output: string; tookMs: number }>
  | Readonly<{ kind: 'failure'; cause: string; tookMs: number | null }>;

export type Intent = At & Readonly<{ kind: 'intent'; node: string; intent: string | null; score: number }>;

export type HandoffEnd = At &
  Owing &
  Readonly<{ outcome: HandoffOutcome; cause: string; tags: readonly string[]; result: string | null }>;

/** A stretch of the conversation that a live agent owned, from the request to its end. */
export type Handoff = At &
  Owing &
  Readonly<{
    kind: 'handoff';
    epoch: number;
    node: string;
    isKept: boolean;
    connected: (At & Readonly<{ by: 'start' | 'outbound'; queued: boolean; place: number | null }>) | null;
    assigned: (At & Readonly<{ liveAgent: LiveAgent | null }>) | null;
    /** When the live agent first wrote, and who it was. */
    answered: (At & Readonly<{ liveAgent: LiveAgent | null }>) | null;
    end: HandoffEnd | null;
    items: readonly Item[];
  }>;

/** What became of calls to a desk. */
export type DeliveryNote = At &
  Readonly<{ kind: 'delivery' }> &
  Readonly<
    | { what: 'died'; id: string; callKind: CallKind; cause: string }
    | { what: 'delayed'; id: string; callKind: CallKind; since: string; cause: string }
    | { what: 'resumed'; since: string }
    | { what: 'replayed' | 'skipped'; id: string }
    /** Calls that are owed for no item of their own, such as statuses. */
    | { what: 'owes'; owes: readonly Delivery[] }
  >;

export type Note = At &
  Readonly<{ kind: 'note' }> &
  Readonly<
    | { what: 'opened'; version: number; user: string | null }
    | { what: 'connected' }
    | { what: 'unavailable'; node: string }
  >;

export type End = At & Readonly<{ kind: 'end'; reason: SessionEndReason; detail: string | null }>;

/** What a log reads like: the conversation, with what happened between the messages. */
export type Item = Message | Steps | Parameters | Question | Intent | Handoff | DeliveryNote | Note | End;

/** What is told beside the conversation. */
export type Shown = Readonly<{ nodes: boolean; parameters: boolean; deliveries: boolean }>;

export const everything: Shown = { nodes: true, parameters: true, deliveries: true };

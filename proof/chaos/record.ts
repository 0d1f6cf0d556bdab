/*
 * The driver's own record of a run: what was said and answered, what came at desks and at end users, and the log that
 * the program gave in the end. Nothing here knows how the program works.
 */

/** Something that an end user said. Its text is like no other of the session. */
export type Said = {
  readonly id: string;
  readonly text: string;
  readonly by: 'socket' | 'step';
  readonly tab: number;
  /** The seq of `accepted`; for a step, 0. Null while it was not accepted. */
  acceptedSeq: number | null;
  /** It was refused for good. */
  refused: boolean;
  /** It was told once to come again later, so that what was said after it may stand before it. */
  putOff: boolean;
  /** When it was said first, and when last. */
  saidAt: number;
  sentAt: number;
};

/** Something that a live agent asked for: a message, or the end of a handoff (`text` is null). */
export type Asked = {
  readonly key: string;
  /** The handoff in which it was asked. */
  readonly epoch: number;
  /** Whether the call names that; otherwise it counts for the handoff that owns when it is taken. */
  readonly named: boolean;
  readonly text: string | null;
  /** All that its repeats were answered with. */
  readonly uuids: Set<string>;
  verdict: 'open' | 'accepted' | 'refused';
};

export type Arrival = Readonly<{
  /** The webhook-id. */
  id: string;
  lane: string;
  /** What the call is about, whatever its id: equal for repeats, and for nothing else. */
  about: string;
  /** Of the bytes. */
  digest: string;
  /** The last message before it, as an inbound call says it. */
  previousSeq: number | null;
  /** The words that it carries: a text, or a digest of a transcript. */
  words: string | null;
  reason: string | null;
}>;

/** One frame that is a fact: `words` is the text of a message, null for a change of the session. */
export type Frame = Readonly<{ seq: number; words: string | null }>;

/** One place at which an end user reads, over all its connections. */
export type TabRecord = {
  readonly name: string;
  readonly frames: Frame[];
  /** It read to the end of the session. */
  complete: boolean;
};

/** One event of the log as the program shows it. */
export type LogEvent = Readonly<{
  seq: number;
  at: string;
  kind: string;
  text?: string;
  clientId?: string;
  messageId?: string;
  epoch?: number;
  lastSeq?: number;
  connectBy?: number;
  call?: Readonly<{ lane: string; seq: number; part: number }>;
  outcome?: string;
  to?: unknown;
}>;

export type SessionRecord = {
  readonly number: number;
  readonly id: string;
  readonly agent: string;
  /** How long the live agent may owe an answer, ms; null where it is hours. */
  readonly answerWithinMs: number | null;
  readonly said: Said[];
  readonly asked: Asked[];
  readonly arrivals: Arrival[];
  readonly tabs: TabRecord[];
  /** The end user's own wish to leave. */
  left: boolean;
  log: readonly LogEvent[];
  /** Ids of calls that the program gave up. */
  dead: readonly string[];
  /** Ids of calls that a desk refused for good. */
  readonly refusedCalls: Set<string>;
};

export const troubleKinds = [
  'lost',
  'reordered',
  'other id',
  'changed',
  'twice',
  'invented',
  'owner',
  'outcome',
  'clock',
  'dead',
  'program',
] as const;

/** What is wrong: of which kind, where, and what was expected. */
export type Trouble = Readonly<{
  kind: (typeof troubleKinds)[number];
  session: string | null;
  seq: number | null;
  what: string;
}>;

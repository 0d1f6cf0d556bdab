import type { Call, CallChange } from '../core/commands.ts';
import type { CallKey, CallKind, SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';
import type { AgentStore } from './agents.ts';
import type { PeopleStore } from './people.ts';
import type { SharedStore } from './shared.ts';
import type { UserParameters, UserStore } from './users.ts';

/** An answer that a repeat of the same call of a desk gets again. */
export type RecordedAnswer = Readonly<{
  key: string;
  /** Of the request's body: the same key with another one is refused. */
  fingerprint: string;
  /** JSON of what was answered. */
  body: string;
}>;

/** All that one decision, or several in a row, changes of one session; committed whole or not at all. */
export type SessionCommit = Readonly<{
  /** The version that the decision saw; 0 for a new session. */
  before: number;
  session: Session;
  events: readonly SessionEvent[];
  calls: readonly Call[];
  changes: readonly CallChange[];
  answers: readonly RecordedAnswer[];
  /** When the session wants to be woken, null for never; undefined leaves what is stored, which comes no later. */
  wakeAt: number | null | undefined;
  /** What is kept for the user from now on; mostly nothing. */
  userParameters?: UserParameters | null | undefined;
}>;

/** Who makes the calls that a commit owes, where several instances share a database. */
export type CommitResult =
  /** It is stored. What it owes is for this process, which knows all that was owed in the session before. */
  | 'committed'
  /** The version was overtaken; nothing was stored. */
  | 'conflict'
  /**
   * It is stored. The calls of the session are that instance's; `owedBefore` is the version of the commit that owed calls
   * before, null when nobody held the session.
   */
  | Readonly<{ caller: number; owedBefore: number | null }>;

/** A call with what became of it so far. `owedAt` is the moment of the replay where it was replayed. */
export type StoredDelivery = Call &
  Readonly<{
    sessionId: string;
    state: 'owed' | 'delivered' | 'dead' | 'skipped';
    attempts: number;
    dueAt: number;
    /** When it ended, or null. */
    settledAt: number | null;
    lastFailure: string | null;
    replayed: boolean;
  }>;

export type DeliveryRef = CallKey & Readonly<{ sessionId: string }>;

/** What one attempt left behind. `dead` only adds the attempt to the list: the call's end is the command's. */
export type AttemptRecord = DeliveryRef &
  Readonly<{ attempts: number; at: number }> &
  (
    | Readonly<{ state: 'delivered' }>
    | (Readonly<{ state: 'owed'; dueAt: number }> & Failure)
    | (Readonly<{ state: 'dead' }> & Failure)
  );

/** Why an attempt failed: a sentence, the answer's status when there was one, and what of its body may be shown. */
type Failure = Readonly<{ failure: string; status: number | null; excerpt: string | null }>;

/** An attempt that failed. Numbers count from 1 and go on after a replay. */
export type FailedAttempt = Readonly<{
  number: number;
  at: number;
  status: number | null;
  cause: string;
  excerpt: string | null;
}>;

/** What of a session its desk has not taken. */
export type DeskDebt = Readonly<{
  /** Since when the oldest call is owed, if one was tried in vain; statuses do not count. */
  notReceivedSince: number | null;
  /** Calls of handoffs that are owed, and all that are dead. */
  waiting: number;
  dead: number;
  lastFailure: string | null;
}>;

/** What of the calls to one URL was not taken. */
export type EndpointDebt = Readonly<{
  url: string;
  kinds: readonly CallKind[];
  owed: number;
  /** Of those that are owed, how many were tried in vain. */
  stuck: number;
  dead: number;
  oldestOwedAt: number | null;
  lastFailure: string | null;
}>;

export type StoredKey = Readonly<{
  id: string;
  hash: string;
  /** Its first characters, to recognise it by; null of keys that were made before these were kept. */
  prefix: string | null;
  label: string;
  scopes: readonly string[];
  /** Null for no limit. */
  requestsPerSecond: number | null;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  /** A minute behind, at most. */
  lastUsedAt: number | null;
  /** The id of the key that a rotation put in its place. */
  successor: string | null;
}>;

export type NewKey = Pick<StoredKey, 'id' | 'hash' | 'label' | 'scopes' | 'createdAt'> &
  Partial<Pick<StoredKey, 'prefix' | 'requestsPerSecond' | 'expiresAt'>>;

/** Keys that a database holds, those that open nothing any more included. */
export const mostKeys = 1_000;

/** Whether a key opens anything at an instant. */
export const isValid = ({ revokedAt, expiresAt }: Pick<StoredKey, 'revokedAt' | 'expiresAt'>, at: number): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > at);

/** The actor of a call whose key is not known. */
export const unknownActor = 'unknown';

/** One call that manages. */
export type AuditEntry = Readonly<{
  /** A UUID, version 7, so entries are in order of time. */
  id: string;
  at: number;
  /** Who: the label of a key, or the name of what needs none. */
  actor: string;
  keyId: string | null;
  address: string | null;
  operation: string;
  target: string;
  /** Null while it was only begun. */
  status: number | null;
  /** The code of its error. */
  code: string | null;
}>;

export type DeliveryFilter = Readonly<{
  state?: 'owed' | 'stuck' | 'delivered' | 'dead' | 'skipped' | undefined;
  /** Exactly as the flow has it. */
  url?: string | undefined;
  sessionId?: string | undefined;
  after?: DeliveryRef | undefined;
  limit: number;
}>;

export type SessionFilter = Readonly<{
  from?: number | undefined;
  to?: number | undefined;
  virtualAgentId?: string | undefined;
  isOpen?: boolean | undefined;
  /** Whether a live agent was ever asked for. */
  hasHandoff?: boolean | undefined;
  isTrial?: boolean | undefined;
  offset: number;
  limit: number;
  /** Events that are read for one answer; those of a single session always are. */
  mostEvents: number;
}>;

/** Sessions, their logs and what was answered in them. */
export type SessionStore = Readonly<{
  /** One transaction, one flush. A commit whose version was overtaken is left out and reported; the others go on. */
  commitBatch: (commits: readonly SessionCommit[], at: number) => Promise<readonly CommitResult[]>;
  /** Resolves when all that was read before is on disk: a read may see what is committed and not flushed yet. */
  flushed: () => Promise<void>;
  load: (id: string) => Promise<Session | null>;
  /** Events after a seq, in order. */
  readEvents: (id: string, after: number, limit: number) => Promise<readonly SessionEvent[]>;
  /** Only utterances, in order, after a seq and up to another one. */
  readMessages: (id: string, after: number, to: number, limit: number) => Promise<readonly SessionEvent[]>;
  readEvent: (id: string, seq: number) => Promise<SessionEvent | null>;
  /** @param since answers older than this instant are forgotten. */
  findAnswer: (id: string, key: string, since: number) => Promise<RecordedAnswer | null>;
  /**
   * Sessions whose wake-up has come, those whose is the earliest. Those of a shared store are this process's for a while: others
   * find them due again when it does not wake them.
   */
  claimDue: (at: number, limit: number) => Promise<readonly string[]>;
  /** The first wake-up after an instant. */
  nextWakeAt: (after: number) => Promise<number | null>;
}>;

export type DeliveryStore = Readonly<{
  record: (attempts: readonly AttemptRecord[]) => Promise<void>;
  /** Owed calls of one lane that were not replayed, in order. */
  readLane: (sessionId: string, lane: string, limit: number) => Promise<readonly StoredDelivery[]>;
  /** As that of sessions. */
  flushed: () => Promise<void>;
  /** Lanes and replayed calls that are owed something, for a process that starts; paged by the last one. */
  owed: (after: DeliveryRef | null, limit: number) => Promise<readonly StoredDelivery[]>;
  /** One owed call of each lane of these sessions, and every replayed one. */
  owedIn: (sessionIds: readonly string[]) => Promise<readonly StoredDelivery[]>;
  find: (ref: DeliveryRef) => Promise<StoredDelivery | null>;
  /** Attempts that failed, the first and the last ones of many. */
  attempts: (ref: DeliveryRef) => Promise<readonly FailedAttempt[]>;
  /** Owed and dead calls of events from one seq to another, in order of lane and seq. */
  open: (sessionId: string, from: number, to: number) => Promise<readonly StoredDelivery[]>;
  debt: (sessionId: string) => Promise<DeskDebt>;
  list: (filter: DeliveryFilter) => Promise<readonly StoredDelivery[]>;
  /** How many are owed and dead now, and since when the oldest is owed; null when none is. */
  count: () => Promise<Readonly<{ owed: number; dead: number; oldestOwedAt: number | null }>>;
}>;

export type KeyStore = Readonly<{
  /** Where the table is full, the oldest that open nothing any more are forgotten. @returns false when all are valid. */
  add: (key: NewKey) => Promise<boolean>;
  /** Those that open something. */
  valid: (at: number) => Promise<readonly StoredKey[]>;
  list: () => Promise<readonly StoredKey[]>;
  /** Another one whenever keys were changed, by whichever process; cheap enough to ask for each key that is not known. */
  stamp: () => Promise<string>;
  /** Puts a new key in the place of a valid one, which ends at `expiresAt`, or before, as it would have. */
  rotate: (id: string, successor: NewKey, expiresAt: number) => Promise<'rotated' | 'not-valid' | 'full'>;
  /** @param keepLast whether the last valid key that may manage is to stay. */
  revoke: (id: string, at: number, keepLast: boolean) => Promise<'revoked' | 'revoked-before' | 'not-found' | 'last'>;
  noteUses: (uses: readonly Readonly<{ id: string; at: number }>[]) => Promise<void>;
}>;

export type AuditStore = Readonly<{
  /** Resolves when it is on disk. */
  begin: (entry: AuditEntry) => Promise<void>;
  settle: (id: string, outcome: Pick<AuditEntry, 'target' | 'status' | 'code'>) => Promise<void>;
  /** Newest first. @param after only those older than the entry of this id. */
  list: (after: string | null, limit: number) => Promise<readonly AuditEntry[]>;
  /** Drops at most `limit` of those from before an instant, and as many whose actor was unknown. @returns how many. */
  forget: (what: Readonly<{ before: number; unknownBefore: number; limit: number }>) => Promise<number>;
}>;

/**
 * Long reads that never hold up a conversation, made on a thread of their own. What they give is written there as the wire has it (JSON in UTF-8): to hand
 * a log of 100 000 events over to the main thread held that up for most of a second.
 */
export type ReportStore = Readonly<{
  /** A list of reports, newest session first; null when the sessions hold more events than are to be read at once. */
  sessions: (filter: SessionFilter) => Promise<Readonly<{ total: number; events: number; reports: Uint8Array | null }>>;
  /** The report of one session; null when there is none. */
  report: (id: string) => Promise<Uint8Array | null>;
  /**
   * Endpoints with calls that are owed or dead, those first of which most were tried in vain or given up. Every such call is
   * looked at, and no other: 100,000 among a million take 0.1 s here, and 0.3 s of PostgreSQL.
   */
  endpoints: (limit: number) => Promise<readonly EndpointDebt[]>;
}>;

export type Store = Readonly<{
  sessions: SessionStore;
  deliveries: DeliveryStore;
  agents: AgentStore;
  keys: KeyStore;
  audit: AuditStore;
  users: UserStore;
  people: PeopleStore;
  reports: ReportStore;
  /** Null where only one process works on the data. */
  shared: SharedStore | null;
  /** Resolves when the database answers. */
  ping: () => Promise<void>;
  close: () => Promise<void>;
}>;

/** A delivery's id on the wire, which is also the webhook-id of its calls: made of its key, so it needs no storing. */
export function deliveryId(ref: DeliveryRef): string {
  return `${ref.sessionId}-${ref.lane}-${ref.seq}-${ref.part}`;
}

const idForm = /^([0-9a-f-]{36})-(s|h[1-9]\d{0,8}|a[1-9]\d{0,14})-([1-9]\d{0,14})-(\d{1,9})$/;

export function deliveryRefOf(id: string): DeliveryRef | null {
  const [, sessionId, lane, seq, part] = idForm.exec(id) ?? [];
  if (sessionId === undefined || lane === undefined) return null;
  return { sessionId, lane, seq: Number(seq), part: Number(part) };
}

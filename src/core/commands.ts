import type { CallKey, CallKind, LiveAgent, SessionEvent } from './events.ts';
import type { Assignment } from './flow/parameters.ts';
import type { Owner, Session } from './session.ts';
import type { SkillAnswer } from './skills.ts';

/** What the desk's start endpoint said in the end; passing failures are tried again and never get here. */
export type StartAnswer =
  | Readonly<{ kind: 'accepted'; queued: boolean; place?: number }>
  | Readonly<{ kind: 'refused'; cause: string }>;

export type Command =
  /** The end user's socket is connected; the first one starts the flow. */
  | Readonly<{ kind: 'connect-socket' }>
  /** One turn over HTTP. `input` null says nothing; the first step only starts the flow. */
  | Readonly<{ kind: 'step'; messageId: string; input: string | null; parameters: readonly Assignment[] }>
  /** The end user wrote on a socket. */
  | Readonly<{ kind: 'say'; messageId: string; clientId: string; text: string }>
  | Readonly<{ kind: 'set-parameters'; parameters: readonly Assignment[] }>
  | Readonly<{ kind: 'acknowledge'; receipt: 'received' | 'read'; seq: number }>
  /** The end user leaves. */
  | Readonly<{ kind: 'leave' }>
  /** The live agent writes. */
  | Readonly<{
      kind: 'answer';
      messageId: string;
      text: string;
      epoch?: number | undefined;
      liveAgent?: LiveAgent | undefined;
    }>
  /** The live agent is typing: no fact, but only the owner's is told. */
  | Readonly<{ kind: 'note-typing'; epoch?: number | undefined }>
  /** Somebody was assigned to a queued handoff. */
  | Readonly<{ kind: 'assign'; epoch?: number | undefined; liveAgent?: LiveAgent | undefined }>
  /** The live agent hands back. */
  | Readonly<{
      kind: 'disconnect';
      epoch?: number | undefined;
      result?: string | undefined;
      tags?: readonly string[] | undefined;
    }>
  /** The start call has its answer. `replayed` says that it was given up before, and somebody asked for it again. */
  | Readonly<{
      kind: 'settle-start';
      epoch: number;
      call: CallKey;
      answer: StartAnswer;
      attempts: number;
      replayed: boolean;
    }>
  /** A node's question has its answer. */
  | Readonly<{ kind: 'settle-ask'; call: CallKey; answer: SkillAnswer; attempts: number }>
  | Readonly<{
      kind: 'report-dead';
      call: CallKey;
      callKind: CallKind;
      cause: string;
      attempts: number;
      /** The handoff whose lane is empty now, where the desk may have been reported late; null otherwise. */
      resumed?: number | null;
    }>
  /** The desk of a handoff does not receive: its call is owed since `since` and was tried in vain. */
  | Readonly<{
      kind: 'report-delay';
      epoch: number;
      call: CallKey;
      callKind: CallKind;
      since: number;
      cause: string;
    }>
  /** It receives again, or nothing waits for it any more. */
  | Readonly<{ kind: 'report-resumed'; epoch: number }>
  | Readonly<{ kind: 'replay-delivery'; call: CallKey }>
  | Readonly<{ kind: 'skip-delivery'; call: CallKey; callKind: CallKind }>
  /** A deadline has come; which one, the state knows. */
  | Readonly<{ kind: 'wake' }>;

export type RefusalCode =
  | 'session-ended'
  | 'wrong-owner'
  | 'wrong-epoch'
  | 'parameter-reserved'
  | 'parameter-wrong-shape'
  | 'too-many-parameters'
  | 'seq-unknown'
  | 'start-owed';

/** Why a command changed nothing: a stable code, a sentence that says what to do, and who owns the session. */
export type Refusal = Readonly<{ code: RefusalCode; message: string; owner: Owner; epoch: number | null }>;

/** A call that an event makes us owe a desk, or a node's question. Its body is a function of the log. */
export type Call = CallKey &
  Readonly<{
    kind: CallKind;
    url: string;
    owedAt: number;
    /** When trying ends. */
    tryUntil: number;
    status?: StatusChange;
  }>;

export type MessageStatus = 'submitted' | 'delivered' | 'read' | 'undeliverable';

export type StatusChange = Readonly<{ messageId: string; status: MessageStatus }>;

/** What a decision does to calls that were owed before. */
export type CallChange =
  /** One call ends, or (`owed`) is owed again out of order. */
  | Readonly<{
      kind: 'settle';
      call: CallKey;
      state: 'delivered' | 'dead' | 'skipped';
      attempts: number;
      cause: string | null;
    }>
  | Readonly<{ kind: 'settle'; call: CallKey; state: 'skipped' | 'owed' }>
  /** Start and inbound calls of a lane that reached nobody and never will. */
  | Readonly<{ kind: 'cancel'; lane: string }>;

export type CommandResult =
  | Readonly<{ kind: 'done'; seq: number | null; messageId: string | null }>
  | Readonly<{ kind: 'refused'; refusal: Refusal }>;

/**
 * What follows from a command. A refused command itself changes nothing; events beside a refusal are of deadlines
 * that had passed when it came.
 */
export type Decision = Readonly<{
  session: Session;
  events: readonly SessionEvent[];
  calls: readonly Call[];
  changes: readonly CallChange[];
  result: CommandResult;
}>;

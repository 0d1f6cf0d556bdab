import type { SkillName } from './flow/asking.ts';
import type { Assignment, ParameterValues } from './flow/parameters.ts';

/** The version of the events' shape; a reader that meets a higher one lets the session go. */
export const eventVersion = 2;

export type LiveAgent = Readonly<{ id: string; name?: string | undefined; team?: string | undefined }>;

/** How a handoff ended; each has exactly one (contract 3.9, rule 4). */
export type HandoffOutcome = 'disconnected' | 'failed' | 'no-response' | 'user-left' | 'expired';

export type SessionEndReason = 'completed' | 'user-left' | 'expired' | 'fault';

/** Milliseconds; those left out do not apply. */
export type ResponseLimits = Readonly<{ waitingMs: number; firstMs?: number; eachMs?: number }>;

/** To whom an end user's message goes. A greeting only starts the flow and answers no node. */
export type Addressee =
  | Readonly<{ kind: 'greeting' }>
  | Readonly<{ kind: 'virtual-agent' }>
  | Readonly<{ kind: 'live-agent'; epoch: number; previousSeq: number; respondBy: number }>;

/** Names one call of a session: its lane, the seq of the event that owes it, and which of that event's calls it is. */
export type CallKey = Readonly<{ lane: string; seq: number; part: number }>;

/** `ask` is no desk's: it is the question of a node. */
export type CallKind = 'start' | 'inbound' | 'status' | 'ended' | 'ask';

/** What happened, without when. */
export type Fact =
  | Readonly<{
      kind: 'session-started';
      sessionId: string;
      virtualAgentId: string;
      flowVersion: number;
      userId?: string | undefined;
      expiresAt: number;
      parameters: ParameterValues;
    }>
  | Readonly<{ kind: 'socket-connected' }>
  | Readonly<{ kind: 'flow-started'; by: 'socket' | 'step' }>
  /** The first step of a session whose flow a socket had started. */
  | Readonly<{ kind: 'first-step-taken' }>
  | Readonly<{ kind: 'node-entered'; node: string; type: string }>
  | Readonly<{ kind: 'parameters-set'; parameters: readonly Assignment[] }>
  | Readonly<{ kind: 'virtual-agent-message-sent'; node: string; text: string }>
  | Readonly<{ kind: 'input-awaited'; node: string; misses: number }>
  | Readonly<{ kind: 'input-taken'; node: string; messageSeq: number | null }>
  /** What the end user's words were read as; no intent when none scored high enough. `score` is the best one's. */
  | Readonly<{ kind: 'intent-recognised'; node: string; intent: string | null; score: number }>
  | Readonly<{ kind: 'sub-flow-entered'; node: string }>
  /** The end user's words led away from the node that waited; with `returns` the flow comes back to it. */
  | Readonly<{ kind: 'context-switched'; node: string; from: string; returns: boolean }>
  /** The nodes of a sub-flow, or of a context switch that returns, led nowhere: `node` is where the flow goes on. */
  | Readonly<{ kind: 'sub-flow-left'; node: string }>
  /**
   * A node asks what the core cannot answer; its seq names the request. It may see the messages after one seq up to
   * another, and `given`.
   */
  | Readonly<{
      kind: 'skill-requested';
      node: string;
      skill: SkillName;
      /** Whether the flow waits for the answer. */
      waits: boolean;
      dueAt: number;
      given: readonly Assignment[];
      after: number;
      to: number;
      /** Why an external bot is asked. */
      turn: 'begin' | 'message' | 'back';
    }>
  | Readonly<{ kind: 'skill-answered'; node: string; request: number; output: 'default' | 'human' | 'listen' }>
  /** No request when it was not even asked. */
  | Readonly<{ kind: 'skill-failed'; node: string; request: number | null; cause: string }>
  | Readonly<{
      kind: 'user-message-received';
      messageId: string;
      clientId?: string | undefined;
      text: string;
      to: Addressee;
    }>
  | Readonly<{
      kind: 'handoff-requested';
      epoch: number;
      node: string;
      lastSeq: number;
      connectBy: number;
      respondBy: number;
      limits: ResponseLimits;
      reportsStatus: boolean;
      saveChat: boolean;
      capitalised: boolean;
      parameters: readonly Readonly<{ name: string; value: string }>[];
    }>
  | Readonly<{ kind: 'handoff-unavailable'; node: string; cause: 'no-socket' }>
  | Readonly<{ kind: 'handoff-connected'; epoch: number; by: 'start' | 'outbound'; queued: boolean; place?: number }>
  | Readonly<{ kind: 'handoff-assigned'; epoch: number; liveAgent?: LiveAgent | undefined }>
  | Readonly<{
      kind: 'live-agent-message-sent';
      messageId: string;
      epoch: number;
      text: string;
      liveAgent?: LiveAgent | undefined;
    }>
  | Readonly<{
      kind: 'handoff-ended';
      epoch: number;
      node: string;
      outcome: HandoffOutcome;
      cause: string;
      tags?: readonly string[] | undefined;
      /** What the desk calls the result, when its disconnect said so. */
      result?: string | undefined;
    }>
  | Readonly<{ kind: 'messages-received'; to: number }>
  | Readonly<{ kind: 'messages-read'; to: number }>
  | Readonly<{ kind: 'delivery-died'; call: CallKey; callKind: CallKind; cause: string }>
  /** The desk of a connected handoff has not received this call, owed since `since`, nor any after it. */
  | Readonly<{
      kind: 'delivery-delayed';
      epoch: number;
      call: CallKey;
      callKind: CallKind;
      since: number;
      cause: string;
      queued: boolean;
    }>
  /** It receives again, or nothing waits for it any more. */
  | Readonly<{ kind: 'delivery-resumed'; epoch: number; since: number; queued: boolean }>
  | Readonly<{ kind: 'delivery-replayed'; call: CallKey }>
  | Readonly<{ kind: 'delivery-skipped'; call: CallKey }>
  | Readonly<{ kind: 'session-ended'; reason: SessionEndReason; detail?: string | undefined }>;

/** A fact with its place in the session's log and its instant (ms since 1970). */
export type SessionEvent = Fact & Readonly<{ seq: number; at: number }>;

export type EventOf<Kind extends Fact['kind']> = Extract<SessionEvent, { kind: Kind }>;

/** Events that are utterances: together, in order of seq, the transcript. */
export type MessageEvent = EventOf<'user-message-received' | 'virtual-agent-message-sent' | 'live-agent-message-sent'>;

export const messageKinds = [
  'user-message-received',
  'virtual-agent-message-sent',
  'live-agent-message-sent',
] as const satisfies readonly MessageEvent['kind'][];

export function isMessage(event: SessionEvent): event is MessageEvent {
  return (messageKinds as readonly string[]).includes(event.kind);
}

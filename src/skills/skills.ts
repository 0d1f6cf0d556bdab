import type { MessageEvent } from '../core/events.ts';
import type { AskingNode } from '../core/flow/asking.ts';
import type { ParameterValues } from '../core/flow/parameters.ts';
import type { SkillAnswer } from '../core/skills.ts';

/** What a node wants to know, made from the log and the flow: every repeat asks the same. */
export type Question = Readonly<{
  /** The same on every repeat; a webhook-id on the wire. */
  id: string;
  node: AskingNode;
  nodeId: string;
  sessionId: string;
  virtualAgentId: string;
  userId: string | null;
  /** The parameters that the node mentions and that have a value, system ones included. */
  given: ParameterValues;
  /** Utterances that it may see, oldest first. */
  messages: readonly MessageEvent[];
  /** Why an external bot is asked: it begins, an end user's message came, or it gets the conversation back. */
  turn: 'begin' | 'message' | 'back';
  /** `whsec_…`, each signs what is sent. */
  secrets: readonly string[];
  /** How long an answer is waited for, ms. */
  withinMs: number;
}>;

/** Answers what the core cannot: questions of nodes to the world outside. */
export type Skills = Readonly<{
  /** Never rejects for what the other side does. @param signal gives up early, with *failed*. */
  ask: (question: Question, signal: AbortSignal) => Promise<SkillAnswer>;
}>;

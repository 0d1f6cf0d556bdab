import type { FlowNode } from './nodes.ts';
import type { ParameterDeclaration } from './parameters.ts';

/** What end users may want, by examples of how they say it. */
export type IntentDeclaration = Readonly<{ name: string; examples: readonly string[] }>;

/** A kind of value of the flow's own: a list of values with what else they are called, or a pattern (RE2). */
export type EntityDeclaration = Readonly<{
  name: string;
  values?: readonly Readonly<{ value: string; synonyms?: readonly string[] | undefined }>[] | undefined;
  /** The whole answer must match; the first group, where there is one, is the value. */
  pattern?: string | undefined;
}>;

/** A virtual agent as published: immutable once it has a version. */
export type Flow = Readonly<{
  name: string;
  region?: 'eu' | 'us' | undefined;
  allowedOrigins?: readonly string[] | undefined;
  /** Whether anybody may open a session from the chat page, without a key. */
  webChat?: boolean | undefined;
  /** An IANA name such as `Europe/Berlin`, for dates and times that people say; UTC by default. */
  timeZone?: string | undefined;
  parameters?: readonly ParameterDeclaration[] | undefined;
  intents?: readonly IntentDeclaration[] | undefined;
  entities?: readonly EntityDeclaration[] | undefined;
  start: string;
  nodes: Readonly<Record<string, FlowNode>>;
  /** Where a canvas draws nodes, by their ids; nothing else reads it, and it may name nodes that are not there. */
  layout?: Readonly<Record<string, Position>> | undefined;
}>;

export type Position = Readonly<{ x: number; y: number }>;

export const defaultRetries = 1;
export const defaultWaitingHours = 6.94;
export const defaultConnectSeconds = 30;

/** Response waiting time in milliseconds. The hosted product's default, 6.94 h, is exactly 25 000 s. */
export function waitingMs(hours: number): number {
  return hours === 6.94 ? 25_000_000 : Math.round(hours * 3_600_000);
}

/** A node by its id; own properties only, so that a node named `constructor` is no trap. */
export function nodeOf(flow: Flow, id: string): FlowNode | undefined {
  return Object.hasOwn(flow.nodes, id) ? flow.nodes[id] : undefined;
}

export function declarationOf(flow: Flow, name: string): ParameterDeclaration | undefined {
  return flow.parameters?.find((declared) => declared.name === name);
}

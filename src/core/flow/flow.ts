import type { Rule } from './conditions.ts';
import type { ParameterDeclaration, Value } from './parameters.ts';

/** Where each output of a node leads: a node's id. An output left out, or null, leads nowhere: it ends the session. */
export type Outputs<Name extends string> = Readonly<{ [name in Name]?: string | null | undefined }>;

export type SendMessageNode = Readonly<{ type: 'send-message'; text: string; outputs: Outputs<'default'> }>;

export type CollectInputNode = Readonly<{
  type: 'collect-input';
  parameter: string;
  prompt?: string | undefined;
  /** Said instead of the prompt after an answer that was missed; without it the prompt is repeated. */
  retryPrompt?: string | undefined;
  /** How often it asks again before it takes *missed*. */
  retries?: number | undefined;
  outputs: Outputs<'default' | 'missed'>;
}>;

/** The first condition whose rule holds gives the output; otherwise *default*. */
export type ConditionsNode = Readonly<{
  type: 'conditions';
  conditions: readonly Readonly<{ output: string; when: Rule }>[];
  outputs: Readonly<Record<string, string | null>>;
}>;

export type SetParameterNode = Readonly<{
  type: 'set-parameter';
  parameter: string;
  /** `append` and `clear` are for multi-value parameters; `clear` takes no value. */
  operation?: 'set' | 'append' | 'clear' | undefined;
  value?: Value | undefined;
  outputs: Outputs<'default'>;
}>;

export type LiveAgentRoutingNode = Readonly<{
  type: 'live-agent-routing';
  startConnectionUrl: string;
  inboundTransferUrl: string;
  statusDeliveryUrl?: string | undefined;
  endedUrl?: string | undefined;
  transferParameters?: readonly string[] | undefined;
  /** Hours, 1 to 20; 6.94 means exactly 25 000 s. */
  responseWaitingTime?: number | undefined;
  /** Seconds. */
  firstResponseWithin?: number | undefined;
  /** Seconds. */
  eachResponseWithin?: number | undefined;
  /** Seconds. */
  connectWithin?: number | undefined;
  saveChat?: boolean | undefined;
  transcriptionKeys?: 'documented' | 'capitalised' | undefined;
  outputs: Outputs<'default' | 'failed' | 'noResponse' | 'userLeft'>;
}>;

export type EndConversationNode = Readonly<{ type: 'end-conversation' }>;

export type FlowNode =
  | SendMessageNode
  | CollectInputNode
  | ConditionsNode
  | SetParameterNode
  | LiveAgentRoutingNode
  | EndConversationNode;

/** A virtual agent as published: immutable once it has a version. */
export type Flow = Readonly<{
  name: string;
  region?: 'eu' | 'us' | undefined;
  allowedOrigins?: readonly string[] | undefined;
  /** Whether anybody may open a session from the chat page, without a key. */
  webChat?: boolean | undefined;
  parameters?: readonly ParameterDeclaration[] | undefined;
  start: string;
  nodes: Readonly<Record<string, FlowNode>>;
}>;

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

import type { AskingNode, SkillName } from './asking.ts';
import type { Rule } from './conditions.ts';
import type { Outputs } from './outputs.ts';
import type { Value } from './parameters.ts';

export type SendMessageNode = Readonly<{ type: 'send-message'; text: string; outputs: Outputs<'default'> }>;

export type CollectInputNode = Readonly<{
  type: 'collect-input';
  parameter: string;
  prompt?: string | undefined;
  /** What an answer must hold: `@sys.any` and its like, or one of the flow's own; `@sys.any` when left out. */
  entity?: string | undefined;
  /** Said instead of the prompt after an answer that was missed: the first after the first, the last of them ever after. */
  retryPrompt?: Value | undefined;
  /** How often it asks again before it takes *missed*. */
  retries?: number | undefined;
  /** Whether it asks nothing when the parameter has a value already. */
  skipWhenFilled?: boolean | undefined;
  outputs: Outputs<'default' | 'missed'>;
}>;

/** Which intent do the end user's words have? The intents' names are the outputs, and *missed*. */
export type ClassificationNode = Readonly<{
  type: 'classification';
  /** Names of the flow's intents, or of the system's such as `@sys.human`. */
  intents: readonly string[];
  /** Classified at once, without asking; `$NAME` is inserted. */
  text?: string | undefined;
  prompt?: string | undefined;
  retryPrompt?: Value | undefined;
  retries?: number | undefined;
  /** 0 to 1; below it no intent counts. */
  minScore?: number | undefined;
  /** Gets the name of the intent. */
  parameter?: string | undefined;
  outputs: Readonly<Record<string, string | null>>;
}>;

/** No output leads here: it is taken from wherever the flow waits when the end user's words have one of its intents. */
export type ContextSwitchNode = Readonly<{
  type: 'context-switch';
  intents: readonly string[];
  minScore?: number | undefined;
  /** Whether the node that waited asks again when what follows here leads nowhere. */
  returns?: boolean | undefined;
  outputs: Outputs<'default'>;
}>;

/** Runs the nodes from `start` on; where they lead nowhere, the flow goes on at *default*. */
export type SubFlowNode = Readonly<{ type: 'sub-flow'; start: string; outputs: Outputs<'default'> }>;

/** Counts up in a parameter; once it is at the limit it takes *reached*. */
export type CounterNode = Readonly<{
  type: 'counter';
  parameter: string;
  limit: number;
  outputs: Outputs<'default' | 'reached'>;
}>;

export type ResetCounterNode = Readonly<{ type: 'reset-counter'; parameter: string; outputs: Outputs<'default'> }>;

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
  | ClassificationNode
  | ContextSwitchNode
  | ConditionsNode
  | SetParameterNode
  | CounterNode
  | ResetCounterNode
  | SubFlowNode
  | LiveAgentRoutingNode
  | EndConversationNode
  | AskingNode;

const kinds: ReadonlySet<string> = new Set<SkillName>(['webhook', 'custom-code', 'generative-ai', 'external-bot']);

export const isAsking = (node: FlowNode | undefined): node is AskingNode => node !== undefined && kinds.has(node.type);

/** What a node calls, as its author wrote it; empty where nothing is called. */
export const urlOf = (node: FlowNode | undefined): string => (isAsking(node) && 'url' in node ? node.url : '');

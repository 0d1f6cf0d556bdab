import type { Outputs } from './outputs.ts';
import { namesIn } from './parameters.ts';

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** In every text of a body `$NAME` is inserted; as a value, so that it can break out of nothing. */
export type WebhookBody =
  | Readonly<{ kind: 'json'; value: Json }>
  | Readonly<{ kind: 'form'; fields: Readonly<Record<string, string>> }>
  | Readonly<{ kind: 'text'; text: string; contentType?: string | undefined }>;

export const webhookMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export type WebhookNode = Readonly<{
  type: 'webhook';
  method?: (typeof webhookMethods)[number] | undefined;
  /** `$NAME` may stand behind the host; it is inserted percent-encoded. */
  url: string;
  headers?: Readonly<Record<string, string>> | undefined;
  query?: Readonly<Record<string, string>> | undefined;
  body?: WebhookBody | undefined;
  /** Names a credential of the server, sent as a bearer token. */
  credential?: string | undefined;
  /** What of the answer's JSON goes into which parameter: a path such as `order.items[0].name`; empty is the whole. */
  response?: readonly Readonly<{ path: string; parameter: string }>[] | undefined;
  /** Seconds, at most 30; 5 by default. */
  timeout?: number | undefined;
  /**
   * Whether the flow goes on at once; the answer sets its parameters when it comes. It takes *failed* only when too many are
   * open already to ask at all.
   */
  asynchronous?: boolean | undefined;
  outputs: Outputs<'default' | 'failed'>;
}>;

/** JavaScript in a sandbox: `parameters.NAME` reads, `parameters.NAME = value` sets. */
export type CustomCodeNode = Readonly<{
  type: 'custom-code';
  code: string;
  /** Seconds, at most 5; 1 by default. */
  timeout?: number | undefined;
  outputs: Outputs<'default' | 'failed'>;
}>;

export type GenerativeAiNode = Readonly<{
  type: 'generative-ai';
  /** Of any endpoint that is compatible with OpenAI's, without `/chat/completions`. */
  url: string;
  model: string;
  credential?: string | undefined;
  /** What the model is told it is; `$NAME` is inserted. */
  instructions: string;
  /** How many of the last messages it is shown, at most 100; 20 by default. */
  history?: number | undefined;
  /** Gets what it answers. */
  parameter?: string | undefined;
  /** Whether what it answers is said; true by default. */
  say?: boolean | undefined;
  maxTokens?: number | undefined;
  temperature?: number | undefined;
  /** Seconds, at most 60; 20 by default. */
  timeout?: number | undefined;
  outputs: Outputs<'default' | 'human' | 'failed'>;
}>;

/** Somebody's bot answers over HTTP, turn by turn, until it ends (*default*) or asks for a human. */
export type ExternalBotNode = Readonly<{
  type: 'external-bot';
  url: string;
  credential?: string | undefined;
  /** Parameters that it is told. */
  transferParameters?: readonly string[] | undefined;
  /** Seconds, at most 30; 10 by default. */
  timeout?: number | undefined;
  outputs: Outputs<'default' | 'human' | 'failed'>;
}>;

/** Nodes with a question that the core cannot answer. */
export type AskingNode = WebhookNode | CustomCodeNode | GenerativeAiNode | ExternalBotNode;

export type SkillName = AskingNode['type'];

const defaultSeconds: Readonly<Record<SkillName, number>> = {
  webhook: 5,
  'custom-code': 1,
  'generative-ai': 20,
  'external-bot': 10,
};

/** How long a node's answer is worked on, ms. */
export const withinMs = (node: AskingNode): number => Math.round((node.timeout ?? defaultSeconds[node.type]) * 1000);

/** How long the flow waits beyond that: for its turn, and for a server that takes over from one that died. */
export const askGraceMs = 15_000;

export const defaultHistory = 20;

/** The texts of a node in which `$NAME` is inserted. */
export function templatesOf(node: AskingNode): readonly string[] {
  switch (node.type) {
    case 'webhook':
      return [
        node.url,
        ...Object.values(node.headers ?? {}),
        ...Object.values(node.query ?? {}),
        ...textsOf(node.body),
      ];
    case 'generative-ai':
      return [node.instructions];
    default:
      return [];
  }
}

function textsOf(body: WebhookBody | undefined): readonly string[] {
  switch (body?.kind) {
    case 'json':
      return stringsIn(body.value);
    case 'form':
      return Object.values(body.fields);
    case 'text':
      return [body.text];
    case undefined:
      return [];
  }
}

function stringsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

const identifier = /[A-Za-z_][A-Za-z0-9_]*/g;
const known = new WeakMap<AskingNode, readonly string[]>();

/** The names of parameters that a node may mention; of code every word that could be one. */
export function mentionedBy(node: AskingNode): readonly string[] {
  const found = known.get(node) ?? [...new Set(mentions(node))];
  known.set(node, found);
  return found;
}

function mentions(node: AskingNode): readonly string[] {
  if (node.type === 'external-bot') return node.transferParameters ?? [];
  if (node.type === 'custom-code') return node.code.match(identifier) ?? [];
  return templatesOf(node).flatMap(namesIn);
}

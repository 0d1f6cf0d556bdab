import type { MessageEvent } from '../core/events.ts';
import type { ExternalBotNode } from '../core/flow/asking.ts';
import { type Assignment, wireValue } from '../core/flow/parameters.ts';
import type { SkillAnswer } from '../core/skills.ts';
import { authorizationFor, type Credentials } from './credentials.ts';
import type { Question } from './skills.ts';
import { isObject, jsonOf, longestAnswer, refusalOf, type Web } from './web.ts';

/*
 * External bots over HTTP (docs/external-bots.md).
 * 1. One POST a turn, signed as calls to desks are; the same `webhook-id` is the same turn.
 * 2. `messages` are those said since the last turn that the bot answered, by whomever but the bot itself: none left out, and
 *    none twice unless a turn failed.
 * 3. What it answers decides who goes on: the end user (`listen`), a human (`human`), or the flow (`end`).
 */

/** Asks somebody's bot for its turn. */
export async function askBot(
  { web, credentials }: Readonly<{ web: Web; credentials: Credentials }>,
  node: ExternalBotNode,
  question: Question,
  signal: AbortSignal,
): Promise<SkillAnswer> {
  const authorization = authorizationFor(credentials, node.credential, node.url);
  if (authorization.kind === 'refused') return { kind: 'failed', cause: authorization.cause };
  const { id, secrets, withinMs: timeoutMs } = question;
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization.headers };
  const body = JSON.stringify(turnOf(question));
  const request = { method: 'POST', url: node.url, headers, body, id, secrets, timeoutMs, longest: longestAnswer };
  const answer = await web(request, signal);
  if (answer.kind === 'failed') return answer;
  const refused = refusalOf('The bot', answer.status);
  return refused === null ? readTurn(answer.body) : { kind: 'failed', cause: refused };
}

const events = { begin: 'start', message: 'message', back: 'resume' } as const;

function turnOf({ sessionId, virtualAgentId, userId, nodeId, turn, messages, given }: Question): object {
  const heard = messages.filter((event) => event.kind !== 'virtual-agent-message-sent' || event.node !== nodeId);
  const last = heard.findLast(({ kind }) => kind === 'user-message-received');
  return {
    sessionId,
    agentId: virtualAgentId,
    ...(userId === null ? {} : { userId }),
    event: events[turn],
    // The end user's words again, for a bot that wants nothing else.
    ...(turn === 'message' ? { text: last?.text ?? '' } : {}),
    messages: heard.map(lineOf),
    parameters: Object.entries(given).map(([name, value]) => ({ name, value: wireValue(value) })),
  };
}

const speakers = {
  'user-message-received': 'user',
  'virtual-agent-message-sent': 'virtual_agent',
  'live-agent-message-sent': 'live_agent',
} as const;

const lineOf = ({ kind, seq, text, at }: MessageEvent) => ({
  ...{ seq, from: speakers[kind], text, at: new Date(at).toISOString() },
});

const outputs = { listen: 'listen', human: 'human', end: 'default' } as const;

const wrong = (what: string): SkillAnswer => ({ kind: 'failed', cause: `The bot’s answer ${what}.` });

function readTurn(body: string): SkillAnswer {
  const json = jsonOf(body);
  if (!isObject(json)) return wrong('is no JSON object');
  const { messages = [], parameters = [], next = 'listen' } = json;
  if (typeof next !== 'string' || !Object.hasOwn(outputs, next))
    return wrong('has a "next" other than listen, human or end');
  if (!Array.isArray(messages)) return wrong('has "messages" that are no list');
  const said = messages.map((one: unknown) => (isObject(one) ? one.text : one));
  if (!said.every((text) => typeof text === 'string')) return wrong('has a message without a text');
  const set = readParameters(parameters);
  if (set === null) return wrong('has "parameters" that are no list of {"name", "value"}');
  const output = outputs[next as keyof typeof outputs];
  return { kind: 'answered', parameters: set, messages: said.filter((text) => text !== ''), output };
}

function readParameters(parameters: unknown): readonly Assignment[] | null {
  if (!Array.isArray(parameters)) return null;
  const set: Assignment[] = [];
  for (const one of parameters as readonly unknown[]) {
    if (!isObject(one) || typeof one.name !== 'string') return null;
    const { name, value } = one;
    const isList = Array.isArray(value) && value.every((part) => typeof part === 'string');
    if (typeof value !== 'string' && !isList) return null;
    set.push({ name, value: value as string | readonly string[] });
  }
  return set;
}

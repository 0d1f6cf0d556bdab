import type { WebhookNode } from '../core/flow/asking.ts';
import { type Assignment, maxTextLength } from '../core/flow/parameters.ts';
import { parsePath, valueAt } from '../core/flow/path.ts';
import type { SkillAnswer } from '../core/skills.ts';
import { authorizationFor, type Credentials } from './credentials.ts';
import { fill, fillHeader, fillJson, fillUrl } from './render.ts';
import type { Question } from './skills.ts';
import { jsonOf, longestAnswer, refusalOf, type Web } from './web.ts';

type Content = Readonly<{ body: string | null; type: string | null }>;

/** Calls what a webhook node names, once, and maps what it answers to parameters. */
export async function askWebhook(
  { web, credentials }: Readonly<{ web: Web; credentials: Credentials }>,
  node: WebhookNode,
  question: Question,
  signal: AbortSignal,
): Promise<SkillAnswer> {
  const { given, id, secrets, withinMs: timeoutMs } = question;
  const url = fillUrl(node.url, node.query, given);
  if (url === null) return { kind: 'failed', cause: 'With its parameters the URL leads elsewhere than its node says.' };
  const authorization = authorizationFor(credentials, node.credential, url);
  if (authorization.kind === 'refused') return { kind: 'failed', cause: authorization.cause };
  const { body, type } = contentOf(node, question);
  const own = Object.entries(node.headers ?? {}).map(([name, value]) => [name.toLowerCase(), fillHeader(value, given)]);
  const headers = {
    ...(type === null ? {} : { 'content-type': type }),
    ...{ accept: 'application/json' },
    ...(Object.fromEntries(own) as Record<string, string>),
    ...authorization.headers,
  };
  const method = node.method ?? 'POST';
  const answer = await web({ method, url, headers, body, id, secrets, timeoutMs, longest: longestAnswer }, signal);
  if (answer.kind === 'failed') return answer;
  const refused = refusalOf('The webhook', answer.status);
  if (refused !== null) return { kind: 'failed', cause: refused };
  return mapped(node, answer.body);
}

function contentOf({ body, method = 'POST' }: WebhookNode, { given }: Question): Content {
  if (body === undefined || method === 'GET') return { body: null, type: null };
  switch (body.kind) {
    case 'json':
      return { body: JSON.stringify(fillJson(body.value, given)), type: 'application/json' };
    case 'form': {
      const fields = Object.entries(body.fields).map(([name, value]): [string, string] => [name, fill(value, given)]);
      return { body: new URLSearchParams(fields).toString(), type: 'application/x-www-form-urlencoded' };
    }
    case 'text':
      return { body: fill(body.text, given), type: body.contentType ?? 'text/plain; charset=utf-8' };
  }
}

/** What is not there clears its parameter: what an earlier answer left there is not true of this one. */
function mapped({ response = [] }: WebhookNode, body: string): SkillAnswer {
  const json = response.length === 0 ? null : jsonOf(body);
  const wantsJson = response.some(({ path }) => path !== '');
  if (wantsJson && json === undefined) return { kind: 'failed', cause: 'The webhook’s answer is no JSON.' };
  const parameters = response.map(({ path, parameter }): Assignment => {
    if (path === '' && json === undefined) return { name: parameter, value: cut(body) };
    return { name: parameter, value: shownOf(valueAt(json, parsePath(path) ?? [])) };
  });
  return { kind: 'answered', parameters, messages: [], output: 'default' };
}

function shownOf(value: unknown): string | readonly string[] {
  if (Array.isArray(value)) return value.map(textOf);
  return textOf(value);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return cut(typeof value === 'string' ? value : typeof value === 'object' ? written(value) : String(value));
}

/** JSON of what was read; what nests too deep to be written again is nothing. */
function written(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

const cut = (text: string): string => text.slice(0, maxTextLength);

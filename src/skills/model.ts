import { isMessage, type MessageEvent } from '../core/events.ts';
import { defaultHistory, type GenerativeAiNode } from '../core/flow/asking.ts';
import type { SkillAnswer } from '../core/skills.ts';
import { authorizationFor, type Credentials } from './credentials.ts';
import { fill } from './render.ts';
import type { Question } from './skills.ts';
import { isObject, jsonOf, longestAnswer, refusalOf, type Web } from './web.ts';

/** What a model calls, or says alone, when the end user is to get a human. */
const handTool = 'hand_to_human';

const handInstruction = `When the user wants a human, or you cannot help, call the function ${handTool}; if you cannot call functions, answer with nothing but ${handTool}.`;

const tool = {
  type: 'function',
  function: {
    name: handTool,
    description: 'Hands the conversation to a human.',
    parameters: { type: 'object', properties: {}, additionalProperties: false },
  },
} as const;

/** Asks a model at an endpoint that is compatible with OpenAI's chat completions. */
export async function askModel(
  { web, credentials }: Readonly<{ web: Web; credentials: Credentials }>,
  node: GenerativeAiNode,
  question: Question,
  signal: AbortSignal,
): Promise<SkillAnswer> {
  const url = `${node.url.replace(/\/+$/, '')}/chat/completions`;
  const authorization = authorizationFor(credentials, node.credential, url);
  if (authorization.kind === 'refused') return { kind: 'failed', cause: authorization.cause };
  const answer = await web(
    {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...authorization.headers },
      body: JSON.stringify(bodyOf(node, question)),
      // Models are no receivers of ours: they get no signature.
      ...{ id: question.id, secrets: [], timeoutMs: question.withinMs, longest: longestAnswer },
    },
    signal,
  );
  if (answer.kind === 'failed') return answer;
  const refused = refusalOf('The model', answer.status);
  return refused === null ? readAnswer(node, answer.body) : { kind: 'failed', cause: refused };
}

function bodyOf(node: GenerativeAiNode, { given, messages }: Question): object {
  const history = node.history ?? defaultHistory;
  const wantsHuman = node.outputs.human !== undefined && node.outputs.human !== null;
  const instructions = fill(node.instructions, given);
  return {
    model: node.model,
    messages: [
      { role: 'system', content: wantsHuman ? `${instructions}\n\n${handInstruction}` : instructions },
      ...(history === 0 ? [] : messages.slice(-history)).filter(isMessage).map(turnOf),
    ],
    ...(wantsHuman ? { tools: [tool] } : {}),
    ...(node.maxTokens === undefined ? {} : { max_tokens: node.maxTokens }),
    ...(node.temperature === undefined ? {} : { temperature: node.temperature }),
  };
}

const turnOf = (event: MessageEvent) => ({
  role: event.kind === 'user-message-received' ? 'user' : 'assistant',
  content: event.text,
});

const nonsense: SkillAnswer = { kind: 'failed', cause: 'The model’s answer holds no text.' };

function readAnswer(node: GenerativeAiNode, body: string): SkillAnswer {
  const json = jsonOf(body);
  const choice = isObject(json) && Array.isArray(json.choices) ? (json.choices[0] as unknown) : undefined;
  const message = isObject(choice) ? choice.message : undefined;
  if (!isObject(message)) return nonsense;
  const text = typeof message.content === 'string' ? message.content.trim() : '';
  if (callsHand(message.tool_calls) || text === handTool) {
    return { kind: 'answered', parameters: [], messages: [], output: 'human' };
  }
  if (text === '') return nonsense;
  const parameters = node.parameter === undefined ? [] : [{ name: node.parameter, value: text }];
  return { kind: 'answered', parameters, messages: node.say === false ? [] : [text], output: 'default' };
}

const callsHand = (calls: unknown): boolean =>
  Array.isArray(calls) &&
  calls.some((call: unknown) => isObject(call) && isObject(call.function) && call.function.name === handTool);

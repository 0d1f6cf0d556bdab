import type { ParameterValues } from '../core/flow/parameters.ts';
import type { SkillAnswer } from '../core/skills.ts';
import { askBot } from './bot.ts';
import type { Credentials } from './credentials.ts';
import { askModel } from './model.ts';
import type { Question, Skills } from './skills.ts';
import type { Web } from './web.ts';
import { askWebhook } from './webhook.ts';

/** Runs code of virtual agents. */
export type RunCode = (
  code: string,
  given: ParameterValues,
  options: Readonly<{ timeoutMs: number }>,
  signal: AbortSignal,
) => Promise<SkillAnswer>;

export type SkillParts = Readonly<{ web: Web; credentials: Credentials; runCode: RunCode }>;

/** All that nodes may ask for. */
export function createSkills(parts: SkillParts): Skills {
  return {
    ask: (question, signal) => ask(parts, question, signal),
  };
}

function ask(parts: SkillParts, question: Question, signal: AbortSignal): Promise<SkillAnswer> {
  const { node } = question;
  switch (node.type) {
    case 'webhook':
      return askWebhook(parts, node, question, signal);
    case 'generative-ai':
      return askModel(parts, node, question, signal);
    case 'external-bot':
      return askBot(parts, node, question, signal);
    case 'custom-code':
      return parts.runCode(node.code, question.given, { timeoutMs: question.withinMs }, signal);
  }
}

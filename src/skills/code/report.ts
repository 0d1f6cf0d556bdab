import type { Assignment, Value } from '../../core/flow/parameters.ts';
import type { SkillAnswer } from '../../core/skills.ts';
import { maxAssignments, maxMemoryBytes, maxMessages, maxOutputLength } from './limits.ts';
import { failed } from './task.ts';

const parameterName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Names that say something and that nobody chose: an error's message, or a name of one's own, may hold what was said. */
const errorNames: ReadonlySet<string> = new Set([
  ...['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'AggregateError'],
  'InternalError',
]);

export const tooDeep = 'The code calls itself too deeply; use a loop, or nest less.';
export const tooMuchMemory = `The code used more than ${maxMemoryBytes / 1024 / 1024} MB of memory.`;
export const brokeSandbox = `The code broke its sandbox, most likely with more than ${maxMemoryBytes / 1024 / 1024} MB of memory.`;
export const unreadable =
  'The code changed built-in objects so that its result cannot be read; leave them as they are.';

/** The line of the code in which a stack of QuickJS begins; its wrapper takes the first line. */
function lineIn(stack: string, code: string): string {
  const line = Number(/\bcode:(\d+)/.exec(stack)?.[1] ?? 0) - 1;
  return line >= 1 ? ` in line ${Math.min(line, code.split('\n').length)}` : '';
}

/** What an error of the code is called; nothing in it was chosen by the code or held in a parameter. */
export function causeOf(thrown: Readonly<Record<string, unknown>>, code: string): string {
  const { name, message } = thrown;
  if (name === 'InternalError' && message === 'out of memory') return tooMuchMemory;
  if (name === 'InternalError' && message === 'stack overflow') return tooDeep;
  // Null is what QuickJS throws when not even the error could be allocated.
  if (name === 'null') return `${tooMuchMemory.slice(0, -1)}, or threw null.`;
  const what = typeof name === 'string' && errorNames.has(name) ? name : 'something';
  return `The code threw ${what}${lineIn(String(thrown.stack), code)}.`;
}

/** Why code does not parse, in the words of the parser, which knows nothing but the code. */
export function syntaxFault(thrown: Readonly<Record<string, unknown>>, code: string): string {
  if (thrown.name !== 'SyntaxError') return causeOf(thrown, code);
  return `The code does not parse${lineIn(String(thrown.stack), code)}: ${String(thrown.message).slice(0, 200)}.`;
}

const refusals: Readonly<Record<string, string>> = {
  much: `The code set and said more than ${maxOutputLength} characters together.`,
  messages: `The code said more than ${maxMessages} messages.`,
  assignments: `The code set more than ${maxAssignments} parameters.`,
};

/** A name that the code made up while it ran may hold a value; one that stands in it does not. */
function refused(refusal: string, code: string): SkillAnswer {
  const name = refusal.startsWith('value ') ? refusal.slice('value '.length) : '';
  const who = name !== '' && code.includes(name) && parameterName.test(name) ? name : 'A parameter';
  return failed(
    refusals[refusal] ?? `${who} was set to what is no text; set a text, a number, true, false or a list of them.`,
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isValue = (value: unknown): value is Value => isText(value) || isTexts(value);

function assignmentsIn(found: unknown): readonly Assignment[] | null {
  if (!Array.isArray(found) || found.length > maxAssignments) return null;
  const assignments: Assignment[] = [];
  for (const each of found as unknown[]) {
    if (!Array.isArray(each)) return null;
    const [name, value] = each as unknown[];
    if (!isText(name) || !isValue(value)) return null;
    assignments.push({ name, value });
  }
  return assignments;
}

function parsed(report: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(report);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What a run came to. @param report what the sandbox says, which is believed in nothing. */
export function answerOf(report: string, code: string): SkillAnswer {
  const found = parsed(report);
  if (found.kind === 'thrown') return failed(causeOf(found, code));
  if (found.kind === 'refused' && isText(found.refusal)) return refused(found.refusal, code);
  const parameters = assignmentsIn(found.parameters);
  const { messages } = found;
  if (found.kind !== 'answered' || parameters === null || !isTexts(messages) || messages.length > maxMessages) {
    return failed(unreadable);
  }
  if (!parameters.every(({ name }) => parameterName.test(name))) {
    return failed('The code set a parameter whose name is not made of letters, digits and _, or is longer than 64.');
  }
  return { kind: 'answered', parameters, messages, output: 'default' };
}

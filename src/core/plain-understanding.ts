import type { Flow } from './flow/flow.ts';
import type { Recognised, Understanding } from './understanding.ts';

const fold = (text: string): string => text.trim().toLowerCase();

/** Understands only what is said letter by letter, as far as one can without packages. */
export const plainUnderstanding: Understanding = {
  valueOf: (flow, entity, text) => {
    const values = flow.entities?.find(({ name }) => name === entity)?.values;
    if (values === undefined) return text.trim() === '' ? null : text;
    const said = fold(text);
    return (
      values.find(({ value, synonyms }) => [value, ...(synonyms ?? [])].some((one) => fold(one) === said))?.value ??
      null
    );
  },
  intentsOf: (flow, intents, text) =>
    intents.filter((intent) => isExample(flow, intent, text)).map((intent): Recognised => ({ intent, score: 1 })),
  matches: (pattern, text) => text.includes(pattern),
};

function isExample(flow: Flow, intent: string, text: string): boolean {
  const examples = flow.intents?.find(({ name }) => name === intent)?.examples ?? [];
  return [intent, ...examples].some((example) => fold(example) === fold(text));
}

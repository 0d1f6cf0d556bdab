import type { Understanding } from '../../../src/core/understanding.ts';

/** A number from 0 to 1 that a text always has. */
function luckOf(text: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  return (hash >>> 0) / 2 ** 32;
}

/** Reads words at random, the same words always alike: what they are read as is not what a simulation is about. */
export const randomUnderstanding: Understanding = {
  valueOf: (_, entity, text) => {
    if (text.trim() === '') return null;
    return entity === '@sys.any' || luckOf(`${entity} ${text}`) < 0.7 ? text : null;
  },
  intentsOf: (_, intents, text) =>
    intents
      .map((intent) => ({ intent, score: luckOf(`${intent} ${text}`) }))
      .filter(({ score }) => score > 0.3)
      .sort((one, other) => other.score - one.score),
  matches: (pattern, text) => luckOf(`${pattern} ${text}`) < 0.5,
};

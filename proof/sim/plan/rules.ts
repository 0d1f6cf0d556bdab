import { comparisonOperators, type Rule } from '../../../src/core/flow/conditions.ts';
import type { Value } from '../../../src/core/flow/parameters.ts';
import type { Chance } from '../../random.ts';
import { maybe, pick, vocabulary, type Words } from './words.ts';

/** A comparison counts as one level: groups nest three deep around it. */
const deepest = 4;

export function randomRule(chance: Chance, words: Words, depth = 1): Rule {
  if (depth < deepest && chance.happens(0.35)) {
    const inner = Array.from({ length: chance.between(1, 3) }, () => randomRule(chance, words, depth + 1));
    return chance.happens(0.5) ? { all: inner } : { any: inner };
  }
  const operator = pick(chance, comparisonOperators);
  const isUnary = operator === 'is-empty' || operator === 'is-not-empty';
  const takesMany = operator === 'in' || operator === 'not-in';
  const others = ['CONVERSATION_START_DATE', 'INITIAL_MESSAGE', words.undeclared];
  return {
    parameter: chance.happens(0.15) ? pick(chance, others) : pick(chance, words.declared).name,
    operator,
    ...(isUnary ? {} : { value: randomValue(chance, takesMany ? 0.8 : 0.05) }),
    ...maybe(chance, 0.2, () => ({ ignoreCase: chance.happens(0.7) })),
  };
}

function randomValue(chance: Chance, manyShare: number): Value {
  const one = (): string => (chance.happens(0.05) ? '' : pick(chance, vocabulary));
  return chance.happens(manyShare) ? Array.from({ length: chance.between(1, 4) }, one) : one();
}

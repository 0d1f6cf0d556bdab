import { wordsOf } from '../words.ts';

/** What is wanted stands near the beginning; a longer text costs more and says less. */
const lookedAt = 500;

/** Pieces of words of these lengths carry what a wrong letter or another ending leaves alone. */
const pieceLengths = [2, 3, 4];

export type Examples = readonly Readonly<{ intent: string; text: string }>[];

/** A gram is a word or a piece of one; here, which examples hold it and with what weight. */
type Gram = { weight: number; readonly examples: number[]; readonly weights: number[] };

/** What was learnt from examples. */
export type ExamplesModel = Readonly<{
  grams: ReadonlyMap<string, Gram>;
  intentOf: readonly string[];
  /** How long the sum of an intent's vectors is: the more alike its examples, the longer. */
  sumLengths: ReadonlyMap<string, number>;
  /** The intents that have a text, folded, for an example. */
  exact: ReadonlyMap<string, ReadonlySet<string>>;
}>;

/** Vectors of weighted grams (tf-idf), of length 1, one for each example. */
export function learn(given: Examples): ExamplesModel {
  const examples = given
    .map(({ intent, text }) => ({ intent, words: readWords(text) }))
    .filter(({ words }) => words.length > 0);
  const counts = examples.map(({ words }) => countsOf(words));
  const grams = gramsIn(counts);
  const exact = new Map<string, Set<string>>();
  const sums = new Map<string, Map<string, number>>();
  for (const [example, { intent, words }] of examples.entries()) {
    const folded = words.join(' ');
    exact.set(folded, (exact.get(folded) ?? new Set()).add(intent));
    const sum = sums.get(intent) ?? new Map<string, number>();
    sums.set(intent, sum);
    place(example, counts[example] ?? new Map(), grams, sum);
  }
  const sumLengths = new Map([...sums].map(([intent, sum]): [string, number] => [intent, lengthOf(sum.values())]));
  return { grams, intentOf: examples.map(({ intent }) => intent), sumLengths, exact };
}

/** The intents that have this very text for an example, but for case, accents and punctuation. */
export function intentsWith(model: ExamplesModel, text: string): ReadonlySet<string> {
  return model.exact.get(readWords(text).join(' ')) ?? new Set();
}

/**
 * How like a text is to each intent, 0 to 1: half by the closest example, half by what all of them have in common. Both
 * are cosines; that with the sum of an intent's vectors follows from those with the vectors.
 */
export function likeness(model: ExamplesModel, text: string): ReadonlyMap<string, number> {
  const products = new Float64Array(model.intentOf.length);
  const asked: number[] = [];
  for (const [name, count] of countsOf(readWords(text))) {
    const gram = model.grams.get(name);
    const weight = weightIn(count, gram?.weight ?? rarity(0, model.intentOf.length));
    asked.push(weight);
    for (const [at, example] of (gram?.examples ?? []).entries()) {
      products[example] = (products[example] ?? 0) + weight * (gram?.weights[at] ?? 0);
    }
  }
  const length = lengthOf(asked);
  return length > 0 ? likenessOf(model, products, length) : new Map();
}

function likenessOf(model: ExamplesModel, products: Float64Array, length: number): Map<string, number> {
  const closest = new Map<string, number>();
  const sums = new Map<string, number>();
  for (const [example, intent] of model.intentOf.entries()) {
    const product = (products[example] ?? 0) / length;
    closest.set(intent, Math.max(closest.get(intent) ?? 0, product));
    sums.set(intent, (sums.get(intent) ?? 0) + product);
  }
  const both = ([intent, best]: [string, number]): [string, number] => {
    const common = (sums.get(intent) ?? 0) / (model.sumLengths.get(intent) || 1);
    return [intent, (best + common) / 2];
  };
  return new Map([...closest].map(both));
}

function place(
  example: number,
  counts: ReadonlyMap<string, number>,
  grams: ReadonlyMap<string, Gram>,
  sum: Map<string, number>,
): void {
  const weights: number[] = [];
  for (const [name, count] of counts) weights.push(weightIn(count, grams.get(name)?.weight ?? 0));
  const length = lengthOf(weights) || 1;
  let at = 0;
  for (const name of counts.keys()) {
    const weight = (weights[at] ?? 0) / length;
    const gram = grams.get(name);
    gram?.examples.push(example);
    gram?.weights.push(weight);
    sum.set(name, (sum.get(name) ?? 0) + weight);
    at += 1;
  }
}

function gramsIn(counts: readonly ReadonlyMap<string, number>[]): Map<string, Gram> {
  const grams = new Map<string, Gram>();
  for (const each of counts) {
    for (const name of each.keys()) {
      const gram = grams.get(name);
      if (gram === undefined) grams.set(name, { weight: 1, examples: [], weights: [] });
      else gram.weight += 1;
    }
  }
  for (const gram of grams.values()) gram.weight = rarity(gram.weight, counts.length);
  return grams;
}

/** Inverse document frequency: what few examples hold weighs more, what none holds the most. */
function rarity(holders: number, examples: number): number {
  return Math.log((examples + 1) / (holders + 0.5));
}

function weightIn(count: number, weight: number): number {
  return (1 + Math.log(count)) * weight;
}

function lengthOf(weights: Iterable<number>): number {
  let sum = 0;
  for (const weight of weights) sum += weight * weight;
  return Math.sqrt(sum);
}

function readWords(text: string): string[] {
  return wordsOf(text.slice(0, lookedAt));
}

/** Each word, and its pieces with a mark where it begins and ends, by how often they occur. */
function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (gram: string) => counts.set(gram, (counts.get(gram) ?? 0) + 1);
  for (const word of words) {
    add(`=${word}`);
    const marked = `_${word}_`;
    for (const length of pieceLengths) {
      for (let at = 0; at + length <= marked.length; at += 1) add(marked.slice(at, at + length));
    }
  }
  return counts;
}

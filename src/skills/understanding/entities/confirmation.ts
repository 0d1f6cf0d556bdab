import { wordsOf } from '../words.ts';
import { confirmationPhrases } from './confirmation-phrases.ts';

type Meaning = keyof typeof confirmationPhrases;

const meanings = new Map<string, Meaning>();
for (const meaning of ['yes', 'no', 'yesAlone', 'noAlone', 'neither'] as const) {
  for (const phrase of confirmationPhrases[meaning].flatMap((line) => line.split(', '))) {
    meanings.set(wordsOf(phrase).join(' '), meaning);
  }
}

const longestPhrase = Math.max(...[...meanings.keys()].map((phrase) => phrase.split(' ').length));

/** What people say before they answer. */
const hesitation = new Set(
  'oh um uh hm hmm well so and but i think guess ach also na nun alors euh ben pues bueno eh beh bem nou'.split(' '),
);

/** A longer answer is read by how it begins, since a *no* within a sentence belongs to something else. */
const shortAnswer = 6;
const wordsRead = 40;

type Part = Meaning | 'hesitation' | 'other';

/**
 * `yes` or `no`, as an answer in one of seven languages or an emoji means it; null for what is neither, and for what is
 * both. *No problem* is a yes.
 */
export function confirmationIn(text: string): 'yes' | 'no' | null {
  const words = wordsOf(text);
  const parts = partsOf(words.slice(0, wordsRead));
  const firstOther = parts.indexOf('other');
  const whole = firstOther < 0 && words.length <= wordsRead;
  const counted = words.length > shortAnswer && !whole ? parts.slice(0, firstOther) : parts;
  if (counted.includes('neither')) return null;
  const yes = counted.includes('yes') || (whole && counted.includes('yesAlone'));
  const no = counted.includes('no') || (whole && counted.includes('noAlone'));
  if (yes === no) return null;
  return yes ? 'yes' : 'no';
}

function partsOf(words: readonly string[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < words.length) {
    let length = Math.min(longestPhrase, words.length - at);
    while (length > 0 && !meanings.has(words.slice(at, at + length).join(' '))) length -= 1;
    const meaning = meanings.get(words.slice(at, at + length).join(' '));
    parts.push(meaning ?? (hesitation.has(words[at] ?? '') ? 'hesitation' : 'other'));
    at += Math.max(1, length);
  }
  return parts;
}

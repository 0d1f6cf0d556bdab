import type { ParameterDeclaration } from '../../../src/core/flow/parameters.ts';
import type { Chance } from '../../random.ts';

/** What parameters hold from the start and rules compare with, so that rules hold now and then. */
export const vocabulary = [
  ...['yes', 'No', 'human please', 'order 42', '7', '42', '-1.5', '2026-05-03', 'Zürich', 'hello \u{1f44b}'],
  ...['a "quoted" word', '$NAME', 'costs $$5', 'two\nlines'],
] as const;

/** What the texts of one flow are made of. */
export type Words = Readonly<{
  declared: readonly ParameterDeclaration[];
  /** A parameter that no flow declares. */
  undeclared: string;
  /** Whether some texts are too long for one message. */
  isLong: boolean;
}>;

const singles = ['NAME', 'ISSUE', 'COUNT', 'CITY'];
const multis = ['TOPICS', 'TAGS'];

/** Its value twice is more than a message holds. */
const story: ParameterDeclaration = { name: 'STORY', kind: 'custom', value: 'a long story \u{1f44b}, '.repeat(150) };

export const pick = <One>(chance: Chance, list: readonly One[]): One => list[chance.between(0, list.length - 1)] as One;

/** Fields that are there in so many cases of one. */
export const maybe = <Fields extends object>(chance: Chance, share: number, make: () => Fields): Partial<Fields> =>
  chance.happens(share) ? make() : {};

export function wordsOf(chance: Chance): Words {
  const isLong = chance.happens(1 / 15);
  const some = (names: readonly string[]): readonly string[] => {
    const kept = names.filter(() => chance.happens(0.6));
    return kept.length === 0 ? names.slice(0, 1) : kept;
  };
  const kind = (): 'custom' | 'user' => pick(chance, ['custom', 'custom', 'user']);
  const word = (): string => pick(chance, vocabulary);
  const declared: readonly ParameterDeclaration[] = [
    ...some(singles).map((name) => ({ name, kind: kind(), ...maybe(chance, 0.3, () => ({ value: word() })) })),
    ...some(multis).map((name) => ({
      ...{ name, kind: kind(), multi: true },
      ...maybe(chance, 0.3, () => ({ value: chance.happens(0.3) ? word() : [word(), word()] })),
    })),
    ...(isLong ? [story] : []),
  ];
  return { declared, undeclared: 'LOOSE', isLong };
}

const sentences = [
  'Hello.',
  'One moment.',
  'What is it about?',
  'Noted.',
  'A dollar is $$1.',
  'Grüezi \u{1f44b}',
  'ok',
];
const insertions = ['Thank you, $NAME.', '$TOPICS?', '$ISSUE in $CITY, $INITIAL_MESSAGE', '$LOOSE', '$SESSION_ID'];

/** A template: mostly short, with parameters in some, rarely empty. */
export function randomText(chance: Chance, { isLong }: Words): string {
  if (isLong && chance.happens(0.3)) return `${pick(chance, sentences)} $STORY $STORY`;
  if (chance.happens(0.03)) return '';
  return pick(chance, chance.happens(0.35) ? insertions : sentences);
}

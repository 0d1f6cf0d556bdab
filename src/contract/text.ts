import Type from 'typebox';
import { maxTextLength } from '../core/flow/parameters.ts';

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const refined = (description: string) =>
  Type.Refine(
    Type.Refine(
      Type.Refine(
        Type.String({ description, maxCodePoints: maxTextLength }),
        (text) => typeof text !== 'string' || !text.includes('\u0000'),
        () => 'The text holds the character U+0000; remove it.',
      ),
      (text) => typeof text !== 'string' || text.isWellFormed(),
      () => 'The text holds half of a surrogate pair; send well-formed Unicode.',
    ),
    (text) => typeof text !== 'string' || text.length <= maxTextLength || codePoints(text) <= maxTextLength,
    () => `The text has more than ${maxTextLength} characters; split it into several messages.`,
  );

const limits = `At most ${maxTextLength} Unicode code points, without U+0000 and lone surrogates.`;

/** A message's text: 1 to 4096 code points, no U+0000, no lone surrogate. */
export const Text = Type.Refine(
  refined(`Never empty. ${limits}`),
  (text) => text !== '',
  () => 'The text is empty; say something.',
);

/** A text that may be empty. */
export const OptionalText = refined(limits);

/** An instant on the wire. */
export const Instant = Type.String({
  description: 'An instant in UTC, ISO 8601.',
  examples: ['2026-05-03T07:56:26.958Z'],
});

export const SessionId = Type.String({ description: 'A UUID, version 7.' });

/** An instant in ms since 1970 as the wire writes it. */
export const instant = (at: number): string => new Date(at).toISOString();

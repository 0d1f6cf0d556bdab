/** The fields of a call's body in which people's words and values stand. */
export type CallBody = Readonly<{
  text?: string;
  history?: Readonly<{
    transcription: readonly Readonly<Record<string, string>>[];
    parameters: readonly Readonly<{ name: string; value: string }>[];
  }>;
}>;

/** Code points of an answer that are kept. */
const longest = 200;
/** Code units of an answer that are looked at: a message that is echoed within what is kept ends before that. */
const lookedAt = 48 * 1024;

/** Keys, tokens and signing secrets, in whatever words a desk repeats them. */
const secrets = /whsec_[\w+/=-]+|baton_[\w-]+|bearer\s+[\w.~+/=-]+|eyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)?/gi;

/**
 * What of the body of an answer may be shown: its beginning on one line, without what the end user or the live agent
 * said, values of parameters, and anything that looks like a secret.
 * @param body as text, decoded leniently. @param sent the body of the call. @returns null when nothing is left.
 */
export function excerptOf(body: string, sent: CallBody): string | null {
  if (body === '') return null;
  let shown = body.slice(0, lookedAt);
  for (const text of wordsOf(sent)) shown = shown.replaceAll(text, '[…]');
  const line = shown
    .replace(secrets, '[…]')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .toWellFormed()
    .trim();
  return line === '' ? null : [...line.slice(0, 2 * longest)].slice(0, longest).join('').trimEnd();
}

/** Texts that a call carries, the longest first, each also as JSON writes it: desks echo what they could not read. */
function wordsOf({ text, history }: CallBody): readonly string[] {
  const said = (history?.transcription ?? []).flatMap((utterance) => Object.values(utterance));
  const values = (history?.parameters ?? []).map(({ value }) => value);
  const words = [...(text === undefined ? [] : [text]), ...said, ...values].flatMap((word) => [
    word,
    JSON.stringify(word).slice(1, -1),
  ]);
  return [...new Set(words)].filter((word) => word !== '').sort((one, other) => other.length - one.length);
}

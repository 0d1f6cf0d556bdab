/** More than anybody types; what comes after it is not read. Twice the 4096 code points that a message may have. */
const longestUnits = 8192;

const word = /[\p{L}\p{M}\p{N}]+|[[\p{S}#%@*]--\p{Sk}]/gv;

/** Scripts that are written without spaces between words: there every character stands for itself. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]\p{M}*/gu;

/** The same text for the same words: case, accents and the variants of a character do not count. */
export function foldLetters(text: string): string {
  return (
    text
      .slice(0, longestUnits)
      // Up and down again, so that ß meets SS and ı meets I.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      // Marks of other scripts are vowels, not accents; only these go.
      .replace(/[\u0300-\u036f\ufe0e\ufe0f]/g, '')
      .normalize('NFC')
      .replaceAll('ς', 'σ')
  );
}

/** The folded words of a text, and its symbols and emoji, each as a word; punctuation is none. */
export function wordsOf(text: string): string[] {
  return foldLetters(text).match(word) ?? [];
}

/** As {@link wordsOf}, but each character of a script without spaces is a word of its own. */
export function piecesOf(text: string): string[] {
  return foldLetters(text).replace(unspaced, ' $& ').match(word) ?? [];
}

import type { EntityDeclaration } from '../../../core/flow/flow.ts';
import { groupOfWhole } from '../patterns.ts';
import { foldLetters, piecesOf } from '../words.ts';

/** Phrases by their words; `value` where a phrase ends. */
type Branch = { value: string | null; readonly next: Map<string, Branch> };

type Vocabulary = Readonly<{
  root: Branch;
  /** Values such as `-` that hold no word: only the whole answer can be one. */
  wordless: ReadonlyMap<string, string>;
}>;

const vocabularies = new WeakMap<EntityDeclaration, Vocabulary>();

/**
 * The value of an entity of the flow's own, or null. Values and synonyms are found as whole words anywhere, the longest
 * first, and of the same length the first in the text; a pattern has to match the whole trimmed text.
 */
export function ownValueIn(entity: EntityDeclaration, text: string): string | null {
  const listed = entity.values === undefined ? null : listedValue(entity, text);
  if (listed !== null || entity.pattern === undefined) return listed;
  return groupOfWhole(entity.pattern, text.trim());
}

function listedValue(entity: EntityDeclaration, text: string): string | null {
  const { root, wordless } = vocabularyOf(entity);
  const pieces = piecesOf(text);
  let best: { length: number; value: string } | null = null;
  for (let start = 0; start < pieces.length; start += 1) {
    let branch: Branch | undefined = root;
    let length = 0;
    for (let at = start; branch !== undefined; at += 1) {
      if (branch.value !== null && length > (best?.length ?? 0)) best = { length, value: branch.value };
      const piece = pieces[at];
      if (piece === undefined) break;
      length += piece.length + 1;
      branch = branch.next.get(piece);
    }
  }
  return best?.value ?? wordless.get(foldLetters(text).trim()) ?? null;
}

function vocabularyOf(entity: EntityDeclaration): Vocabulary {
  const known = vocabularies.get(entity);
  if (known !== undefined) return known;
  const root: Branch = { value: null, next: new Map() };
  const wordless = new Map<string, string>();
  for (const { value, synonyms } of entity.values ?? []) {
    for (const phrase of [value, ...(synonyms ?? [])]) {
      const pieces = piecesOf(phrase);
      const bare = foldLetters(phrase).trim();
      if (pieces.length > 0) grow(root, pieces, value);
      else if (bare !== '' && !wordless.has(bare)) wordless.set(bare, value);
    }
  }
  const vocabulary = { root, wordless };
  vocabularies.set(entity, vocabulary);
  return vocabulary;
}

function grow(root: Branch, pieces: readonly string[], value: string): void {
  let branch = root;
  for (const piece of pieces) {
    const next: Branch = branch.next.get(piece) ?? { value: null, next: new Map() };
    branch.next.set(piece, next);
    branch = next;
  }
  branch.value ??= value;
}

/** Code points in one message (contract 1). */
export const longestText = 4096;

export type Piece = Readonly<{ text: string; href: string | null }>;

const address = /https?:\/\/[^\s<>"'`]+/gi;
/** What usually ends the sentence around an address, not the address. */
const trailing = /[.,;:!?)\]}…]+$/u;

/** Parts a text at the web addresses in it. Joined together again, the pieces are the text. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const end = /[([]/.test(found) ? found.replace(/[.,;:!?…]+$/u, '') : found.replace(trailing, '');
    if (!URL.canParse(end)) continue;
    const url = new URL(end);
    if (!/^https?:$/.test(url.protocol) || url.hostname === '') continue;
    if (index > from) pieces.push({ text: text.slice(from, index), href: null });
    pieces.push({ text: end, href: url.href });
    from = index + end.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null });
  return pieces;
}

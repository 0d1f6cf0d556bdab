const longestPreview = 120;

/** A line for lists. */
export function shorten(text: string): string {
  const letters = [...text.slice(0, 4 * longestPreview).replaceAll(/\s+/g, ' ')];
  return letters.length <= longestPreview ? letters.join('') : `${letters.slice(0, longestPreview - 1).join('')}…`;
}

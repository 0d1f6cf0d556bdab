/** Objects and lists of a body or a frame may be nested so deep; nothing of the contract comes near. */
export const deepestJson = 64;

/**
 * Whether a JSON text is nested deeper than is taken, told from the text, for what walks the value afterwards may run
 * out of stack. Text that is no JSON is told apart by its parser.
 */
export function isTooDeep(json: string): boolean {
  // Each level takes two characters at least.
  if (json.length <= 2 * deepestJson) return false;
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case '"':
        at = endOfString(json, at);
        break;
      case '[':
      case '{':
        depth += 1;
        if (depth > deepestJson) return true;
        break;
      case ']':
      case '}':
        depth -= 1;
        break;
      default:
    }
  }
  return false;
}

/** @param start where its opening quote stands. @returns where its closing quote does, or the end of the text. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}

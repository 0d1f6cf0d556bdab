export type ReadJson = Readonly<{ ok: true; value: unknown }> | Readonly<{ ok: false; line: number | null }>;

/** Reads JSON that is being written. @returns the line of what is wrong where the browser tells it, from 1. */
export function readJson(text: string): ReadJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, line: lineOf(text, error instanceof Error ? error.message : '') };
  }
}

/** Each engine says in words of its own where it is. */
function lineOf(text: string, message: string): number | null {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return text.slice(0, Number(position)).split('\n').length;
  return /end of/i.test(message) ? text.split('\n').length : null;
}

export const showJson = (value: unknown): string => JSON.stringify(value, null, 2) ?? '';

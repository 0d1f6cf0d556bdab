import type { RunOptions } from './run.ts';
import type { Witness } from './witness.ts';
import type { Tell } from './world/world.ts';

const startOfDay = Date.UTC(2026, 0, 1);
const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Writes what happens as lines for people: when, who, what. Long ids get short names, in the order in which they come. */
export function tracer(): RunOptions & Readonly<{ lines: readonly string[] }> {
  const lines: string[] = [];
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const name = names.get(id) ?? `id-${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  const tell: Tell = (at, who, what) => {
    const day = Math.floor(at / 86_400_000);
    const clock = new Date(startOfDay + at).toISOString().slice(11, 23);
    lines.push(`${day > 0 ? `day ${day + 1}, ` : ''}${clock}  ${who} ${what().replaceAll(uuids, nameOf)}`);
  };
  const watch = (time: () => number): Partial<Witness> => ({
    flushed: (_, events) => {
      const kinds = events.map(({ seq, kind }) => `${seq} ${kind}`).join(', ');
      if (events.length > 0) tell(time(), 'disk', () => `has for good: ${kinds}`);
    },
  });
  return { lines, tell, witnesses: (time) => [watch(time)] };
}

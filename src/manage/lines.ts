import type { Static } from 'typebox';
import type { VersionList } from '../contract/agents/agents.ts';
import type { ImportAnswer } from '../contract/agents/imports.ts';

type Imported = Static<typeof ImportAnswer>;
type Fault = Readonly<{ path: string; message: string }>;

/** What comes from files and other people must not steer the terminal. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');

const headings = { 'left-out': 'Left out', changed: 'Changed', taken: 'Taken over' } as const;

/** What became of a file, what is done last: what needs work stands where the eye is. */
export function importLines({ agent_id: id, revision, report, faults, warnings }: Imported, file: string): string[] {
  const { taken, changed, left_out: leftOut } = report;
  const lines = [`${file}: ${taken} taken over, ${changed} changed, ${leftOut} left out.`];
  for (const kind of ['taken', 'changed', 'left-out'] as const) {
    const notes = report.notes.filter((note) => note.kind === kind);
    if (notes.length === 0) continue;
    lines.push('', `${headings[kind]} (${notes.length})`, ...notes.map((note) => line(note.where, note.message)));
  }
  lines.push(
    ...findings('May be an oversight', warnings),
    ...findings('To be repaired before it is published', faults),
  );
  return [...lines, '', `It is the draft of ${id} now, revision ${revision}.`];
}

function findings(heading: string, found: readonly Fault[]): readonly string[] {
  if (found.length === 0) return [];
  return ['', `${heading} (${found.length})`, ...faultLines(found)];
}

export const faultLines = (faults: readonly Fault[]): readonly string[] =>
  faults.map(({ path, message }) => line(path, message));

const line = (where: string, message: string): string =>
  plain(where === '' ? `  ${message}` : `  ${where}: ${message}`);

export function versionLine(version: Static<typeof VersionList>['versions'][number]): string {
  const { version: number, name, current, published_at: at, published_by: by, restored_from: from } = version;
  const parts = [
    String(number).padStart(5),
    at,
    current ? 'published' : '         ',
    plain(name),
    ...(by === undefined ? [] : [`by ${plain(by)}`]),
    ...(from === undefined ? [] : [`repeats version ${from}`]),
  ];
  return parts.join('  ');
}

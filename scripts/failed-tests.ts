// A reporter for `node --test`: which tests failed and why, briefly, when all have ended. Thousands of lines may stand
// between a failure and the end of a run, and often only the end is kept.
import { relative } from 'node:path';
import { inspect } from 'node:util';

/** What is read of the runner's events. */
type RunnerEvent = Readonly<{
  type: string;
  data: Readonly<{
    name?: string;
    file?: string;
    line?: number;
    todo?: string | boolean;
    message?: string;
    details?: Readonly<{ error?: Error & { failureType?: string; exitCode?: number | null } }>;
  }>;
}>;

const mostLines = 40;
const longestLine = 400;
/** Of what a test file wrote to stderr before it failed as a whole. */
const stderrLines = 20;

// biome-ignore lint/style/noDefaultExport: the runner takes a reporter by this name.
export default async function* failedTests(events: AsyncIterable<RunnerEvent>): AsyncGenerator<string> {
  const failures: string[] = [];
  const said = new Map<string, string>();
  for await (const { type, data } of events) {
    const { file = '', message = '' } = data;
    if (type === 'test:stderr') said.set(file, lastLines((said.get(file) ?? '') + message));
    if (type === 'test:fail') failures.push(...failureOf(data, said.get(file) ?? ''));
  }
  yield* failures;
}

const lastLines = (text: string): string => text.split('\n').slice(-stderrLines).join('\n');

/** @param stderr what the file said; it is told where the file failed as a whole, for then nothing else says why. */
function failureOf(
  { name = '', file = '', line, todo, details }: RunnerEvent['data'],
  stderr: string,
): readonly string[] {
  const error = details?.error;
  // Those inside it are told by themselves; what is still to do may fail.
  if (error?.failureType === 'subtestsFailed' || (todo !== undefined && todo !== false)) return [];
  const isFile = error?.exitCode !== undefined;
  const place = `${relative(process.cwd(), file)}${line === undefined || isFile ? '' : `:${line}`}`;
  const title = isFile ? place : `${place}  ${name}`;
  const why = `${wordsOf(error)}${isFile ? `\nexit code ${error.exitCode}\n${stderr}` : ''}`;
  return [`✖ ${title}\n${brief(why)}\n\n`];
}

const wordsOf = (error: Error | undefined): string => {
  const cause = error?.cause ?? error;
  return typeof cause === 'string' ? cause : inspect(cause, { colors: false });
};

/** The first lines, indented. */
function brief(text: string): string {
  const lines = text.trimEnd().split('\n');
  const shown = lines
    .slice(0, mostLines)
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
  if (lines.length > mostLines) shown.push(`… and ${lines.length - mostLines} more lines`);
  return shown.map((line) => `    ${line}`.trimEnd()).join('\n');
}

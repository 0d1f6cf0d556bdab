import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { systemRandom } from './platform/random.ts';
import { databaseFile, dataFiles, lockDataFolder, openDataFolder } from './platform/sqlite.ts';
import { type Moved, moveStore, type Progress } from './store/move/move-store.ts';
import { MoveError } from './store/move/tables.ts';
import { isStoreUnavailable } from './store/unavailable.ts';

/**
 * Copies the data folder's database into the PostgreSQL at `url`, which must be empty, and compares the two.
 * @param again throws away what a move that was cut short has left there. @param say is given lines while it goes on.
 * @returns sentences for the person who asked. @throws MoveError, DataFolderError or SchemaError with one.
 */
export async function move(
  config: Config,
  url: string | null,
  again: boolean,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const folder = config.dataFolder;
  const place = placeOf(url);
  if (!existsSync(databaseFile(folder))) {
    throw new MoveError(`There is no data in ${folder}; set BATON_DATA to the folder of the server.`);
  }
  openDataFolder(folder);
  const lock = lockDataFolder(folder);
  const clock = systemClock();
  const began = clock.now();
  try {
    const secret = config.secret === null ? keptSecret(folder) : null;
    const moved = await moveStore({
      ...{ file: databaseFile(folder), url: url ?? '', secret, again, clock, random: systemRandom() },
      onProgress: teller(clock, say),
    });
    const seconds = (clock.now() - began) / 1000;
    return [...figures(moved, seconds), '', ...nextSteps(config, place, secret !== null)];
  } catch (error) {
    throw spokenOf(error, place);
  } finally {
    lock.release();
  }
}

/** Where it goes, without what opens it. */
function placeOf(url: string | null): string {
  const target = URL.parse(url ?? '');
  if (target === null || !/^postgres(ql)?:$/.test(target.protocol)) {
    throw new MoveError('Name the PostgreSQL: baton move --to postgres://USER@HOST/DATABASE, or set DATABASE_URL.');
  }
  return `${target.host}${target.pathname}`;
}

function keptSecret(folder: string): string | null {
  const file = join(folder, dataFiles.secret);
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return kept === '' ? null : kept;
}

const sayEveryMs = 2_000;

/** A line every two seconds, and one for each table that is done. */
function teller(clock: Clock, say: (line: string) => void): (progress: Progress) => void {
  let saidAt = clock.now();
  return ({ doing, table, rows, of }) => {
    if (rows < of && clock.now() - saidAt < sayEveryMs) return;
    saidAt = clock.now();
    say(`${table}: ${rows.toLocaleString('en')} of ${of.toLocaleString('en')} ${doing}`);
  };
}

function figures({ tables, logs, changedTexts }: Moved, seconds: number): readonly string[] {
  const width = Math.max(...tables.map(({ rows }) => rows.toLocaleString('en').length), 'rows'.length);
  const line = (name: string, rows: string, digest: string): string =>
    `${name.padEnd(10)}  ${rows.padStart(width)}  ${digest}`;
  return [
    '',
    line('table', 'rows', 'SHA-256 of all rows, the same on both sides'),
    ...tables.map(({ name, rows, digest }) => line(name, rows.toLocaleString('en'), digest)),
    '',
    `Copied and compared in ${seconds.toFixed(1)} s; logs folded from their beginning: ${logs.toLocaleString('en')}.`,
    ...(changedTexts === 0
      ? []
      : [`In ${changedTexts} texts of failures a character that PostgreSQL cannot store (U+0000) became U+FFFD.`]),
  ];
}

function nextSteps({ dataFolder, secret }: Config, place: string, secretMoved: boolean): readonly string[] {
  const about = secretMoved
    ? 'The secret went with it: every server on that database signs with the same one.'
    : secret !== null
      ? 'Give every server the same BATON_SECRET; it is not in the database.'
      : `There was no secret in ${dataFolder}: give every server the BATON_SECRET that the old one had.`;
  return [
    about,
    `Next: set DATABASE_URL to ${place} (with its password) and start the servers.`,
    `Do not start one on ${dataFolder} without DATABASE_URL any more: it would make the same calls a second time.`,
    `Keep ${dataFolder} until you are satisfied. The built-in desk's own ${dataFiles.desk} stays in it, for the desk is a program of its own now:`,
    `  baton desk --router URL --key KEY --data ${dataFolder}`,
  ];
}

/** What PostgreSQL says as sentences; beside its message it may quote rows, which nobody is to read in a terminal. */
function spokenOf(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof MoveError) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ERR_SQLITE_ERROR') return error;
  if (isStoreUnavailable(error)) {
    return new MoveError(
      `${place} does not answer; look whether it runs and can be reached, then move again (with --again when copying had begun).`,
    );
  }
  return /^[0-9A-Z]{5}$/.test(code) ? new MoveError(`${place} refused: ${error.message} (${code}).`) : error;
}

import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { version } from './app.ts';
import type { Config } from './config.ts';
import { ArchiveError, digestOf, packFiles, unpackFiles } from './platform/archive.ts';
import { systemClock } from './platform/clock.ts';
import {
  DataFolderError,
  dataFiles,
  diskTrouble,
  flushFolder,
  lockDataFolder,
  openDataFolder,
  restoringFolder,
} from './platform/sqlite.ts';
import { checkDatabase, flushEveryBytes, type Snapshots, takeSnapshots } from './store/snapshot.ts';

/** A backup cannot be made or used; the message says why and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

type Manifest = Readonly<{
  baton: string;
  /** The instant of the cut. */
  takenAt: string;
  files: Readonly<Record<string, Readonly<{ bytes: number; sha256: string; rows?: Readonly<Record<string, number>> }>>>;
}>;

const manifestName = 'manifest.json';
const databases: readonly string[] = [dataFiles.router, dataFiles.desk];
const known: readonly string[] = [...databases, dataFiles.secret];

/**
 * Writes a consistent copy of the data folder into one archive, while a server runs on it or not. The archive appears
 * whole or not at all. @returns sentences for the person who asked. @throws BackupError, DamagedError.
 */
export async function backUp(config: Config, file: string, force: boolean): Promise<readonly string[]> {
  if (config.database !== null) {
    throw new BackupError(
      'The data is in the PostgreSQL that DATABASE_URL names; back it up with pg_dump or what your host has.',
    );
  }
  const folder = config.dataFolder;
  const archive = resolve(file);
  const present = known.filter((name) => existsSync(join(folder, name)));
  if (!present.some((name) => databases.includes(name))) {
    throw new BackupError(`There is no data in ${folder}; set BATON_DATA to the folder of the server.`);
  }
  if (existsSync(archive) && !force) throw new BackupError(`${file} is there already; --force writes over it.`);
  const { work, cleanUp } = openWork(archive);
  try {
    const manifest = await copyAll(folder, work, present);
    const packed = join(work, 'archive.tar');
    await packFiles(packed, work, [manifestName, ...present], flushEveryBytes);
    if (existsSync(archive) && !force) throw new BackupError(`${file} is there by now; --force writes over it.`);
    renameSync(packed, archive);
    flushFolder(dirname(archive));
    return told(manifest, file, config);
  } catch (error) {
    throw spokenOf(error, file);
  } finally {
    cleanUp();
  }
}

/** A folder beside the archive, so that a rename brings it there; it is this process's own, and empty. */
function openWork(archive: string): Readonly<{ work: string; cleanUp: () => void }> {
  const work = `${archive}.partial`;
  expectOwnWork(work);
  try {
    mkdirSync(work, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw spokenOf(error, archive);
  }
  let lock: ReturnType<typeof lockDataFolder>;
  try {
    lock = lockDataFolder(work);
  } catch (error) {
    if (error instanceof DataFolderError) throw new BackupError(`Another backup writes ${archive} just now.`);
    rmSync(work, { recursive: true, force: true });
    throw spokenOf(error, archive);
  }
  // What a backup that was killed has left.
  for (const name of readdirSync(work)) if (!name.startsWith('lock.')) rmSync(join(work, name), { recursive: true });
  return {
    work,
    cleanUp: () => {
      rmSync(work, { recursive: true, force: true });
      lock.release();
    },
  };
}

/** What a killed backup may have left; anything else in its place is somebody's. */
const workFiles: ReadonlySet<string> = new Set([
  ...[manifestName, 'archive.tar', dataFiles.secret, 'lock.sqlite', 'lock.sqlite-journal'],
  ...databases.flatMap((name) => [name, `${name}-wal`, `${name}-shm`, `${name}-journal`]),
]);

function expectOwnWork(work: string): void {
  const found = lstatSync(work, { throwIfNoEntry: false });
  if (found === undefined) return;
  const isOwn = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  // A data folder has the same names; only what a backup makes has no `.writable`.
  if (isOwn && readdirSync(work).every((name) => workFiles.has(name))) return;
  throw new BackupError(`${work} is in the way and is no backup's own; move it, or name another file.`);
}

async function copyAll(folder: string, work: string, names: readonly string[]): Promise<Manifest> {
  const paths = names.filter((name) => databases.includes(name)).map((name) => join(folder, name));
  const snapshots = takeSnapshots(paths);
  const takenAt = new Date(systemClock().wall()).toISOString();
  const files: Record<string, Manifest['files'][string]> = {};
  try {
    for (const name of names) files[name] = await copyOne(snapshots, join(folder, name), join(work, name));
  } finally {
    snapshots.close();
  }
  const manifest = { baton: version, takenAt, files };
  writeFileSync(join(work, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  return manifest;
}

async function copyOne(snapshots: Snapshots, from: string, to: string): Promise<Manifest['files'][string]> {
  const facts = databases.includes(basename(from)) ? await snapshots.copy(from, to) : copyFileSync(from, to);
  chmodSync(to, 0o600);
  return { bytes: lstatSync(to).size, sha256: await digestOf(to), ...facts };
}

function told({ files, takenAt }: Manifest, file: string, config: Config): readonly string[] {
  const events = files[dataFiles.router]?.rows?.events;
  const what = events === undefined ? '' : `, ${events} events`;
  const secret =
    files[dataFiles.secret] === undefined || config.secret !== null
      ? 'Whoever reads it reads every conversation. BATON_SECRET is not in it and is needed to use it: keep both.'
      : 'It holds the secret too: whoever reads it reads every conversation and can sign tokens.';
  return [`${file} holds everything up to ${takenAt}${what}.`, secret];
}

/** What a folder may hold that nobody would miss. */
const idle: readonly string[] = ['.writable', 'lock.sqlite', 'lock.sqlite-journal', 'lost+found', restoringFolder];

/**
 * Puts a backup into the data folder, which must be empty. @returns sentences for the person who asked.
 * @throws BackupError, ArchiveError, DamagedError or DataFolderError; the folder is then as empty as before.
 */
export async function restore(config: Config, file: string): Promise<readonly string[]> {
  const folder = config.dataFolder;
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}.`);
  const work = join(folder, restoringFolder);
  expectEmpty(folder);
  let lock: ReturnType<typeof lockDataFolder> | null = null;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = lockDataFolder(folder);
    expectEmpty(folder);
    rmSync(work, { recursive: true, force: true });
    openDataFolder(folder);
    mkdirSync(work, { mode: 0o700 });
    await unpackFiles(file, work, [manifestName, ...known]);
    const { takenAt, files } = await check(work, file);
    for (const name of Object.keys(files)) renameSync(join(work, name), join(folder, name));
    rmSync(work, { recursive: true });
    flushFolder(folder);
    return [`${folder} is as it was at ${takenAt}.`, ...secretAdvice(config, Object.keys(files))];
  } catch (error) {
    // Where another one restores, what is there is its own.
    if (lock !== null) rmSync(work, { recursive: true, force: true });
    throw spokenOf(error, folder);
  } finally {
    lock?.release();
  }
}

function expectEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  const held = readdirSync(folder).filter((name) => !idle.includes(name));
  if (held.length === 0) return;
  throw new BackupError(
    `The data folder ${folder} is not empty (it holds ${held.slice(0, 3).join(', ')}); set BATON_DATA to one that is.`,
  );
}

/** @throws when a file is not the one that was packed. */
async function check(work: string, archive: string): Promise<Manifest> {
  const manifest = readManifest(join(work, manifestName), archive);
  const held = readdirSync(work).filter((name) => name !== manifestName);
  const named = Object.keys(manifest.files);
  const odd = [...named, ...held].find((name) => !named.includes(name) || !held.includes(name));
  if (odd !== undefined)
    throw new ArchiveError(`${archive} is no whole backup: its list and its files differ (${odd}).`);
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if ((await digestOf(join(work, name))) !== sha256) {
      throw new ArchiveError(`${archive} is damaged: ${name} is not what was packed; use another backup.`);
    }
  }
  for (const name of named) if (databases.includes(name)) checkDatabase(join(work, name));
  return manifest;
}

function readManifest(path: string, archive: string): Manifest {
  try {
    const manifest: Manifest = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof manifest.takenAt === 'string' && typeof manifest.files === 'object') return manifest;
  } catch {
    // It is no JSON, or not there: no backup either way.
  }
  throw new ArchiveError(`${archive} is no backup: it holds no readable ${manifestName}.`);
}

function secretAdvice({ secret }: Config, names: readonly string[]): readonly string[] {
  const packed = names.includes(dataFiles.secret);
  if (secret !== null && packed) {
    return ['BATON_SECRET is set, so the secret of the backup is not used; unset it unless the server had it too.'];
  }
  if (secret === null && !packed && names.includes(dataFiles.router)) {
    return ['The backup holds no secret: start with the BATON_SECRET that the server had.'];
  }
  return [];
}

/** Errors of the disk as sentences; others as they are. */
function spokenOf(error: unknown, where: string): unknown {
  const trouble = diskTrouble(error);
  if (trouble !== null) return new BackupError(`${where} was not written. ${trouble}`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^E[A-Z]+$/.test(code)) return new BackupError(`${where} cannot be written (${code}); nothing was changed.`);
  return error;
}

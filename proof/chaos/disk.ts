import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './program.ts';

/** Where the program keeps its data in the act of the full disk. */
export type Disk = Readonly<{
  folder: string;
  /** How it is made full. */
  way: string;
  /** Leaves no room. Called again and again while it is to be full, for room may appear. */
  fill: (program: Program) => void;
  /** Makes room. */
  free: (program: Program) => void;
  close: () => void;
}>;

export type DiskWay = 'mount' | 'quota' | 'none';

/** @returns the disk, or a sentence that says why there is none. */
export function openDisk(parent: string, megabytes: number, way: DiskWay | 'best'): Disk | string {
  if (way === 'none') return 'it was not asked for';
  if (process.platform !== 'linux') return 'it needs Linux';
  if (way === 'quota') return quota(parent);
  try {
    return mounted(parent, megabytes);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n').at(-2) ?? error.message) : String(error);
    return way === 'mount' ? `a small file system could not be mounted (${why})` : quota(parent);
  }
}

const chunkBytes = 1024 * 1024;
const pageBytes = 4096;

/** A small file system in memory, filled by a file that takes all that is left. Needs root. */
function mounted(parent: string, megabytes: number): Disk {
  const folder = join(parent, 'small-disk');
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'none', folder], { stdio: 'pipe' });
  const unmount = (): void => void execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
  // Also when the driver is ended by a second Ctrl-C, or by an error that nobody catches.
  process.once('exit', unmount);
  const filler = join(folder, 'filler');
  const fill = (): void => {
    for (const size of [chunkBytes, pageBytes]) while (grow(filler, Buffer.alloc(size)));
  };
  return {
    folder: join(folder, 'data'),
    way: `a file system of ${megabytes} MB of its own, filled by a file`,
    fill,
    free: () => rmSync(filler, { force: true }),
    close: () => {
      // What lies there is gone with it, and may be wanted to see what went wrong.
      rmSync(filler, { force: true });
      cpSync(folder, join(parent, 'data-at-the-end'), { recursive: true });
      process.off('exit', unmount);
      unmount();
    },
  };
}

/** @returns whether anything was written. */
function grow(file: string, chunk: Buffer): boolean {
  const handle = openSync(file, 'a');
  try {
    return writeSync(handle, chunk) > 0;
  } catch {
    return false; // ENOSPC, which is what is wanted.
  } finally {
    closeSync(handle);
  }
}

/**
 * Without root: the kernel lets no file of the process grow beyond what the log of the database has now. Writes fail as
 * on a full disk, though with another error.
 */
function quota(parent: string): Disk | string {
  const folder = join(parent, 'data');
  const limit = ({ pid }: Program, bytes: string): void => {
    if (pid === null) return;
    try {
      execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { stdio: 'pipe' });
    } catch {
      // It ended meanwhile; the next one is limited when it is there.
    }
  };
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'pipe' });
  } catch {
    return 'neither mounting nor prlimit is possible here';
  }
  let bytes: string | null = null;
  return {
    folder,
    way: 'a limit on the size of files (prlimit), for mounting needs root',
    fill: (program) => {
      bytes ??= String(sizeOf(join(folder, 'baton.sqlite-wal')));
      limit(program, bytes);
    },
    free: (program) => {
      bytes = null;
      limit(program, 'unlimited');
    },
    close: () => {},
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A disk that can be filled to its last byte and given room again. */
export type SmallDisk = Readonly<{
  folder: string;
  /** What makes it small: a file system of its own, or a limit on the size of files that a process may write. */
  kind: 'file system' | 'quota';
  /** Leaves no room. @param pid the process that is to feel it. */
  fill: (pid: number) => void;
  /** Gives room again. */
  free: (pid: number) => void;
}>;

const megabytes = 12;

/**
 * A file system of its own where that may be mounted; elsewhere a limit on the size of files (`RLIMIT_FSIZE`), under
 * which a write fails as on a disk that fails, and the test says so.
 */
export function smallDisk(t: TestContext): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'baton-small-disk-'));
  const mounting = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  if (mounting.status !== 0) {
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    t.diagnostic(`No file system can be mounted (${String(mounting.stderr).trim()}); a limit on file sizes is used.`);
    return { folder, kind: 'quota', fill: (pid) => limit(pid, '4096'), free: (pid) => limit(pid, 'unlimited') };
  }
  t.after(() => {
    // Programs that are killed after this still hold it for a moment.
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  });
  const filler = join(folder, 'filler');
  return { folder, kind: 'file system', fill: () => fillUp(filler), free: () => rmSync(filler) };
}

const limit = (pid: number, bytes: string): void =>
  void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [65_536, 4_096, 1]) for (;;) if (!wrote(file, Buffer.alloc(size))) break;
  } finally {
    closeSync(file);
  }
}

function wrote(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

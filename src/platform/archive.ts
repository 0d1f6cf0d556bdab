import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { create, extract, list } from 'tar';

/** The archive is not what it should be; the message says why. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

/**
 * Packs files of a folder into a new tar archive that only its owner may read.
 * @param flushEveryBytes how much the disk is given at once; all of it is on disk when this resolves.
 */
export async function packFiles(
  archive: string,
  folder: string,
  names: readonly string[],
  flushEveryBytes: number,
): Promise<void> {
  const file = await open(archive, 'wx', 0o600);
  try {
    let waiting = 0;
    // Owner and group of this machine mean nothing on another one.
    for await (const chunk of create({ cwd: folder, portable: true, strict: true }, [...names])) {
      await file.writeFile(chunk);
      waiting += chunk.length;
      if (waiting < flushEveryBytes) continue;
      waiting = 0;
      await file.datasync();
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Unpacks an archive that holds plain files of these names and nothing else; anything else in it, a path out of the
 * folder above all, refuses it before a byte is written. @throws ArchiveError.
 */
export async function unpackFiles(archive: string, folder: string, names: readonly string[]): Promise<void> {
  const strange: string[] = [];
  const readingOf = { file: archive, strict: true };
  try {
    await list({
      ...readingOf,
      onReadEntry: ({ path, type }) => {
        if (!names.includes(path) || (type !== 'File' && type !== 'OldFile')) strange.push(path);
      },
    });
    if (strange.length === 0) await extract({ ...readingOf, cwd: folder, preserveOwner: false });
    for (const name of strange.length === 0 ? await readdir(folder) : []) await flushFile(join(folder, name));
  } catch (error) {
    if (error instanceof Error && 'tarCode' in error) throw new ArchiveError(`${archive} is no whole tar archive.`);
    throw error;
  }
  if (strange.length > 0) throw new ArchiveError(`${archive} is no backup: it holds ${strange[0]}.`);
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file, in hex. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return hash.digest('hex');
}

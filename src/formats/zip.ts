import { crc32 } from 'node:zlib';
import { Inflate } from 'fflate';

// ZIP as PKWARE's APPNOTE 6.3 has it: the directory at the end says what there is; local headers only where it lies.

export type ZipEntry = Readonly<{
  name: string;
  encrypted: boolean;
  /** 0 is stored, 8 is deflate. */
  method: number;
  crc: number;
  packedSize: number;
  /** As declared; what it really is shows when it is inflated. */
  size: number;
  offset: number;
}>;

export type ZipFailure = Readonly<{ fault: string }>;

/** How much may be inflated yet, by whoever shares it. */
export type Allowance = { left: number };

const endSignature = 0x06054b50;
const endLength = 22;
const longestComment = 0xffff;
const directorySignature = 0x02014b50;
const directoryLength = 46;
const localSignature = 0x04034b50;
const localLength = 30;
/** Deflate makes at most about a thousand bytes of one, so no step inflates more than some 4 MB beyond what is allowed. */
const stepBytes = 4096;

const viewOf = (zip: Uint8Array): DataView => new DataView(zip.buffer, zip.byteOffset, zip.byteLength);

/** The directory of a zip file. */
export function listZip(zip: Uint8Array, maxEntries: number): readonly ZipEntry[] | ZipFailure {
  const view = viewOf(zip);
  const end = endOf(view);
  if (end === undefined) return { fault: 'is no zip file' };
  const count = view.getUint16(end + 10, true);
  if (count > maxEntries) return { fault: `holds ${count} files, and ${maxEntries} are the most that is taken` };
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    const isWhole = at + directoryLength <= end && view.getUint32(at, true) === directorySignature;
    const length = isWhole
      ? directoryLength + [28, 30, 32].reduce((sum, to) => sum + view.getUint16(at + to, true), 0)
      : 0;
    if (!isWhole || at + length > end) return { fault: 'is a damaged zip file' };
    entries.push(entryAt(zip, view, at));
    at += length;
  }
  return entries;
}

function endOf(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - endLength - longestComment);
  for (let at = view.byteLength - endLength; at >= lowest; at -= 1) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  return undefined;
}

function entryAt(zip: Uint8Array, view: DataView, at: number): ZipEntry {
  const nameLength = view.getUint16(at + 28, true);
  const name = zip.subarray(at + directoryLength, at + directoryLength + nameLength);
  return {
    name: new TextDecoder().decode(name),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
}

/** The bytes of an entry, and never more of them than is allowed, whatever size it declares. */
export function readEntry(zip: Uint8Array, entry: ZipEntry, allowance: Allowance): Uint8Array | ZipFailure {
  if (entry.encrypted) return { fault: 'is encrypted; export it without a password' };
  if (entry.method !== 0 && entry.method !== 8) {
    return { fault: `is packed in a way that is not known here (${entry.method}); pack it with deflate` };
  }
  if (Math.max(entry.size, entry.method === 0 ? entry.packedSize : 0) > allowance.left) return tooLarge;
  const packed = packedBytes(zip, entry);
  if (packed === undefined) return damaged;
  const bytes = entry.method === 0 ? packed : inflate(packed, allowance);
  if (!(bytes instanceof Uint8Array)) return bytes;
  if (entry.method === 0) allowance.left -= bytes.length;
  return bytes.length === entry.size && crc32(bytes) === entry.crc ? bytes : damaged;
}

const tooLarge: ZipFailure = { fault: 'is larger than is taken when it is unpacked' };
const damaged: ZipFailure = { fault: 'is damaged; export it anew' };

function packedBytes(zip: Uint8Array, { offset, packedSize }: ZipEntry): Uint8Array | undefined {
  const view = viewOf(zip);
  if (offset + localLength > zip.length || view.getUint32(offset, true) !== localSignature) return undefined;
  const start = offset + localLength + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  return start + packedSize > zip.length ? undefined : zip.subarray(start, start + packedSize);
}

class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

/** What was inflated is used up, even when it is of no use: many damaged files are no way around what is allowed. */
function inflate(packed: Uint8Array, allowance: Allowance): Uint8Array | ZipFailure {
  const parts: Uint8Array[] = [];
  let size = 0;
  const inflater = new Inflate((part) => {
    size += part.length;
    allowance.left -= part.length;
    if (allowance.left < 0) throw new TooMuch();
    parts.push(part);
  });
  try {
    for (let at = 0; at < packed.length || at === 0; at += stepBytes) {
      inflater.push(packed.subarray(at, at + stepBytes), at + stepBytes >= packed.length);
    }
  } catch (error) {
    return error instanceof TooMuch ? tooLarge : damaged;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

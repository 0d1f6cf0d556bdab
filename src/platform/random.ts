import { randomBytes } from 'node:crypto';

/** The only source of randomness. */
export type Random = Readonly<{
  /** 0 inclusive to 1 exclusive. */
  chance: () => number;
  /** A UUID, version 7 (RFC 9562), of an instant in ms. */
  uuid: (at: number) => string;
  /** A secret of `size` random bytes. */
  bytes: (size: number) => Buffer;
}>;

export function systemRandom(): Random {
  return { chance: Math.random, uuid, bytes: randomBytes };
}

const poolSize = 4096;
let pool = Buffer.alloc(0);
let used = 0;

function uuid(at: number): string {
  if (used + 10 > pool.length) {
    pool = randomBytes(poolSize);
    used = 0;
  }
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(at, 0, 6);
  pool.copy(bytes, 6, used, used + 10);
  used += 10;
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A text that sorts before every UUID, version 7, of an instant in ms and after those of the ms before. */
export function firstUuidAt(at: number): string {
  const hex = Math.max(0, at).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text has the form of a UUID as we write them. */
export const isUuid = (text: string): boolean => uuidForm.test(text);

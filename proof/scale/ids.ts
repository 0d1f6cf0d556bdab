import { Buffer } from 'node:buffer';
import type { Chance } from '../random.ts';

/** A UUID, version 7, of an instant, laid out as `platform/random.ts` does, from a seed. */
export function bytesOfId(at: number, chance: Chance): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(Math.floor(at), 0, 6);
  bytes.writeUInt32BE(word(chance), 6);
  bytes.writeUInt32BE(word(chance), 10);
  bytes.writeUInt16BE(word(chance) >>> 16, 14);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes;
}

export function idOf(at: number, chance: Chance): string {
  const hex = bytesOfId(at, chance).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const word = (chance: Chance): number => Math.floor(chance.next() * 0x1_0000_0000);

/**
 * The hash by which PostgreSQL's `uuid_hash`, and so Citus, spreads: `hash_bytes` of src/common/hashfn.c, lookup3 by Bob
 * Jenkins (public domain), for a key of 16 bytes.
 */
export function hashOfId(id: Buffer): number {
  const seed = (0x9e3779b9 + 16 + 3923095) | 0;
  let [a, b, c] = mix((seed + id.readInt32LE(0)) | 0, (seed + id.readInt32LE(4)) | 0, (seed + id.readInt32LE(8)) | 0);
  a = (a + id.readInt32LE(12)) | 0;
  c = step(c ^ b, b, 14);
  a = step(a ^ c, c, 11);
  b = step(b ^ a, a, 25);
  c = step(c ^ b, b, 16);
  a = step(a ^ c, c, 4);
  b = step(b ^ a, a, 14);
  c = step(c ^ b, b, 24);
  return c;
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const step = (value: number, other: number, bits: number): number => (value - rotate(other, bits)) | 0;

function mix(x: number, y: number, z: number): [number, number, number] {
  let [a, b, c] = [x, y, z];
  const turn = (from: number, by: number, bits: number): number => ((from - by) | 0) ^ rotate(by, bits);
  a = turn(a, c, 4);
  c = (c + b) | 0;
  b = turn(b, a, 6);
  a = (a + c) | 0;
  c = turn(c, b, 8);
  b = (b + a) | 0;
  a = turn(a, c, 16);
  c = (c + b) | 0;
  b = turn(b, a, 19);
  a = (a + c) | 0;
  c = turn(c, b, 4);
  b = (b + a) | 0;
  return [a, b, c];
}

/** The shard of a table that is distributed by hash: each has an equal part of all 32 bits. */
export const shardOf = (hash: number, shards: number): number =>
  Math.min(shards - 1, Math.floor((hash + 0x8000_0000) / Math.floor(0x1_0000_0000 / shards)));

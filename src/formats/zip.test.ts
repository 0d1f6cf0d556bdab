import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { listZip, readEntry, type ZipEntry, type ZipFailure } from './zip.ts';

const plenty = 1_000_000;

function entriesOf(zip: Uint8Array): readonly ZipEntry[] {
  const entries = listZip(zip, 1000);
  if ('fault' in entries) assert.fail(entries.fault);
  return entries;
}

function only(zip: Uint8Array, allowed = plenty): Uint8Array | ZipFailure {
  const [entry] = entriesOf(zip);
  if (entry === undefined) assert.fail('no entry');
  return readEntry(zip, entry, { left: allowed });
}

const fault = (read: Uint8Array | readonly ZipEntry[] | ZipFailure): string => ('fault' in read ? read.fault : '');

/** Sets two bytes in the first entry of the directory. */
function patched(zip: Uint8Array, at: number, value: number, bytes: 2 | 4 = 2): Uint8Array {
  const copy = zip.slice();
  const view = new DataView(copy.buffer);
  const directory = view.getUint32(copy.length - 22 + 16, true);
  if (bytes === 2) view.setUint16(directory + at, value, true);
  else view.setUint32(directory + at, value, true);
  return copy;
}

const zeros = zipSync({ 'a.json': new Uint8Array(50_000_000) }, { level: 9 });

test('stored and deflated files come out as they went in', () => {
  const text = strToU8('hello '.repeat(1000));
  for (const level of [0, 9] as const) {
    const zip = zipSync({ 'a.json': text }, { level });
    assert.deepEqual(only(zip), text);
  }
});

test('a bomb is refused by the size it declares', () => {
  assert.match(fault(only(zeros)), /larger/);
});

test('a bomb that declares a small size is refused while it is inflated', () => {
  const lying = patched(zeros, 24, 100, 4);
  assert.match(fault(only(lying)), /larger/);
});

test('a file that is longer than it declares is damaged, though it would fit', () => {
  const zip = zipSync({ 'a.json': strToU8('x'.repeat(500)) });
  assert.match(fault(only(patched(zip, 24, 100, 4))), /damaged/);
});

test('what was read counts for what is read next', () => {
  const zip = zipSync({ a: new Uint8Array(600), b: new Uint8Array(600) });
  const allowance = { left: 1000 };
  const read = entriesOf(zip).map((entry) => readEntry(zip, entry, allowance));
  assert.equal(read[0] instanceof Uint8Array, true);
  assert.match(fault(read[1] ?? new Uint8Array()), /larger/);
});

test('files that turn out damaged use up what is allowed, too', () => {
  const zip = patched(zipSync({ a: new Uint8Array(600), b: new Uint8Array(600) }), 24, 599, 4);
  const allowance = { left: 1000 };
  const read = entriesOf(zip).map((entry) => fault(readEntry(zip, entry, allowance)));
  assert.match(read[0] ?? '', /damaged/);
  assert.match(read[1] ?? '', /larger/);
});

test('encrypted files and unknown packings are told', () => {
  const zip = zipSync({ 'a.json': strToU8('{}') });
  assert.match(fault(only(patched(zip, 8, 1))), /encrypted/);
  assert.match(fault(only(patched(zip, 10, 12))), /packed in a way.*12/);
});

test('a changed byte is noticed', () => {
  const zip = zipSync({ 'a.json': strToU8('{"name":"x"}') }, { level: 0 });
  zip[30 + 'a.json'.length + 3] = 0x41;
  assert.match(fault(only(zip)), /damaged/);
});

test('a file with too many entries is refused before they are read', () => {
  const zip = zipSync(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, new Uint8Array(1)])));
  assert.match(fault(listZip(zip, 10)), /20 files, and 10/);
});

test('what is no zip, or only half of one, is told', () => {
  const zip = zipSync({ 'a.json': strToU8('{}') });
  assert.match(fault(listZip(new Uint8Array(), 10)), /no zip/);
  assert.match(fault(listZip(strToU8('{"name": "x"}'), 10)), /no zip/);
  assert.match(fault(listZip(zip.subarray(0, zip.length - 10), 10)), /no zip/);
  assert.match(fault(listZip(zip.subarray(20), 10)), /damaged/);
});

test('a view into a larger buffer is read where it begins', () => {
  const zip = zipSync({ 'a.json': strToU8('{}') });
  const larger = new Uint8Array(zip.length + 10);
  larger.set(zip, 7);
  assert.deepEqual(only(larger.subarray(7, 7 + zip.length)), strToU8('{}'));
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  sampleAgent,
  sampleUnderstanding,
  sampleVersion,
  studioSample,
  studioZip,
} from '../../../tests/formats/studio-sample.ts';
import { readVirtualAgent } from '../../contract/virtual-agent.ts';
import { checkFlow } from '../../core/flow/check-flow.ts';
import type { Flow } from '../../core/flow/flow.ts';
import { isImportFailure, reportOf } from '../notes.ts';
import { readStudioExport } from './studio-export.ts';

/** What every flow must be, whatever it was made of: it could be published where its endpoints may be called. */
function assertSound(flow: Flow): void {
  assert.deepEqual(readVirtualAgent(flow).faults, []);
  assert.deepEqual(checkFlow(flow).faults, []);
  const ids = new Set(Object.keys(flow.nodes));
  assert.equal(ids.has(flow.start), true);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{1,64}$/);
  for (const node of Object.values(flow.nodes)) {
    if (!('outputs' in node)) continue;
    for (const target of Object.values(node.outputs)) assert.equal(target === null || ids.has(target ?? ''), true);
    if ('parameter' in node) assert.match(node.parameter ?? 'A', /^[A-Za-z_][A-Za-z0-9_]{0,63}$/);
    if (node.type === 'send-message') assert.equal([...node.text].length <= 4096, true);
    if (node.type === 'classification') assert.deepEqual([...node.intents, 'missed'], Object.keys(node.outputs));
  }
  const names = (flow.parameters ?? []).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[A-Za-z_][A-Za-z0-9_]{0,63}$/);
  const text = JSON.stringify(flow);
  assert.equal(text.isWellFormed() && !text.includes('\\u0000'), true);
}

function check(zip: Uint8Array): void {
  const result = readStudioExport(zip);
  if (isImportFailure(result)) {
    assert.match(result.message, /[.]$/);
    return;
  }
  assertSound(result.flow);
  assert.equal(typeof reportOf(result), 'string');
}

type Path = readonly (string | number)[];

/** Every place in a value. */
const placesIn = (value: unknown): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) => [[key], ...placesIn(item).map((path) => [key, ...path])])
    : [];

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, by) : item));
  const found = Object.entries(value as object).map(([name, item]) => [
    name,
    name === key ? replaced(item, rest, by) : item,
  ]);
  return Object.fromEntries(found);
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    'default',
    'missed',
    '\u0000\ud800',
    '$',
    'x'.repeat(9000),
    JSON.parse('{"__proto__": {"next": "x"}}'),
    [{ type: 'parameter', value: '__proto__' }],
    [[[[[[]]]]]],
    -1e308,
    {},
    [],
  ),
  fc.string({ unit: 'binary' }),
);

const spoiled = (value: unknown): fc.Arbitrary<unknown> => {
  const places = placesIn(value);
  const changes = fc.array(fc.tuple(fc.constantFrom(...places), strange), { maxLength: 6 });
  return changes.map((all) =>
    all.reduce<unknown>((changed, [place, by]) => {
      try {
        return replaced(changed, place, by);
      } catch {
        return changed;
      }
    }, value),
  );
};

test('anything in any place of an export gives a sound flow or a sentence', () => {
  const version = spoiled(sampleVersion());
  const understanding = spoiled(sampleUnderstanding);
  fc.assert(
    fc.property(spoiled(sampleAgent), version, understanding, (...parts) => check(studioZip(...parts))),
    { numRuns: 300 },
  );
});

test('any JSON instead of the files gives a sound flow or a sentence', () => {
  const nodes = fc.array(
    fc.record({ _id: strange, type: strange, data: strange, outputs: strange }, { requiredKeys: [] }),
  );
  const version = fc.oneof(
    strange,
    fc.record({ nodes, parameters: fc.array(strange), entities: strange, intents: strange }),
  );
  fc.assert(fc.property(strange, version, strange, (...parts) => check(studioZip(...parts))));
});

test('any bytes, and any damage to a zip, give a flow or a sentence', () => {
  const sample = studioSample();
  const damages = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(fc.uint8Array(), (bytes) => check(bytes)));
  fc.assert(
    fc.property(damages, fc.nat(sample.length), (changes, length) => {
      const zip = sample.slice(0, length > sample.length / 2 ? sample.length : length);
      for (const [at, byte] of changes) if (at < zip.length) zip[at] = byte;
      check(zip);
    }),
    { numRuns: 300 },
  );
});

test('nothing that a file holds reaches the prototype of objects', () => {
  const version = JSON.parse(
    '{"__proto__": {"polluted": 1}, "nodes": [{"_id": "__proto__", "name": "__proto__", "type": "__proto__"}], "parameters": [{"name": "__proto__"}, {"name": "constructor"}]}',
  );
  const result = readStudioExport(studioZip({ name: '__proto__' }, version));
  if (isImportFailure(result)) assert.fail(result.message);
  assert.equal('polluted' in {}, false);
  assert.deepEqual(Object.keys(result.flow.nodes), ['node']);
  assert.deepEqual(
    result.flow.parameters?.map(({ name }) => name),
    ['PARAMETER', 'PARAMETER_2'],
  );
});

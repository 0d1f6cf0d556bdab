import fc from 'fast-check';
import type { Json } from './operations.ts';

/** JSON text that no value gives: a number too large, a key twice. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** As `JSON.stringify`, with raw text in between. */
export function writeJson(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) =>
        inner instanceof RawJson && key.startsWith('\0') ? inner.text : `${JSON.stringify(key)}:${writeJson(inner)}`,
      )
      .join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** No log may ever hold it: it stands in every text that is said. */
export const canary = 'canary-bird';

/** One of a list, by a number of any size. */
export const among = <Item>(items: readonly Item[], pick: number): Item => items[pick % items.length] as Item;

const nested = (depth: number, open: string, close: string): RawJson =>
  new RawJson(`${open.repeat(depth)}1${close.repeat(depth)}`);

const nastyTexts: readonly string[] = [
  ...['', 'a', ' ', canary, 'null', '0', '-0', '1e400', 'NaN', 'true', '__proto__', 'constructor', 'toString'],
  ...[
    'hasOwnProperty',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '\u202eright to left',
    'שלום',
    '\ufeffbom',
    '\u2028',
    '$NAME $$ $__proto__',
  ],
  ...['x'.repeat(255), 'x'.repeat(256), 'x'.repeat(257), 'x'.repeat(4096), 'x'.repeat(4097), '😀'.repeat(4096)],
  ...[
    '😀'.repeat(4097),
    'e\u0301'.repeat(2048),
    '../../etc/passwd',
    "'; DROP TABLE events; --",
    '%00',
    '%',
    '{"a":1}',
    '1'.repeat(400),
  ],
  ...[
    '2026-05-03T07:56:26.958Z',
    '+275760-09-13T00:00:00.001Z',
    '9999999999999',
    '01900000-0000-7000-8000-000000000000',
  ],
];

const nastyOthers: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 1e308],
  ...[[], {}, [[]], [null], [{}], { a: { b: {} } }],
  ...['-0', '1e400', '-1e400', '1E-400', '9'.repeat(400), '{"__proto__":{"polluted":true}}'].map(
    (text) => new RawJson(text),
  ),
  ...[
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"a":1,"a":2}',
    '"\\ud800"',
    '"\\u0000"',
    'NaN',
    'undefined',
    "'x'",
  ].map((text) => new RawJson(text)),
  ...[nested(50, '[', ']'), nested(5000, '[', ']'), nested(5000, '{"a":', '}')],
  ...[new RawJson(`[${'1,'.repeat(9_999)}1]`), new RawJson(`[${'{},'.repeat(9_999)}"${canary}"]`)],
  new RawJson(`{${Array.from({ length: 3_000 }, (_, index) => `"k${index}":0`).join(',')}}`),
];

const nasties: readonly unknown[] = [...nastyTexts, ...nastyOthers];
export const nasty: fc.Arbitrary<unknown> = fc.constantFrom(...nasties);
export const nastyText: fc.Arbitrary<string> = fc.constantFrom(...nastyTexts);

const sound = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 999 }).map((number) => `${canary} ${number}`) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('human', 'bye', 'x'.repeat(4096), '😀'.repeat(4096), '\u202eשלום') },
);

const byPattern: Readonly<Record<string, fc.Arbitrary<string>>> = {
  '^[A-Za-z0-9_-]{1,64}$': fc.constantFrom('stub', 'desk', 'queued', 'scratch-1', 'x'.repeat(64)),
  '^[A-Za-z_][A-Za-z0-9_]{0,63}$': fc.constantFrom('ISSUE', 'NEXT', 'OTHER', 'constructor', '__proto__'),
  '^[^\\s@]+@[^\\s@]+$': fc.constantFrom('ana@example.org', 'x@y'),
};

/** Values of a JSON schema, as far as the schemas here go; what they cannot say (a refinement) may be missed. */
export function valid(schema: Json): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as readonly unknown[]));
  if (Array.isArray(schema.anyOf)) return fc.oneof(...(schema.anyOf as readonly Json[]).map(valid));
  if (Array.isArray(schema.allOf)) {
    return fc.tuple(...(schema.allOf as readonly Json[]).map(valid)).map((parts) => Object.assign({}, ...parts));
  }
  switch (schema.type) {
    case 'string':
      return validText(schema);
    case 'integer':
      return fc.integer({
        min: Number(schema.minimum ?? 0),
        max: Math.min(Number(schema.maximum ?? 3), Number(schema.minimum ?? 0) + 3),
      });
    case 'number':
      return fc.integer({
        min: Math.ceil(Number(schema.minimum ?? 1)),
        max: Math.min(Number(schema.maximum ?? 20), 20),
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valid((schema.items ?? {}) as Json), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Math.min(Number(schema.maxItems ?? 3), Number(schema.minItems ?? 0) + 2),
      });
    case 'object':
      return validObject(schema);
    default:
      return fc.constantFrom<unknown>('x', 1, null, {});
  }
}

function validText(schema: Json): fc.Arbitrary<string> {
  const pattern = byPattern[String(schema.pattern)];
  if (pattern !== undefined) return pattern;
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(String(schema.pattern)));
  const least = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  return sound.map((text) => text.padEnd(least, 'x').slice(0, most));
}

function validObject(schema: Json): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Json>>);
  const required = (schema.required ?? []) as readonly string[];
  const patterned = Object.values((schema.patternProperties ?? {}) as Readonly<Record<string, Json>>)[0];
  if (properties.length === 0 && patterned !== undefined) {
    return fc.dictionary(fc.constantFrom('a', 'b', 'default', 'ISSUE'), valid(patterned), { maxKeys: 3 });
  }
  const fields = Object.fromEntries(properties.map(([name, inner]) => [name, valid(inner)]));
  return fc.record(fields, { requiredKeys: [...required].filter((name) => name in fields) }) as fc.Arbitrary<unknown>;
}

const hows = ['replace', 'remove', 'add', 'twice', 'wrap', 'spell', 'grow'] as const;

export type Mutation = Readonly<{ at: number; how: (typeof hows)[number]; value: unknown; name: string }>;

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat({ max: 99 }),
  how: fc.constantFrom(...hows),
  value: nasty,
  name: nastyText,
});

type Place = Readonly<{ parent: Record<string, unknown>; key: string }>;

function placesIn(value: unknown, found: Place[]): Place[] {
  if (typeof value !== 'object' || value === null || value instanceof RawJson) return found;
  const parent = value as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value)) {
    found.push({ parent, key });
    placesIn(inner, found);
  }
  return found;
}

/** Changes a value at places of it. The value itself is left as it was. */
export function mutate(value: unknown, mutations: readonly Mutation[]): unknown {
  const holder: Record<string, unknown> = { root: clone(value) };
  for (const { at, how, value: shared, name } of mutations) {
    // The same value may come twice; put into itself it would have no end.
    const other = clone(shared);
    const places = placesIn(holder, []);
    const place = places[at % places.length];
    if (place === undefined) continue;
    const { parent, key } = place;
    const old = parent[key];
    if (how === 'replace') parent[key] = other;
    else if (how === 'remove' && parent !== holder) delete parent[key];
    else if (how === 'twice') parent[`\0${key}`] = new RawJson(`${JSON.stringify(key)}:${writeJson(other)}`);
    else if (how === 'wrap') parent[key] = [old];
    else if (how === 'spell') parent[key] = typeof old === 'string' ? old.length : writeJson(old);
    else if (how === 'grow') parent[key] = typeof old === 'string' ? old.padEnd(4096, 'x') + (at % 2 ? 'x' : '') : old;
    else if (typeof old === 'object' && old !== null && !Array.isArray(old) && !(old instanceof RawJson)) {
      Object.defineProperty(old, name, { value: other, enumerable: true, configurable: true, writable: true });
    }
  }
  return holder.root;
}

function clone(value: unknown): unknown {
  if (value instanceof RawJson || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clone);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clone(inner)]));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Change, difference, type FieldChange } from './difference.ts';
import type { Flow } from './flow.ts';

type Loose = Record<string, unknown>;

const word = fc.constantFrom('ask', 'tell', 'bye', '__proto__', 'constructor', 'x');
const value = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 2 }), fc.integer(), fc.boolean());
const target = fc.option(word, { nil: null });
const outputs = fc.dictionary(fc.constantFrom('default', 'missed', 'failed'), target, { maxKeys: 3 });

const optional = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Loose> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Loose>;

const node = fc.oneof(
  fc.record({ type: fc.constant('send-message'), text: fc.string(), outputs }),
  fc
    .tuple(
      fc.record({ type: fc.constant('collect-input'), parameter: word, outputs }),
      optional({ prompt: value, retries: value }),
    )
    .map(([one, other]) => ({ ...one, ...other })),
  fc.record({ type: fc.constant('conditions'), conditions: fc.jsonValue({ maxDepth: 3 }), outputs }),
  fc.constant({ type: 'end-conversation' }),
);

const place = fc.record({ x: fc.integer(), y: fc.integer() });
const parameter = fc
  .tuple(fc.record({ name: word, kind: fc.constantFrom('custom', 'user') }), optional({ multi: fc.boolean(), value }))
  .map(([one, other]) => ({ ...one, ...other }));
const named = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record({ name: word, ...fields });
const distinct = <One extends { name: string }>(list: fc.Arbitrary<One>) =>
  fc.uniqueArray(list, { selector: ({ name }) => name, maxLength: 4 });

/** Of the right shape to the depth that a difference looks at; what it means is no matter here. */
const flow = fc
  .tuple(
    fc.record({ name: fc.string(), start: word, nodes: fc.dictionary(word, node, { maxKeys: 5 }) }),
    optional({
      region: fc.constantFrom('eu', 'us'),
      allowedOrigins: fc.array(fc.string(), { maxLength: 2 }),
      webChat: fc.boolean(),
      timeZone: fc.string(),
      parameters: distinct(parameter),
      intents: distinct(named({ examples: fc.array(fc.string(), { maxLength: 3 }) })),
      entities: distinct(named({ values: fc.jsonValue({ maxDepth: 2 }) })),
      layout: fc.dictionary(word, place, { maxKeys: 4 }),
    }),
  )
  .map(([one, other]) => ({ ...one, ...other }) as unknown as Flow);

/** The same with everything that is no difference made the same: orders, what is undefined, outputs that lead nowhere. */
function plain(one: Flow): unknown {
  const sorted = (it: unknown): unknown => {
    if (Array.isArray(it)) return it.map(sorted);
    if (typeof it !== 'object' || it === null) return it;
    const kept = Object.entries(it).filter(([, inner]) => inner !== undefined);
    return kept
      .map(([key, inner]) => [key, sorted(inner)])
      .sort(([left], [right]) => (String(left) < String(right) ? -1 : 1));
  };
  const lists = (['parameters', 'intents', 'entities'] as const).map((list) => [
    list,
    new Map((one[list] ?? []).map((declared) => [declared.name, declared] as const)),
  ]);
  const nodes = Object.entries(one.nodes).map(([id, each]) => {
    if (!('outputs' in each)) return [id, each];
    const led = Object.entries(each.outputs).filter(([, to]) => typeof to === 'string');
    return [id, { ...each, outputs: Object.fromEntries(led) }];
  });
  const { layout: _, ...rest } = one;
  const declared = Object.fromEntries(
    lists.map(([list, map]) => [list, Object.fromEntries(map as Map<string, unknown>)]),
  );
  return sorted({ ...rest, ...declared, nodes: Object.fromEntries(nodes) });
}

function changed(fields: readonly FieldChange[], it: object): object {
  const map = new Map(Object.entries(it));
  for (const { field, before, after } of fields) {
    assert.deepEqual(map.get(field), before);
    if (after === undefined) map.delete(field);
    else map.set(field, after);
  }
  return Object.fromEntries(map);
}

const lists = { parameter: 'parameters', intent: 'intents', entity: 'entities' } as const;

/** What a definition becomes by the changes that were told. */
function applied(before: Flow, changes: readonly Change[]): Flow {
  let settings: object = { ...before };
  const nodes = new Map<string, unknown>(Object.entries(before.nodes));
  const declared = Object.fromEntries(
    Object.entries(lists).map(([kind, list]) => [
      kind,
      new Map((before[list] ?? []).map((one) => [one.name, one as object])),
    ]),
  ) as Record<keyof typeof lists, Map<string, object>>;
  for (const change of changes) {
    switch (change.kind) {
      case 'setting-changed':
        settings = changed([change], settings);
        break;
      case 'declaration-added':
        assert.equal(declared[change.declaration].has(change.name), false);
        declared[change.declaration].set(change.name, change.after as object);
        break;
      case 'declaration-removed':
        assert.deepEqual(declared[change.declaration].get(change.name), change.before);
        declared[change.declaration].delete(change.name);
        break;
      case 'declaration-changed':
        assert.ok(change.fields.length > 0);
        declared[change.declaration].set(
          change.name,
          changed(change.fields, declared[change.declaration].get(change.name) ?? {}),
        );
        break;
      case 'node-added':
        assert.equal(nodes.has(change.node), false);
        nodes.set(change.node, change.after);
        break;
      case 'node-removed':
        assert.deepEqual(nodes.get(change.node), change.before);
        nodes.delete(change.node);
        break;
      case 'node-changed':
        assert.ok(change.fields.length > 0);
        nodes.set(change.node, changed(change.fields, nodes.get(change.node) as object));
        break;
      case 'output-led': {
        const was = nodes.get(change.node) as { outputs?: object };
        const map = new Map<string, unknown>(Object.entries(was.outputs ?? {}));
        assert.equal(map.get(change.output) ?? null, change.before);
        map.set(change.output, change.after);
        nodes.set(change.node, { ...was, outputs: Object.fromEntries(map) });
        break;
      }
      case 'nodes-moved':
    }
  }
  const all = Object.fromEntries(
    Object.entries(declared).map(([kind, map]) => [lists[kind as keyof typeof lists], [...map.values()]]),
  );
  return { ...settings, ...all, nodes: Object.fromEntries(nodes) } as unknown as Flow;
}

/** An end has no outputs, so one that it became, or comes from, may have them empty. */
const withOutputs = (one: Flow): Flow => ({
  ...one,
  nodes: Object.fromEntries(
    Object.entries(one.nodes).map(([id, each]) => [id, { outputs: {}, ...each }]),
  ) as unknown as Flow['nodes'],
});

/** In another order, with fields that are undefined, and outputs that lead nowhere by name. */
function rewritten(one: Flow): Flow {
  const reversed = (it: object): object => Object.fromEntries(Object.entries(it).reverse());
  const nodes = Object.entries(one.nodes).map(([id, each]) => {
    const said =
      'outputs' in each ? { ...each, outputs: { ...reversed(each.outputs), other: null }, note: undefined } : each;
    return [id, reversed(said)];
  });
  const turned = Object.entries(lists).flatMap(([, list]) =>
    one[list] === undefined ? [] : [[list, one[list].toReversed()]],
  );
  return reversed({
    ...{ ...one, timeZone: one.timeZone, region: one.region, ...Object.fromEntries(turned) },
    nodes: Object.fromEntries(nodes.reverse()),
  }) as Flow;
}

test('what is the same to the letter differs in nothing, in whatever order it is written', () => {
  fc.assert(
    fc.property(flow, (one) => {
      assert.deepEqual(difference(one, one), []);
      assert.deepEqual(difference(one, structuredClone(one)), []);
      assert.deepEqual(difference(one, rewritten(one)), []);
      assert.deepEqual(difference(rewritten(one), one), []);
    }),
  );
});

test('every change is found: what is told makes the one definition of the other', () => {
  fc.assert(
    fc.property(flow, flow, (before, after) => {
      const changes = difference(before, after);
      assert.deepEqual(plain(withOutputs(applied(before, changes))), plain(withOutputs(after)));
      const back = difference(after, before);
      assert.deepEqual(changes.length, back.length);
    }),
    { numRuns: 500 },
  );
});

test('a change of one field of one node is told with its name, and nothing else is', () => {
  const nodeIds = flow.filter(({ nodes }) => Object.keys(nodes).length > 0);
  fc.assert(
    fc.property(nodeIds, fc.nat(), fc.constantFrom('text', 'prompt', 'type', 'anything'), (one, number, field) => {
      const ids = Object.keys(one.nodes);
      const id = ids[number % ids.length] ?? '';
      const was = new Map(Object.entries(one.nodes)).get(id) as unknown as Loose;
      const nodes = new Map<string, unknown>(Object.entries(one.nodes)).set(id, { ...was, [field]: 'quite another' });
      const other = { ...one, nodes: Object.fromEntries(nodes) } as unknown as Flow;
      assert.deepEqual(difference(one, other), [
        { kind: 'node-changed', node: id, fields: [{ field, before: was[field], after: 'quite another' }] },
      ]);
    }),
  );
});

const small: Flow = {
  name: 'Small',
  start: 'ask',
  nodes: {
    ask: { type: 'collect-input', parameter: 'ISSUE', prompt: 'What?', outputs: { default: 'bye', missed: null } },
    bye: { type: 'end-conversation' },
  },
  layout: { ask: { x: 0, y: 0 }, bye: { x: 1, y: 0 } },
};

test('nodes that were only moved are told in one entry, of others their place is not told', () => {
  const layout = { ask: { x: 5, y: 0 }, bye: { x: 1, y: 5 }, gone: { x: 0, y: 0 } };
  assert.deepEqual(difference(small, { ...small, layout }), [{ kind: 'nodes-moved', nodes: ['ask', 'bye', 'gone'] }]);
  const led = {
    ...small.nodes,
    ask: { ...small.nodes.ask, outputs: { default: 'bye', missed: 'bye' } },
  } as Flow['nodes'];
  assert.deepEqual(difference(small, { ...small, layout, nodes: led }), [
    { kind: 'output-led', node: 'ask', output: 'missed', before: null, after: 'bye' },
    { kind: 'nodes-moved', nodes: ['bye', 'gone'] },
  ]);
  assert.deepEqual(difference(small, { ...small, layout: undefined }), [
    { kind: 'nodes-moved', nodes: ['ask', 'bye'] },
  ]);
});

test('a name that a faulty definition has twice hides nothing', () => {
  const twice = {
    ...small,
    parameters: [
      { name: 'A', kind: 'custom' },
      { name: 'A', kind: 'user' },
    ],
  } as const;
  const other = {
    ...small,
    parameters: [
      { name: 'A', kind: 'custom' },
      { name: 'A', kind: 'custom' },
    ],
  } as const;
  assert.deepEqual(difference(twice, other), [
    {
      kind: 'declaration-changed',
      declaration: 'parameter',
      name: 'A',
      fields: [{ field: 'kind', before: 'user', after: 'custom' }],
    },
  ]);
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { placesOf } from '../canvas/places.ts';
import { type Definition, nodeOf, nodeTypes, outputsOf, ownOf, readDefinition } from './definition.ts';
import { addNode, clip, connect, declareParameter, freeId, paste, removeNodes, renameNode, setNode } from './edit.ts';
import { type EditorState, edited, openedWith } from './editor-state.ts';

const at = { x: 0, y: 0 };
const flow: Definition = {
  name: 'F',
  start: 'greet',
  nodes: {
    greet: { type: 'send-message', text: 'Hi', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'A', outputs: { default: 'inner', missed: 'greet' } },
    inner: { type: 'sub-flow', start: 'greet', outputs: { default: 'end' } },
    end: { type: 'end-conversation' },
  },
  layout: { greet: at, ask: at, inner: at, end: at },
};

/** Every id that a flow names as a place to go. */
const named = ({ start, nodes }: Definition): readonly string[] => [
  ...(start === undefined ? [] : [start]),
  ...Object.values(nodes).flatMap((node) => [
    ...Object.values(node.outputs ?? {}).filter((target) => target !== null),
    ...(node.type === 'sub-flow' && typeof node.start === 'string' && node.start !== '' ? [node.start] : []),
  ]),
];

test('a node that is removed is named nowhere any more', () => {
  for (const id of Object.keys(flow.nodes)) {
    const after = removeNodes(new Set([id]))(flow);
    assert.ok(!named(after).includes(id), id);
    assert.ok(!(id in after.nodes) && !(id in (after.layout ?? {})));
  }
});

test('a node that is renamed is named so everywhere, and nothing else changes', () => {
  const there = renameNode('greet', 'hello')(flow);
  assert.ok(!named(there).includes('greet'));
  assert.equal(there.start, 'hello');
  assert.deepEqual(Object.keys(there.nodes), ['hello', 'ask', 'inner', 'end']);
  assert.deepEqual(renameNode('hello', 'greet')(there), flow);
});

test('what is pasted leads only to what was pasted with it, under ids that were free', () => {
  const { after, ids } = paste(flow, clip(flow, new Set(['ask', 'greet']), flow.layout ?? {}), { x: 160, y: 32 });
  assert.deepEqual(ids, ['greet-2', 'ask-2']);
  assert.deepEqual(after.nodes['greet-2']?.outputs, { default: 'ask-2' });
  assert.deepEqual(after.nodes['ask-2']?.outputs, { missed: 'greet-2' });
  assert.deepEqual(after.layout?.['greet-2'], { x: 160, y: 32 });
});

test('an output that is renamed keeps where it led; one that is gone leads nowhere', () => {
  const check = {
    type: 'conditions',
    conditions: [{ output: 'yes' }, { output: 'no' }],
    outputs: { yes: 'end', default: 'ask' },
  };
  const before: Definition = { ...flow, nodes: { ...flow.nodes, check } };
  const renamed = setNode('check', { ...check, conditions: [{ output: 'sure' }, { output: 'no' }] })(before);
  assert.deepEqual(renamed.nodes.check?.outputs, { sure: 'end', default: 'ask' });
  const gone = setNode('check', { ...check, conditions: [{ output: 'no' }] })(before);
  assert.deepEqual(gone.nodes.check?.outputs, { default: 'ask' });
});

test('the first node is where the flow starts', () => {
  const first = addNode('a', 'send-message', at)({ nodes: {} });
  const second = addNode('b', 'end-conversation', at)(first);
  assert.equal(second.start, 'a');
  assert.deepEqual(connect('a', 'default', 'b')(second).nodes.a?.outputs, { default: 'b' });
  assert.deepEqual(connect('a', 'default', null)(connect('a', 'default', 'b')(second)).nodes.a?.outputs, {});
  assert.equal(connect('nowhere', 'default', 'b')(second), second);
});

test('a node that was removed is not brought back by a setting of it that comes late', () => {
  const gone = removeNodes(new Set(['ask']))(flow);
  assert.equal(setNode('ask', { type: 'collect-input', parameter: 'B' })(gone), gone);
});

test('names that objects have from birth are names like others', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const added = addNode(name, 'send-message', { x: 16, y: 32 })(flow);
    assert.deepEqual(Object.keys(added.nodes), [...Object.keys(flow.nodes), name]);
    const led = connect(name, 'default', 'end')(added);
    assert.deepEqual(nodeOf(led, name)?.outputs, { default: 'end' });
    const { after, ids } = paste(flow, clip(led, new Set([name]), led.layout ?? {}), { x: 64, y: 64 });
    assert.deepEqual(ids, [name]);
    assert.ok(nodeOf(after, name));
    const twice = paste(after, clip(led, new Set([name]), led.layout ?? {}), { x: 64, y: 64 });
    assert.deepEqual(Object.keys(twice.after.nodes).slice(-2), [name, `${name}-2`]);
    assert.deepEqual(ownOf(renameNode(name, 'other')(led).layout, 'other'), { x: 16, y: 32 });
    assert.deepEqual(ownOf(placesOf({ ...led, layout: { greet: at } }, null), name)?.x, 888);
    const check = { type: 'conditions', conditions: [{ output: 'yes' }], outputs: { yes: 'end' } };
    const before: Definition = { nodes: { check } };
    const renamed = setNode('check', { ...check, conditions: [{ output: name }] })(before);
    assert.deepEqual(Object.entries(nodeOf(renamed, 'check')?.outputs ?? {}), [[name, 'end']]);
  }
});

test('ids are free and allowed, whatever is wished for', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 70 })), fc.string({ maxLength: 100 }), (taken, wish) => {
      const nodes = Object.fromEntries(taken.map((id) => [id, true]));
      const id = freeId(nodes, wish);
      assert.match(id, /^[A-Za-z0-9_-]{1,64}$/);
      assert.ok(!Object.hasOwn(nodes, id));
    }),
  );
});

test('whatever stands in a draft can be drawn, and what is not known is kept', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (anything, nodes) => {
      readDefinition(anything);
      const read = readDefinition({ nodes, more: anything, layout: anything, parameters: anything });
      assert.deepEqual(read.more, anything);
      assert.deepEqual(Object.keys(read.nodes), Object.keys(nodes));
      for (const node of Object.values(read.nodes))
        assert.ok(outputsOf(node).every((output) => typeof output === 'string'));
    }),
  );
  for (const type of nodeTypes) assert.ok(Array.isArray(outputsOf({ type })));
});

test('a parameter is declared once', () => {
  const once = declareParameter({ name: 'A', kind: 'custom' })(flow);
  assert.equal(declareParameter({ name: 'A', kind: 'user' })(once), once);
});

test('every step can be undone and done again; typing is one step', () => {
  const edit = (state: EditorState, name: string, when: number): EditorState =>
    edited(state, { kind: 'edited', edit: (before) => ({ ...before, name }), what: 'name', at: when });
  const typed = ['a', 'ab', 'abc'].reduce((state, name, index) => edit(state, name, index * 100), openedWith(flow));
  assert.equal(typed.definition.name, 'abc');
  const later = edit(typed, 'x', 10_000);
  assert.equal(edited(later, { kind: 'undone' }).definition.name, 'abc');
  const back = edited(edited(later, { kind: 'undone' }), { kind: 'undone' });
  assert.equal(back.definition, flow);
  assert.equal(edited(back, { kind: 'undone' }), back);
  assert.equal(edited(edited(back, { kind: 'redone' }), { kind: 'redone' }).definition.name, 'x');
  assert.deepEqual(edit(back, 'other', 20_000).future, []);
});

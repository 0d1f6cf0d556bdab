import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { studioZip } from '../../../tests/formats/studio-sample.ts';
import { readVirtualAgent } from '../../contract/virtual-agent.ts';
import { checkFlow } from '../../core/flow/check-flow.ts';
import type { Flow } from '../../core/flow/flow.ts';
import { type ImportNote, isImportFailure } from '../notes.ts';
import { readStudioExport } from './studio-export.ts';

// What is larger than the definition of a virtual agent takes is cut or left out, with a note, and never a fault.

type Json = Readonly<Record<string, unknown>>;

const words = (value: string) => [{ type: 'text', value }];
const many = <Item>(count: number, make: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

function sound(node: Json, rest: Json = {}): Readonly<{ flow: Flow; notes: readonly ImportNote[] }> {
  const outputs = [{ _id: 'o', next: 'n' }];
  const version = {
    parameters: [{ _id: 'p', name: 'P' }],
    nodes: [{ _id: 'n', name: 'N', outputs, ...node }],
    ...rest,
  };
  const result = readStudioExport(studioZip({ name: 'x' }, version));
  if (isImportFailure(result)) assert.fail(result.message);
  assert.deepEqual(readVirtualAgent(result.flow).faults, []);
  assert.deepEqual(checkFlow(result.flow).faults, []);
  return result;
}

const webhook = (data: Json) => {
  const { flow, notes } = sound({ type: 'web_hook', data: { url: 'https://shop.example/', verb: 'POST', ...data } });
  const node = flow.nodes[flow.start];
  if (node?.type !== 'webhook') assert.fail('it is no webhook');
  return { node, told: notes.map(({ message }) => message).join(' ') };
};

test('the body of a webhook is sent as JSON only where a definition takes it so', () => {
  const list = (count: number) => JSON.stringify(many(count, () => 'twelve chars'));
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  assert.equal(webhook({ body: list(2000) }).node.body?.kind, 'json');
  assert.equal(webhook({ body: deep(20) }).node.body?.kind, 'json');
  assert.equal(webhook({ body: deep(21) }).node.body?.kind, 'text');
  assert.equal(webhook({ body: '{"__proto__": {"a": 1}}' }).node.body?.kind, 'text');
  assert.equal(webhook({ body: '{"constructor": {"prototype": 1}}' }).node.body?.kind, 'text');
  // As JSON it is longer than as it was written.
  assert.equal(
    webhook({ body: JSON.stringify(many(6000, () => '\u0001')).replaceAll('\\u0001', '\u007f') }).node.body?.kind,
    'json',
  );
  const long = webhook({ body: list(3000) });
  assert.equal(long.node.body, undefined);
  assert.match(long.told, /more than 32768 characters/);
});

test('headers are no more, no longer and no others than a definition takes', () => {
  const headers = [
    { key: 'Host', value: words('elsewhere.example') },
    ...['webhook-id', 'Keep-Alive', 'Upgrade', 'Expect'].map((key) => ({ key, value: words('mine') })),
    { key: 'x'.repeat(101), value: words('long') },
    { key: 'X-Long', value: words('\u{1f44b}'.repeat(5000)) },
    { key: 'X-Lines', value: words('one\r\ntwo') },
    ...many(70, (index) => ({ key: `X-${index}`, value: words('v') })),
  ];
  const { node, told } = webhook({ headers });
  const names = Object.keys(node.headers ?? {});
  assert.deepEqual([names.length, names[0], names[1], node.headers?.['X-Lines']], [50, 'X-Long', 'X-Lines', 'one two']);
  assert.match(told, /sets itself.*72 headers 50 are sent/);
});

test('an address that different readers read differently is none', () => {
  for (const url of [
    'https://\\\\evil.example/',
    'https:\\\\evil.example',
    'https:evil.example',
    'https:///x',
    'https://a\\\\$P.example',
  ]) {
    const { flow } = sound({ type: 'web_hook', data: { url } });
    assert.equal(flow.nodes[flow.start]?.type, 'send-message', url);
  }
});

test('a strange content type is text', () => {
  const { node } = webhook({ body: 'hello', body_type: `text/${'x'.repeat(200)}` });
  assert.deepEqual(node.body, { kind: 'text', text: 'hello', contentType: 'text/plain' });
});

test('what of an answer has no path that is known is left out and told', () => {
  const key = (path: string) => ({ key: path, value: 'p' });
  const paths = ['$.order.items[0].name', 'a b', `a${'.a'.repeat(200)}`, '', '$["odd name"]', 'a..b'];
  const { node, told } = webhook({ response_mapping: paths.map(key) });
  assert.deepEqual(
    node.response?.map(({ path }) => path),
    ['order.items[0].name', '', '["odd name"]'],
  );
  assert.match(told, /"a b" is no path/);
});

test('a classification has as many intents as a node may have', () => {
  const intents = many(150, (index) => ({
    id: `i${index}`,
    name: `intent ${index}`,
    expressions: [{ text: `t${index}` }],
  }));
  const classes = intents.map(({ id }) => ({ id, output: 'o' }));
  const { flow, notes } = sound({ type: 'classification', data: { parameterId: 'p', intents: classes } }, { intents });
  const node = flow.nodes[flow.start];
  assert.equal(node?.type === 'classification' && node.intents.length, 100);
  assert.equal(notes.filter(({ message }) => /100 are the most in one node/.test(message)).length, 50);
});

test('of very many parameters those that are used are declared, and no others transferred', () => {
  const parameters = many(800, (index) => ({ _id: `p${index}`, name: `P${index}` }));
  const data = {
    startConnectionUrl: 'https://desk.example/start',
    inboundTransferUrl: 'https://desk.example/inbound',
    transferParameters: ['p799', 'p798', 'unheard-of'],
  };
  const { flow } = sound({ type: 'live_agent_routing', data }, { parameters });
  const node = flow.nodes[flow.start];
  assert.equal(flow.parameters?.length, 500);
  assert.deepEqual(node?.type === 'live-agent-routing' && node.transferParameters, ['P799', 'P798', 'unheard_of']);
  const all = { ...data, transferParameters: parameters.map(({ _id }) => _id) };
  sound({ type: 'live_agent_routing', data: all }, { parameters });
  const ask = { _id: 'a', type: 'collect_input', data: { parameterId: 'p1' }, outputs: [] };
  const used = many(700, (index) => ({ ...ask, _id: `a${index}`, data: { parameterId: `p${index}` } }));
  sound({ type: 'live_agent_routing', data }, { parameters, flows: [{ nodes: used }] });
});

test('rules, entities and texts are as large as they may be', () => {
  const compare = [
    { type: 'parameter', value: 'p' },
    { type: 'operator', value: 'str_eq' },
    { type: 'value', value: words('\u{1f44b}'.repeat(5000)) },
  ];
  const nested = (levels: number): unknown =>
    levels === 0
      ? { type: 'condition', value: compare }
      : { type: 'condition', value: [nested(levels - 1), { type: 'operator', value: 'and' }, nested(levels - 1)] };
  const conditions = many(60, (index) => ({ name: `c${index}`, output: 'o', condition: [nested(index % 6)] }));
  sound({ type: 'flow_control', data: { conditions } });
  const value = '\u{1f44b}'.repeat(300);
  const synonyms = (index: number) => many(index === 0 ? 150 : 1, (other) => `${other}${value}`);
  const values = many(1200, (index) => ({ value: `${index}${value}`, synonyms: synonyms(index) }));
  const retryText = many(30, () => words(`${value.repeat(20)}`));
  const { flow } = sound(
    { type: 'collect_input', data: { parameterId: 'p', text: words(value.repeat(20)), retryText, maxRetries: 99 } },
    {
      entities: [{ id: 'e', name: 'e'.repeat(100), collection: values }],
      parameters: [{ _id: 'p', name: 'P', entity: 'e' }],
    },
  );
  assert.deepEqual(
    [flow.entities?.[0]?.values?.length, flow.entities?.[0]?.values?.[0]?.synonyms?.length],
    [1000, 100],
  );
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import {
  sampleAgent,
  sampleUnderstanding,
  sampleVersion,
  studioSample,
  studioZip,
} from '../../../tests/formats/studio-sample.ts';
import type { FlowNode } from '../../core/flow/nodes.ts';
import { type Imported, isImportFailure, reportOf } from '../notes.ts';
import { maxZipBytes } from './files.ts';
import { readStudioExport } from './studio-export.ts';

function read(zip: Uint8Array): Imported {
  const result = readStudioExport(zip);
  if (isImportFailure(result)) assert.fail(result.message);
  return result;
}

function faultOf(zip: Uint8Array): string {
  const result = readStudioExport(zip);
  return isImportFailure(result) ? result.message : '';
}

const told = (imported: Imported, pattern: RegExp): boolean =>
  imported.notes.some(({ where, message }) => pattern.test(`${where}: ${message}`));

type Json = Readonly<Record<string, unknown>>;

/** A flow of these nodes behind a start, and nothing else. */
const flowOf = (nodes: readonly Json[], rest: Json = {}): Imported =>
  read(
    studioZip(
      { name: 'Test' },
      {
        parameters: [
          { _id: 'p1', name: 'NAME', entity: '@sys.names' },
          { _id: 'p2', name: 'my name' },
        ],
        flows: [
          {
            _id: 'f',
            nodes: [{ _id: 's', type: 'base_start', outputs: [{ _id: 'o', next: nodes[0]?._id }] }, ...nodes],
          },
        ],
        mainFlowId: 'f',
        ...rest,
      },
    ),
  );

const first = ({ flow }: Imported): FlowNode => {
  const node = flow.nodes[flow.start];
  if (node === undefined) assert.fail('the start names no node');
  return node;
};

test('the sample becomes a flow that does the same', () => {
  const { flow } = read(studioSample());
  assert.equal(flow.name, 'Café Baton');
  assert.equal(flow.region, 'eu');
  assert.equal(flow.timeZone, 'Europe/Berlin');
  assert.equal(flow.start, 'Greeting');
  assert.deepEqual(
    Object.entries(flow.nodes).map(([id, { type }]) => `${id} ${type}`),
    [
      'Greeting send-message',
      'Which_drink collect-input',
      'Is_it_tea conditions',
      'What_else classification',
      'Look_up_bill webhook',
      'Fortune send-message',
      'Barista live-agent-routing',
      'Sorry send-message',
      'Goodbye send-message',
    ],
  );
  assert.deepEqual(flow.nodes.Which_drink, {
    type: 'collect-input',
    parameter: 'DRINK',
    prompt: 'Tea or coffee?',
    entity: 'drink',
    retries: 2,
    retryPrompt: 'Please say tea or coffee.',
    skipWhenFilled: true,
    outputs: { default: 'Is_it_tea', missed: 'Sorry' },
  });
  assert.deepEqual(flow.nodes.What_else, {
    type: 'classification',
    intents: ['ask_for_the_bill', 'speak_to_a_human'],
    text: '$INITIAL_MESSAGE',
    outputs: { ask_for_the_bill: 'Look_up_bill', speak_to_a_human: 'Barista', missed: 'Sorry' },
  });
  assert.deepEqual(flow.nodes.Fortune, { type: 'send-message', text: '', outputs: { default: 'Goodbye' } });
});

test('parameters, intents and entities of the sample are declared', () => {
  const { flow } = read(studioSample());
  assert.deepEqual(flow.parameters, [
    { name: 'DRINK', kind: 'custom' },
    { name: 'tier', kind: 'user', value: 'gold' },
    { name: 'ORDERS', kind: 'custom', multi: true, value: ['tea'] },
    { name: 'favourite_drink', kind: 'custom' },
  ]);
  assert.deepEqual(flow.entities, [
    {
      name: 'drink',
      values: [
        { value: 'tea', synonyms: ['chai', 'brew'] },
        { value: 'coffee', synonyms: ['espresso'] },
      ],
    },
  ]);
  assert.deepEqual(
    flow.intents?.map(({ name, examples }) => [name, examples.length]),
    [
      ['ask_for_the_bill', 3],
      ['speak_to_a_human', 3],
    ],
  );
});

test('the webhook of the sample is called as it was', () => {
  assert.deepEqual(read(studioSample()).flow.nodes.Look_up_bill, {
    type: 'webhook',
    method: 'POST',
    url: 'https://shop.example/bills/$SESSION_ID',
    headers: { 'X-Shop': 'one' },
    body: { kind: 'json', value: { drink: '$DRINK', tier: '$tier' } },
    response: [{ path: 'bill.total', parameter: 'favourite_drink' }],
    timeout: 10,
    outputs: { default: 'Fortune', failed: 'Sorry' },
  });
});

test('the live agent routing of the sample keeps its addresses and outputs', () => {
  assert.deepEqual(read(studioSample()).flow.nodes.Barista, {
    type: 'live-agent-routing',
    startConnectionUrl: 'https://desk.example/start',
    inboundTransferUrl: 'https://desk.example/inbound',
    statusDeliveryUrl: 'https://desk.example/status',
    transferParameters: ['DRINK', 'tier'],
    responseWaitingTime: 2,
    saveChat: true,
    outputs: { default: 'Goodbye', failed: 'Sorry', noResponse: 'Sorry' },
  });
});

test('an unknown kind says nothing, goes on at its first output, and is told', () => {
  const imported = read(studioSample());
  assert.equal(told(imported, /Fortune.*tarot_reading.*goes on at "Goodbye"/), true);
  assert.equal(told(imported, /Fortune.*1 output.*"Sorry"/), true);
});

test('the report is grouped and counted', () => {
  const report = reportOf(read(studioSample()));
  assert.match(report, /^Café Baton: 9 nodes, 4 parameters, 2 intents, 1 entity\.\n\nLeft out \(\d+\)\n {2}/);
  assert.match(report, /\nChanged \(\d+\)\n/);
  assert.match(report, /\nTaken over \(\d+\)\n/);
});

test('a name in a stranger’s file writes nothing but itself to the terminal', () => {
  const imported = flowOf([{ _id: 'n', type: 'x', name: 'red \u001b[31m\u202e\nline' }]);
  assert.doesNotMatch(reportOf(imported).replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
});

test('plain objects are read as well as strings of JSON, also in a folder', () => {
  const plain = (value: unknown): Uint8Array => strToU8(JSON.stringify(value));
  const zip = zipSync({ 'export/agent.json': plain(sampleAgent), 'export/version.json': plain(sampleVersion()) });
  assert.equal(read(zip).flow.start, 'Greeting');
});

test('what is no export is told in a sentence', () => {
  const json = (text: string): Uint8Array => zipSync({ 'agent.json': strToU8('{}'), 'version.json': strToU8(text) });
  assert.match(faultOf(strToU8('hello')), /no zip file/);
  assert.match(faultOf(new Uint8Array(maxZipBytes + 1)), /more than 10000000 bytes/);
  assert.match(faultOf(zipSync({ 'a.txt': strToU8('x') })), /no agent\.json/);
  assert.match(faultOf(zipSync({ 'agent.json': strToU8('{}') })), /no version\.json/);
  assert.match(faultOf(json('{')), /version\.json .* no JSON object/);
  assert.match(faultOf(json('"{"')), /no JSON object/);
  assert.match(faultOf(json('[1]')), /no JSON object/);
  assert.match(faultOf(json('{}')), /no nodes/);
  assert.match(faultOf(json(`{"flows":${'['.repeat(500)}`)), /no JSON object/);
  assert.match(faultOf(json(JSON.stringify(`{"a":${'['.repeat(500)}${']'.repeat(500)}}`))), /no JSON object/);
  const many = { nodes: Array.from({ length: 2001 }, (_, index) => ({ _id: `${index}`, type: 'x' })) };
  assert.match(faultOf(studioZip({}, many)), /more than 2000 nodes/);
});

test('the files together may not be larger than is taken', () => {
  const half = JSON.stringify({ x: ' '.repeat(12_000_000) });
  assert.match(
    faultOf(zipSync({ 'agent.json': strToU8(half), 'version.json': strToU8(half) }, { level: 1 })),
    /version\.json .*larger/,
  );
});

test('a damaged file of intents costs the intents, not the flow', () => {
  const zip = zipSync({
    'agent.json': strToU8(JSON.stringify(sampleAgent)),
    'version.json': strToU8(JSON.stringify(sampleVersion())),
    'nlu-application.zip': strToU8('no zip'),
  });
  const imported = read(zip);
  assert.equal(told(imported, /nlu-application\.zip: It is no zip file/), true);
  assert.deepEqual(
    imported.flow.intents?.map(({ name }) => name),
    ['Look_up_bill', 'Barista'],
  );
  assert.equal(told(imported, /intent "Barista".*no examples/), true);
  assert.equal(told(imported, /entity .*no values/), true);
});

test('nodes and outputs may lie in maps, and be called otherwise', () => {
  const version = {
    nodes: {
      s: { node_type: 'start', outputs: { o: { target: 'a' } } },
      a: { node_type: 'send_message', label: 'Hi', params: { text: { en: 'Hello' } }, outputs: { o: { next: 'b' } } },
      b: { type: 'end_call', label: 'Bye' },
    },
  };
  const { flow } = read(studioZip({ name: 'Map' }, version));
  assert.deepEqual(flow.nodes, {
    Hi: { type: 'send-message', text: 'Hello', outputs: { default: 'Bye' } },
    Bye: { type: 'end-conversation' },
  });
  assert.equal(flow.start, 'Hi');
});

test('outputs that lead to nothing that is there lead nowhere, with a note', () => {
  const imported = flowOf([
    { _id: 'a', type: 'base_text_message', name: 'Hi', data: { text: 'Hi' }, outputs: [{ _id: '1', next: 'gone' }] },
  ]);
  assert.deepEqual(first(imported), { type: 'send-message', text: 'Hi', outputs: { default: null } });
  assert.equal(told(imported, /node "Hi".*gone.*not in the export/), true);
});

test('a start that leads nowhere gives a flow that ends, with a note', () => {
  const imported = flowOf([{ _id: 'a', type: 'x' }], {});
  assert.equal(first(imported).type, 'send-message');
  const version = { nodes: [{ _id: 's', type: 'base_start', outputs: [] }] };
  const ended = read(studioZip({}, version));
  assert.deepEqual(first(ended), { type: 'end-conversation' });
  assert.equal(told(ended, /the start/), true);
});

test('a text that is too long becomes several messages', () => {
  const imported = flowOf([
    { _id: 'a', type: 'base_text_message', name: 'Long', data: { text: 'word '.repeat(1700) }, outputs: [] },
  ]);
  assert.deepEqual(
    Object.entries(imported.flow.nodes)
      .map(([id, node]) => [id, 'outputs' in node && node.outputs])
      .toSorted(),
    [
      ['Long', { default: 'Long_3' }],
      ['Long_2', { default: null }],
      ['Long_3', { default: 'Long_2' }],
    ],
  );
});

test('names of parameters are made good everywhere they are used', () => {
  const imported = flowOf([
    {
      _id: 'a',
      type: 'base_param_completion',
      name: 'Ask',
      data: { parameterId: 'p2', text: 'Is $NAME you?', retryText: [['Again'], ['And again']], maxRetries: 99 },
      outputs: [{ _id: '1', next: 'a' }],
    },
  ]);
  assert.deepEqual(first(imported), {
    type: 'collect-input',
    parameter: 'my_name',
    prompt: 'Is $NAME you?',
    entity: '@sys.any',
    retries: 20,
    retryPrompt: ['Again', 'And again'],
    outputs: { default: 'Ask', missed: 'Ask' },
  });
});

test('entities of the system are known by name and by id', () => {
  const entityOf = (entity: string): unknown => {
    const parameters = [{ _id: 'x', name: 'X', entity }];
    const asks = { _id: 'a', type: 'base_param_completion', data: { parameterId: 'x' }, outputs: [] };
    const node = first(flowOf([asks], { parameters }));
    return node.type === 'collect-input' ? node.entity : undefined;
  };
  assert.deepEqual(
    ['@sys.any', 'sys.number', '@sys.phone_number', '@sys.yes_no', '@sys.names', 'sys.email', '@sys.date'].map(
      entityOf,
    ),
    ['@sys.any', '@sys.number', '@sys.phone', '@sys.confirmation', '@sys.name', '@sys.email', '@sys.date'],
  );
  assert.equal(entityOf('58b543c91d58a447d934eacf'), '@sys.time');
  assert.equal(entityOf('__proto__'), '@sys.any');
});

test('an entity with a pattern keeps it when RE2 can read it', () => {
  const entities = [
    { _id: 'e1', name: 'order number', regex: '/^[A-Z]{2}(\\d+)$/i' },
    { _id: 'e2', name: 'strange', regex: '(?<=a)b' },
  ];
  const parameters = [{ _id: 'x', name: 'X', entity: 'e2' }];
  const asks = { _id: 'a', type: 'base_param_completion', data: { parameterId: 'x' }, outputs: [] };
  const imported = flowOf([asks], { parameters, entities });
  assert.deepEqual(imported.flow.entities, [{ name: 'order_number', pattern: '^[A-Z]{2}(\\d+)$' }]);
  assert.equal(told(imported, /entity "strange"/), true);
});

test('conditions keep their groups, and what is not understood is left out whole', () => {
  const compare = (operator: string, value: string) => ({
    type: 'condition',
    value: [
      { type: 'parameter', value: 'p1' },
      { type: 'operator', value: operator },
      { type: 'value', value: [{ type: 'text', value }] },
    ],
  });
  const or = { type: 'operator', value: 'or' };
  const conditions = [
    { name: 'default', isDefault: true, output: '1' },
    { name: 'Either', output: '2', condition: [compare('num_gt', '5'), or, compare('str_starts_with', 'A')] },
    { name: 'Odd', output: '3', condition: [compare('str_rhymes_with', 'B')] },
  ];
  const outputs = ['1', '2', '3'].map((_id) => ({ _id, next: 'a' }));
  const imported = flowOf([{ _id: 'a', type: 'flow_control', name: 'If', data: { conditions }, outputs }]);
  assert.deepEqual(first(imported), {
    type: 'conditions',
    conditions: [
      {
        output: 'Either',
        when: {
          any: [
            { parameter: 'NAME', operator: 'greater-than', value: '5' },
            { parameter: 'NAME', operator: 'starts-with', value: 'A' },
          ],
        },
      },
    ],
    outputs: { Either: 'If', default: 'If' },
  });
  assert.equal(told(imported, /"Odd".*str_rhymes_with/), true);
});

test('a webhook whose host is a parameter is left out with a note', () => {
  const imported = flowOf([
    { _id: 'a', type: 'web_hook', name: 'Call', data: { url: [{ type: 'parameter', value: 'p1' }] }, outputs: [] },
  ]);
  assert.deepEqual(first(imported), { type: 'send-message', text: '', outputs: { default: null } });
  assert.equal(told(imported, /node "Call".*\$NAME.*host/), true);
});

test('parameters of their system that are used become custom ones', () => {
  const parameters = [
    { _id: 'x', name: 'CALLER_PHONE_NUMBER', is_system: true },
    { _id: 'y', name: 'SESSION_ID', is_system: true },
    { _id: 'z', name: 'SESSION_ID', is_system: false },
  ];
  const text = [
    { type: 'parameter', value: 'x' },
    { type: 'parameter', value: 'y' },
    { type: 'parameter', value: 'z' },
  ];
  const imported = flowOf([{ _id: 'a', type: 'base_text_message', data: { text }, outputs: [] }], { parameters });
  const node = first(imported);
  assert.equal(node.type === 'send-message' && node.text, '$CALLER_PHONE_NUMBER$SESSION_ID$SESSION_ID_2');
  assert.deepEqual(imported.flow.parameters, [
    { name: 'CALLER_PHONE_NUMBER', kind: 'custom' },
    { name: 'SESSION_ID_2', kind: 'custom' },
  ]);
});

test('nodes of other flows come along, and the note says how to reach them', () => {
  const version = sampleVersion();
  const other = {
    _id: 'x',
    name: 'Extra',
    nodes: [{ _id: 'y', type: 'base_text_message', name: 'More', data: { text: 'More' } }],
  };
  const imported = read(studioZip(sampleAgent, { ...version, flows: [other, ...version.flows] }, sampleUnderstanding));
  assert.equal(imported.flow.start, 'Greeting');
  assert.equal('More' in imported.flow.nodes, true);
  assert.equal(told(imported, /flow "Extra".*sub-flow node that starts at More/), true);
});

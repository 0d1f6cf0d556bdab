import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVirtualAgent } from '../../../src/contract/virtual-agent.ts';
import type { Command } from '../../../src/core/commands.ts';
import { decide } from '../../../src/core/decide.ts';
import type { SessionEvent } from '../../../src/core/events.ts';
import { checkFlow } from '../../../src/core/flow/check-flow.ts';
import { comparisonOperators, type Rule } from '../../../src/core/flow/conditions.ts';
import type { Flow } from '../../../src/core/flow/flow.ts';
import type { FlowNode } from '../../../src/core/flow/nodes.ts';
import { begin } from '../../../src/core/session.ts';
import { chanceOf } from '../../random.ts';
import { endlessInOf, randomFlow } from './flows.ts';

const desks = ['http://desk-1.sim', 'http://desk-2.sim'];
const flows = Array.from({ length: 2_000 }, (_, seed) => randomFlow(chanceOf(`flow ${seed}`), desks));
const nodes = flows.flatMap((flow) => Object.values(flow.nodes));

const nodesOf = <Type extends FlowNode['type']>(type: Type): readonly Extract<FlowNode, { type: Type }>[] =>
  nodes.filter((node): node is Extract<FlowNode, { type: Type }> => node.type === type);

/** Every name and value of a field that is a choice, with how often it occurs. */
function tally(keys: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function assertAll(found: ReadonlyMap<string, number>, wanted: readonly string[]): void {
  assert.deepEqual(
    wanted.filter((key) => (found.get(key) ?? 0) < 10),
    [],
    'these hardly ever occur',
  );
}

test('the same chances give the same flow, and going on with them gives another', () => {
  const [one, two] = [chanceOf('a'), chanceOf('a')];
  const first = randomFlow(one, desks);
  assert.deepEqual(randomFlow(two, desks), first);
  assert.notDeepEqual(randomFlow(one, desks), first);
});

test('no flow has a fault, and none a node that nothing leads to', () => {
  for (const [seed, flow] of flows.entries()) {
    assert.deepEqual(readVirtualAgent(JSON.parse(JSON.stringify(flow))), { faults: [], flow }, `flow ${seed}`);
    const { faults, warnings } = checkFlow(flow);
    assert.deepEqual(faults, [], `flow ${seed}`);
    assert.deepEqual(
      warnings.filter(({ path }) => /^nodes\.[^.]+$/.test(path)),
      [],
      `flow ${seed}`,
    );
  }
});

const rulesIn = (rule: Rule, depth = 1): readonly Readonly<{ rule: Rule; depth: number }>[] => [
  { rule, depth },
  ...('all' in rule ? rule.all : 'any' in rule ? rule.any : []).flatMap((inner) => rulesIn(inner, depth + 1)),
];

test('every kind of node, rule, operator and operation occurs', () => {
  const rules = nodesOf('conditions').flatMap(({ conditions }) => conditions.flatMap(({ when }) => rulesIn(when)));
  const kinds = ['send-message', 'collect-input', 'conditions', 'set-parameter', 'live-agent-routing'];
  assertAll(tally(nodes.map(({ type }) => type)), [...kinds, 'end-conversation']);
  const named = rules.flatMap(({ rule, depth }) => [
    `depth ${depth}`,
    ...('all' in rule ? ['all'] : 'any' in rule ? ['any'] : [rule.operator, ...fieldsOf(rule)]),
  ]);
  assertAll(tally(named), ['all', 'any', 'depth 4', ...comparisonOperators, 'ignoreCase: true', 'value: list']);
  const multi = new Map(
    flows.map((flow) => [flow, flow.parameters?.filter((one) => one.multi).map(({ name }) => name)]),
  );
  const operations = flows.flatMap((flow) =>
    Object.values(flow.nodes).flatMap((node) => {
      if (node.type !== 'set-parameter') return [];
      return [`${multi.get(flow)?.includes(node.parameter) ? 'multi' : 'single'} ${node.operation ?? 'absent'}`];
    }),
  );
  const single = ['single set', 'single clear', 'single absent'];
  assertAll(tally(operations), [...single, 'multi set', 'multi append', 'multi clear', 'multi absent']);
});

/** The fields of a node as texts: with the value where it is a choice, and one for each that is absent. */
function fieldsOf(node: object, all: readonly string[] = []): readonly string[] {
  const given = Object.entries(node).map(([key, value]) =>
    typeof value === 'boolean' || key === 'transcriptionKeys'
      ? `${key}: ${value}`
      : `${key}: ${Array.isArray(value) ? 'list' : 'given'}`,
  );
  return [...given, ...all.filter((key) => !Object.hasOwn(node, key)).map((key) => `${key}: absent`)];
}

/** Each output of a node: where it leads, if anywhere. */
const leadsOf = (node: FlowNode, names: readonly string[]): readonly string[] =>
  node.type === 'end-conversation'
    ? []
    : names.map((name) => {
        const target = (node.outputs as Record<string, string | null | undefined>)[name];
        return `${name}: ${target === undefined ? 'absent' : target === null ? 'null' : target.replace(/\d+$/, '')}`;
      });

const bothWays = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [`${name}: given`, `${name}: absent`]);

test('every option of a node occurs, and so does its absence', () => {
  const asking = ['prompt', 'retryPrompt', 'retries'];
  const asked = nodesOf('collect-input').flatMap((node) => [
    ...fieldsOf(node, asking),
    ...leadsOf(node, ['default', 'missed']),
    ...(node.prompt === '' ? ['empty prompt'] : []),
    ...(node.retries === 0 ? ['no retry'] : []),
  ]);
  assertAll(tally(asked), [
    ...bothWays(...asking),
    ...['missed: absent', 'missed: null', 'missed: ask', 'missed: tell', 'default: human', 'empty prompt', 'no retry'],
  ]);
  const clocks = ['responseWaitingTime', 'firstResponseWithin', 'eachResponseWithin', 'connectWithin'];
  const urls = ['statusDeliveryUrl', 'endedUrl'];
  const rest = ['transferParameters', 'saveChat', 'transcriptionKeys'];
  const routed = nodesOf('live-agent-routing').flatMap((node) => [
    ...fieldsOf(node, [...clocks, ...urls, ...rest]),
    ...leadsOf(node, ['default', 'failed', 'noResponse', 'userLeft']),
    new URL(node.startConnectionUrl).origin,
  ]);
  assertAll(tally(routed), [
    ...bothWays(...clocks, ...urls),
    ...['transferParameters: list', 'transferParameters: absent', 'saveChat: true', 'saveChat: false'],
    ...['saveChat: absent', 'transcriptionKeys: documented', 'transcriptionKeys: capitalised', ...desks],
    ...['default', 'failed', 'noResponse', 'userLeft'].flatMap((output) => [
      ...[`${output}: absent`, `${output}: null`, `${output}: ask`, `${output}: tell`, `${output}: human`],
    ]),
  ]);
  const web = flows.filter(({ webChat }) => webChat).length / flows.length;
  assert.ok(web > 0.6 && web < 0.73, `${web} have a chat page`);
});

/** Where a node leads without a wait. A live agent who is not there is no wait: a session may have no socket. */
function leadsAtOnce(node: FlowNode): readonly (string | null | undefined)[] {
  if (node.type === 'live-agent-routing') return [node.outputs.failed];
  return node.type === 'collect-input' || node.type === 'end-conversation' ? [] : Object.values(node.outputs);
}

function isEndless(flow: Flow): boolean {
  const done = new Set<string>();
  const turns = (id: string, path: readonly string[]): boolean => {
    if (path.includes(id)) return true;
    if (done.has(id)) return false;
    const node = flow.nodes[id];
    const targets = node === undefined ? [] : leadsAtOnce(node);
    const found = targets.some((target) => typeof target === 'string' && turns(target, [...path, id]));
    done.add(id);
    return found;
  };
  return Object.keys(flow.nodes).some((id) => turns(id, []));
}

/** What happens when all goes well: every question is answered, every live agent answers and hands back. */
function walk(flow: Flow): Readonly<{ events: readonly SessionEvent[]; inputsBefore: number | null }> {
  const declared = (flow.parameters ?? []).flatMap(({ name, multi, value }) =>
    value === undefined ? [] : [[name, multi === true && typeof value === 'string' ? [value] : value] as const],
  );
  const sessionId = '01890000-0000-7000-8000-000000000001';
  const more = { virtualAgentId: 'a', flowVersion: 1, expiresAt: 86_400_000, parameters: Object.fromEntries(declared) };
  let session = begin({ kind: 'session-started', seq: 1, at: 0, sessionId, ...more });
  const events: SessionEvent[] = [];
  let inputs = 0;
  let inputsBefore: number | null = null;
  let command: Command | null = { kind: 'connect-socket' };
  for (let turn = 0; command !== null && turn < 40; turn += 1) {
    const decision = decide(flow, session, command, turn * 1000);
    assert.equal(decision.result.kind, 'done');
    events.push(...decision.events);
    session = decision.session;
    const { phase } = session;
    if (phase.kind === 'handoff') inputsBefore ??= inputs;
    if (phase.kind === 'waiting') {
      inputs += 1;
      command = { kind: 'say', messageId: `m${turn}`, clientId: `c${turn}`, text: 'well' };
    } else if (phase.kind !== 'handoff') command = null;
    else if (phase.handoff.stage.kind === 'connecting') command = { kind: 'answer', messageId: `m${turn}`, text: 'hi' };
    else command = { kind: 'disconnect' };
  }
  return { events, inputsBefore };
}

test('only a few flows run without end, and their sessions end with a fault', () => {
  const endless = flows.filter(isEndless);
  const share = (endless.length / flows.length) * endlessInOf;
  assert.ok(share > 0.5 && share < 1.5, `${endless.length} flows have a loop that never waits`);
  const faulty = flows.filter((flow) =>
    walk(flow).events.some((event) => 'reason' in event && event.reason === 'fault'),
  );
  assert.ok(faulty.length > 10, `${faulty.length} ran into it`);
  assert.ok(faulty.every(isEndless));
});

test('a dull user reaches a live agent within three inputs, and often more than one', () => {
  const walks = flows.map(walk);
  const handoffs = walks.map(({ events }) => events.filter(({ kind }) => kind === 'handoff-requested').length);
  const share = (least: number): number => handoffs.filter((count) => count >= least).length / flows.length;
  assert.ok(share(1) >= 0.8, `${share(1)} reach a live agent`);
  assert.ok(share(2) >= 0.4, `${share(2)} reach a second one`);
  assert.ok(share(3) >= 0.15, `${share(3)} reach a third one`);
  const inputs = tally(walks.map(({ inputsBefore }) => `${inputsBefore}`));
  assertAll(inputs, ['0', '1', '2', '3']);
  assert.deepEqual(
    [...inputs.keys()].filter((count) => !['0', '1', '2', '3', 'null'].includes(count)),
    [],
  );
});

test('some texts are too long for one message', () => {
  const longest = flows.map((flow) =>
    Math.max(0, ...walk(flow).events.map((event) => ('text' in event ? [...event.text].length : 0))),
  );
  assertAll(tally(longest.map((length) => (length === 4096 ? 'cut' : 'short'))), ['cut', 'short']);
});

test('only a question leads back to what is no question, or a desk would be called without end', () => {
  const place = (id: string): number => Number(/\d+$/.exec(id)?.[0]);
  for (const [seed, flow] of flows.entries()) {
    for (const [id, node] of Object.entries(flow.nodes)) {
      if (id.startsWith('spin')) continue;
      if (node.type === 'collect-input' || node.type === 'end-conversation') continue;
      for (const target of Object.values<string | null | undefined>(node.outputs)) {
        if (typeof target !== 'string' || target.startsWith('spin') || target.startsWith('ask')) continue;
        assert.ok(place(target) > place(id), `flow ${seed}: ${id} leads back to ${target}`);
      }
    }
  }
});

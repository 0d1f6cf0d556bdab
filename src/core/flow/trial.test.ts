import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from './flow.ts';
import type { LiveAgentRoutingNode } from './nodes.ts';
import { flowToRun, isTrial, trialVersion } from './trial.ts';

const routed = (more: Partial<LiveAgentRoutingNode> = {}): LiveAgentRoutingNode => ({
  type: 'live-agent-routing',
  startConnectionUrl: 'https://desk.example/start',
  inboundTransferUrl: 'https://desk.example/inbound',
  outputs: {},
  ...more,
});

const flow: Flow = {
  name: 'Trial',
  allowedOrigins: ['https://shop.example'],
  start: 'human',
  nodes: JSON.parse(
    JSON.stringify({ human: routed(), ['__proto__']: routed({ endedUrl: 'https://desk.example/ended' }) }),
  ),
};

const trialDesk = { start: 'a/start', inbound: 'a/inbound', status: 'a/status', ended: 'a/ended' };

test('no two trials have the same number, and none has one of a version', () => {
  const numbers = [1, 2, 3, 1_073_741_823].flatMap((revision) => [
    trialVersion(revision, 'desk'),
    trialVersion(revision, 'tester'),
  ]);
  assert.equal(new Set(numbers).size, numbers.length);
  assert.ok(numbers.every((version) => isTrial(version) && version >= -2_147_483_647));
  assert.equal(isTrial(1), false);
});

test('the calls of a tester’s trial go to the trial desk, no more of them than before', () => {
  const { nodes, allowedOrigins } = flowToRun(flow, trialVersion(7, 'tester'), trialDesk);
  assert.equal(allowedOrigins, undefined);
  assert.deepEqual(Object.keys(nodes), ['human', '__proto__']);
  const at = { startConnectionUrl: 'a/start', inboundTransferUrl: 'a/inbound' };
  assert.deepEqual(nodes.human, routed(at));
  assert.deepEqual(Object.entries(nodes)[1]?.[1], routed({ ...at, endedUrl: 'a/ended' }));
});

test('a trial with the desk keeps its endpoints, and what is published is run as it is', () => {
  assert.deepEqual(flowToRun(flow, trialVersion(7, 'desk'), trialDesk).nodes, flow.nodes);
  assert.equal(flowToRun(flow, 7, trialDesk), flow);
});

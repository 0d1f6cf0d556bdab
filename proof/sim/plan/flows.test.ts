import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVirtualAgent } from '../../../src/contract/virtual-agent.ts';
import { checkFlow } from '../../../src/core/flow/check-flow.ts';
import { comparisonOperators } from '../../../src/core/flow/conditions.ts';
import { chanceOf } from '../../random.ts';
import { randomFlow } from './flows.ts';

const desks = ['http://desk-1.sim', 'http://desk-2.sim'];

test('random flows may all be published, and have everything that a flow can have', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 1_000; seed += 1) {
    const flow = randomFlow(chanceOf(`flow ${seed}`), desks);
    assert.deepEqual(readVirtualAgent(structuredClone(flow)).faults, [], `seed ${seed}`);
    assert.deepEqual(checkFlow(flow).faults, [], `seed ${seed}`);
    const text = JSON.stringify(flow);
    for (const [, name, value] of text.matchAll(/"(type|operator|operation)":"([a-z-]+)"/g))
      seen.add(`${name} ${value}`);
    for (const name of [
      'endedUrl',
      'statusDeliveryUrl',
      'userLeft',
      'connectWithin',
      'eachResponseWithin',
      'saveChat',
    ]) {
      if (text.includes(`"${name}"`)) seen.add(name);
    }
  }
  const wanted = [
    ...['send-message', 'collect-input', 'conditions', 'set-parameter', 'live-agent-routing', 'end-conversation'].map(
      (type) => `type ${type}`,
    ),
    ...comparisonOperators.map((operator) => `operator ${operator}`),
    ...['set', 'append', 'clear'].map((operation) => `operation ${operation}`),
    ...['endedUrl', 'statusDeliveryUrl', 'userLeft', 'connectWithin', 'eachResponseWithin', 'saveChat'],
  ];
  assert.deepEqual(
    wanted.filter((name) => !seen.has(name)),
    [],
  );
});

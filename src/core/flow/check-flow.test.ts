import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { checkFlow } from './check-flow.ts';
import type { Flow } from './flow.ts';

/** As many nodes as a definition of 1 MB holds, in a ring, each with a text that names a parameter. */
const ring = (count: number, name: string): Flow => ({
  name: 'Ring',
  start: 'n0',
  parameters: [{ name: 'LAST', kind: 'custom' }],
  nodes: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `n${index}`,
      { type: 'send-message', text: `Hello $${name}`, outputs: { default: `n${(index + 1) % count}` } },
    ]),
  ),
});

test('a flow is checked in the time that its size takes, not in the square of it', () => {
  const before = process.cpuUsage();
  assert.equal(checkFlow(ring(9_000, 'LAST')).warnings.length, 0);
  assert.equal(checkFlow(ring(9_000, 'NOBODY')).warnings.length, 9_000);
  const { user, system } = process.cpuUsage(before);
  // 0.1 s; looking through all nodes for every text took 20 s.
  assert.ok((user + system) / 1000 < 2_000, `${(user + system) / 1000} ms`);
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type Place, pathOf, placeOf } from './places.ts';

const places: readonly Place[] = [
  { kind: 'agents' },
  { kind: 'agent', agentId: 'support' },
  { kind: 'agent-settings', agentId: 'a b/ü%' },
  { kind: 'versions', agentId: 'agents' },
  { kind: 'deliveries' },
  { kind: 'sessions' },
  { kind: 'session', sessionId: '0198-a' },
  { kind: 'keys' },
  { kind: 'people' },
  { kind: 'account' },
  { kind: 'sign-in' },
];

test('the address of a place leads back to it', () => {
  for (const place of places) assert.deepEqual(placeOf(pathOf(place)), place);
});

test('addresses that lead nowhere say so', () => {
  for (const path of [
    '/studio/x',
    '/studio/keys/1',
    '/studio/agents/a/b',
    '/studio/agents/a/versions/1',
    '/other',
    '/',
  ]) {
    assert.deepEqual(placeOf(path), { kind: 'nowhere' }, path);
  }
  assert.deepEqual(placeOf('/studio/agents/%E0%A4%A'), { kind: 'agent', agentId: '%E0%A4%A' });
  assert.deepEqual(placeOf('/studio/'), { kind: 'agents' });
});

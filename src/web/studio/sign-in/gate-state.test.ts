import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Answer } from '../api/ask.ts';
import type { Me } from '../who.tsx';
import { type GateState, lookedAgain } from './gate-state.ts';

const robin: Me = {
  ...{ id: 'p1', name: 'Robin', email: 'robin@example.com', role: 'owner', state: 'active' },
  ...{ created_at: '2026-05-03T07:56:26.958Z', last_seen_at: null, signs_in_with: ['password'] },
};
const ada: Me = { ...robin, id: 'p2', name: 'Ada' };

const found = (person: Me): Answer<{ person: Me }> => ({ kind: 'ok', body: { person } });
const inside: GateState = { kind: 'in', me: robin };
const over: GateState = { kind: 'over', me: robin, other: null };

test('who is still there sees nothing of being looked at', () => {
  assert.equal(lookedAgain(inside, found({ ...robin, last_seen_at: '2026-05-03T08:00:00.000Z' })), inside);
});

test('another role or name shows', () => {
  const now: Me = { ...robin, role: 'viewer' };
  assert.deepEqual(lookedAgain(inside, found(now)), { kind: 'in', me: now });
});

test('a sign-in that is over leaves the page of whose it was, and goes on with them', () => {
  assert.deepEqual(lookedAgain(inside, { kind: 'signed-out' }), over);
  assert.equal(lookedAgain(over, { kind: 'signed-out' }), over);
  assert.deepEqual(lookedAgain(over, found(robin)), inside);
});

test('somebody else in another tab does not become whose page this is', () => {
  const taken = lookedAgain(inside, found(ada));
  assert.deepEqual(taken, { kind: 'over', me: robin, other: ada });
  assert.equal(lookedAgain(taken, found(ada)), taken);
  assert.deepEqual(lookedAgain(taken, { kind: 'signed-out' }), over);
  assert.deepEqual(lookedAgain(taken, found(robin)), inside);
});

test('a server that does not answer, or is asked too much, signs nobody out', () => {
  assert.equal(lookedAgain(inside, { kind: 'unreachable' }), inside);
  const much = { kind: 'refused', status: 429, code: 'rate-limited', message: '', faults: [], body: {} } as const;
  assert.equal(lookedAgain(inside, { ...much, retryAfterSeconds: 1 }), inside);
  assert.equal(lookedAgain(over, { kind: 'unreachable' }), over);
});

test('who is outside is asked to sign in, whatever is found', () => {
  for (const state of [{ kind: 'asking' }, { kind: 'owner', token: 't' }] as const) {
    assert.equal(lookedAgain(state, found(robin)), state);
  }
});

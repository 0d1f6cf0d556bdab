import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Role } from '../../../contract/people/roles.ts';
import type { May } from '../who.tsx';
import { isLastOwner, lostRights } from './rights.ts';

const all: May = { design: true, operate: true, own: true, read: true, answer: true };

test('what a role takes away is told, and what it gives is not', () => {
  assert.deepEqual(lostRights(all, { ...all, own: false, design: false }), ['design', 'own']);
  assert.deepEqual(lostRights({ ...all, own: false }, all), []);
  assert.deepEqual(lostRights({ ...all, read: false }, { ...all, answer: false }), ['answer']);
});

const person = (id: string, role: Role, ...ways: ('password' | 'openid-connect')[]) => ({
  id,
  role,
  signs_in_with: ways,
});

test('the only owner who can sign in is the last one, whoever was invited to be one', () => {
  const [robin, ada, grace] = [
    person('r', 'owner', 'password'),
    person('a', 'owner'),
    person('g', 'designer', 'password'),
  ];
  const people = [robin, ada, grace];
  assert.deepEqual(
    people.map((one) => isLastOwner(one, people)),
    [true, false, false],
  );
});

test('two who can sign in are each not the last', () => {
  const people = [person('r', 'owner', 'password'), person('a', 'owner', 'openid-connect')];
  assert.deepEqual(
    people.map((one) => isLastOwner(one, people)),
    [false, false],
  );
});

test('while no owner can sign in, one of those who cannot stays', () => {
  const alone = [person('r', 'owner')];
  assert.deepEqual(
    alone.map((one) => isLastOwner(one, alone)),
    [true],
  );
  const two = [person('r', 'owner'), person('a', 'owner')];
  assert.deepEqual(
    two.map((one) => isLastOwner(one, two)),
    [false, false],
  );
});

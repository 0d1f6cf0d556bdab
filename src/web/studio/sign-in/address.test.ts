import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { broughtBy, goingOn } from './address.ts';

test('a fragment brings a token or an error, and nothing else is taken for one', () => {
  assert.deepEqual(broughtBy('#setup=abc'), { kind: 'setup', token: 'abc' });
  assert.deepEqual(broughtBy('#link=a=b'), { kind: 'link', token: 'a=b' });
  assert.deepEqual(broughtBy('#invitation=x-_1'), { kind: 'invitation', token: 'x-_1' });
  assert.deepEqual(broughtBy('#error=not-invited'), { kind: 'error', code: 'not-invited' });
  for (const other of ['', '#', '#page', '#setup=', '#x-setup=abc', '#token=abc', 'setup=abc']) {
    assert.equal(broughtBy(other), null, other);
  }
});

test('after signing in one goes on to where one was, or to an own path that was wished for', () => {
  const from = (address: string): string => goingOn(new URL(address, 'https://baton.example'));
  assert.equal(from('/studio/agents/support?node=a'), '/studio/agents/support?node=a');
  assert.equal(from('/studio/sign-in'), '/studio');
  assert.equal(from('/studio/sign-in?next=/desk'), '/desk');
  assert.equal(from('/studio/sign-in?next=%2Fstudio%2Fkeys%3Fshow%3Drecord'), '/studio/keys?show=record');
});

test('nobody is led to another site, or round in a circle', () => {
  const strange = [
    ...['//evil.example', '/\\evil.example', 'https://evil.example', '/%09/evil.example', 'javascript:alert(1)'],
    ...['/.//evil.example', 'desk', '', '/studio/sign-in', '/studio/sign-in?next=/studio/sign-in'],
  ];
  for (const next of strange) {
    const { search } = new URL(`https://baton.example/?next=${encodeURIComponent(next)}`);
    const gone = goingOn({ pathname: '/studio/sign-in', search });
    assert.equal(new URL(gone, 'https://baton.example').origin, 'https://baton.example', next);
    assert.ok(!gone.startsWith('/studio/sign-in'), next);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signInCookie } from './sign-in-cookie.ts';

const terms = { name: 'baton', seconds: 60 };

test('over https no neighbour below the same domain can plant a cookie that is read', () => {
  for (const path of [undefined, '/sign-in']) {
    const cookie = signInCookie('https://baton.example.org', { ...terms, ...(path && { path }) });
    const [pair, ...attributes] = cookie.write('theirs').split('; ');
    assert.equal(pair, '__Host-baton_443=theirs');
    // Browsers refuse the name with any other path, or a domain.
    assert.ok(attributes.includes('Secure') && attributes.includes('Path=/'), attributes.join());
    assert.ok(!attributes.some((one) => one.startsWith('Domain')));
    assert.equal(cookie.read('baton_443=planted; __Host-baton_443=theirs'), 'theirs');
    assert.equal(cookie.read('baton_443=planted'), null);
    assert.match(cookie.erase(), /^__Host-baton_443=; Max-Age=0; Path=\/; .*Secure$/);
  }
});

test('over http, where browsers take no such name, it is sent where it is wanted', () => {
  const cookie = signInCookie('http://10.0.0.7:8080', { ...terms, path: '/sign-in' });
  assert.equal(cookie.write('theirs'), 'baton_8080=theirs; Max-Age=60; Path=/sign-in; HttpOnly; SameSite=Strict');
});

// The edge of a desk that is a program of its own: as guarded as the router's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyBody, openClient } from '../house/kit/client.ts';
import { openRaw, requestText } from '../house/kit/raw.ts';
import { officeFor } from './kit/office.ts';

test('a desk of its own guards its answers and refuses what it should not read', async (t) => {
  const office = await officeFor(t);
  const client = openClient();
  t.after(() => client.close());
  for (const path of ['/desk', '/desk/api/me', '/nowhere', '/%zz', '/']) {
    const { headers } = await client.ask('GET', `${office.url}${path}`);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.match(String(headers['content-security-policy']), /frame-ancestors/, path);
  }
  const codeOf = async (path: string, raw: string | Buffer, more: Readonly<Record<string, string>> = {}) => {
    const signed = { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...signed, ...more };
    return (await client.ask<AnyBody>('POST', `${office.url}${path}`, { raw, headers })).body.code;
  };
  const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
  for (const path of ['/desk/api/sign-in', '/desk/hooks/start']) {
    assert.equal(await codeOf(path, deep), 'too-deep', path);
    assert.equal(await codeOf(path, 'x', { 'content-encoding': 'gzip' }), 'media-type', path);
  }
  assert.equal(await codeOf('/desk/api/sign-in', `"${'x'.repeat(70_000)}"`), 'body-too-large');
  const raw = await openRaw(
    office.url,
    requestText(['POST / HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked']),
  );
  assert.match(await raw.ended(), /^HTTP\/1.1 400 .*"code":"bad-request"/s);
});

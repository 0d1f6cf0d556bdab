import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { emptyUrls, isBuiltIn, urlsOf, withUrls } from './desk.ts';

const desk = {
  start: 'https://b/start',
  inbound: 'https://b/in',
  status: 'https://b/status',
  ended: 'https://b/ended',
};
const node = { type: 'live-agent-routing', transferParameters: ['A'], mine: 1, outputs: { default: 'bye' } };

test('a node is routed to the built-in desk when all its calls go there', () => {
  assert.equal(isBuiltIn(withUrls(node, desk), desk), true);
  assert.equal(isBuiltIn(withUrls(node, { ...desk, status: undefined, ended: undefined }), desk), true);
  assert.equal(isBuiltIn(withUrls(node, { ...desk, ended: 'https://mine/ended' }), desk), false);
  assert.equal(isBuiltIn(withUrls(node, { ...desk, inbound: undefined }), desk), false);
  assert.equal(isBuiltIn(withUrls(node, desk), null), false);
  for (const odd of [null, 5, '', []]) assert.equal(isBuiltIn(withUrls(node, { ...desk, status: odd }), desk), false);
});

test('to the built-in desk and back gives the same node', () => {
  const own = { ...node, startConnectionUrl: 'https://mine/start', inboundTransferUrl: 7 };
  const there = withUrls(own, desk);
  assert.equal(there.endedUrl, desk.ended);
  assert.deepEqual(withUrls(there, urlsOf(own)), own);
  assert.deepEqual(withUrls(there, emptyUrls), { ...node, startConnectionUrl: '', inboundTransferUrl: '' });
});

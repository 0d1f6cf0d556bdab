import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { firstView } from './first-view.ts';

const room = { width: 1376, height: 836 };
const message = { type: 'send-message', outputs: {} };

test('a small flow stands in the middle, no larger than it is', () => {
  const { x, y, zoom } = firstView({ nodes: { a: message } }, { a: { x: 1000, y: -500 } }, room);
  assert.equal(zoom, 1);
  assert.ok(Math.abs(x + 1000 - (room.width - 248) / 2) < 1);
  assert.ok(y - 500 > 0 && y - 500 < room.height);
});

test('of a flow that is too large to read its start is seen', () => {
  const nodes = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`n${index}`, message]));
  const places = Object.fromEntries(Object.keys(nodes).map((id, index) => [id, { x: index * 352, y: 0 }]));
  const { x, zoom } = firstView({ start: 'n59', nodes }, places, room);
  assert.equal(zoom, 0.75);
  assert.equal(x + 59 * 352 * zoom, 64);
});

test('a flow without nodes is seen at its real size', () => {
  assert.equal(firstView({ nodes: {} }, {}, room).zoom, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FairQueue, fairQueue } from './fair-queue.ts';

function drain(queue: FairQueue<string>): string {
  let taken = '';
  for (let item = queue.take(); item !== null; item = queue.take()) taken += item;
  return taken;
}

test('lanes take turns, whoever came in numbers', () => {
  const queue = fairQueue<string>(10);
  for (const item of ['a', 'b', 'c', 'd']) assert.equal(queue.add('loud', item), null);
  queue.add('quiet', '1');
  queue.add('other', '2');
  assert.equal(queue.size(), 6);
  assert.equal(drain(queue), 'a12bcd');
  assert.equal(queue.size(), 0);
  assert.equal(queue.take(), null);
});

test('full: the newest of the longest lane gives way, but not to its own lane or to one as long', () => {
  const queue = fairQueue<string>(4);
  for (const item of ['a', 'b', 'c', 'd']) queue.add('loud', item);
  assert.equal(queue.add('loud', 'e'), 'e');
  assert.equal(queue.add('quiet', '1'), 'd');
  assert.equal(queue.add('quiet', '2'), 'c');
  assert.equal(queue.add('quiet', '3'), '3');
  assert.equal(queue.size(), 4);
  assert.equal(drain(queue), 'a1b2');
});

test('who leaves is not taken, and leaves once', () => {
  const queue = fairQueue<string>(4);
  queue.add('lane', 'a');
  queue.add('lane', 'b');
  queue.remove('lane', 'a');
  queue.remove('lane', 'a');
  queue.remove('nowhere', 'b');
  assert.equal(queue.size(), 1);
  assert.equal(drain(queue), 'b');
});

test('a queue without room takes nobody', () => {
  const queue = fairQueue<string>(0);
  assert.equal(queue.add('lane', 'a'), 'a');
  assert.equal(queue.take(), null);
});

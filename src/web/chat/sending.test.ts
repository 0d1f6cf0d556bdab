import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import type { ClientFrame, ServerFrame } from '../../contract/frames.ts';
import { emptyConversation, type Happening, reduceConversation } from './conversation.ts';
import { Sending } from './sending.ts';

const at = '2026-11-24T08:00:00.000Z';

function stage(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let conversation = emptyConversation;
  const world = { isOpen: true, deaths: 0, told: [] as string[] };
  const sending = new Sending({
    lines: () => conversation.lines,
    isOpen: () => world.isOpen,
    tell: (frame: ClientFrame) => world.told.push(frame.type === 'message' ? frame.id : frame.type),
    onDead: () => {
      world.deaths += 1;
    },
  });
  const happens = (happening: Happening): void => {
    conversation = reduceConversation(conversation, happening);
  };
  const say = (...ids: string[]): void => {
    for (const id of ids) {
      happens({ kind: 'wrote', id, text: id, at });
      sending.go();
    }
  };
  const hear = (frame: ServerFrame): void => {
    happens({ kind: 'told', frame, at: 0 });
    sending.heard(frame);
  };
  const refuse = (id: string, retryAfter?: number): void =>
    hear({ type: 'error', code: 'rate-limited', message: '', id, ...(retryAfter && { retryAfter }) });
  return { world, sending, say, hear, refuse, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test('lines go one after the other', (t) => {
  const { world, say, hear } = stage(t);
  say('a', 'b', 'c');
  assert.deepEqual(world.told, ['a']);
  hear({ type: 'accepted', id: 'a', seq: 1 });
  assert.deepEqual(world.told, ['a', 'b']);
  hear({ type: 'message', seq: 2, from: 'user', id: 'b', text: 'b', at });
  assert.deepEqual(world.told, ['a', 'b', 'c']);
});

test('a line that is refused for now is sent again before later ones', (t) => {
  const { world, say, hear, refuse, pass } = stage(t);
  say('a', 'b');
  refuse('a', 3);
  say('c');
  hear({ type: 'typing' });
  pass(2999);
  assert.deepEqual(world.told, ['a']);
  pass(1);
  assert.deepEqual(world.told, ['a', 'a']);
  hear({ type: 'accepted', id: 'a', seq: 1 });
  refuse('b');
  assert.deepEqual(world.told, ['a', 'a', 'b', 'c'], 'what is refused for good holds nobody up');
});

test('a new socket begins with the oldest line, whatever the one before was told', (t) => {
  const { world, sending, say, refuse } = stage(t);
  say('a', 'b');
  refuse('a', 30);
  sending.rest();
  world.isOpen = false;
  say('c');
  world.isOpen = true;
  sending.opened();
  assert.deepEqual(world.told, ['a', 'a']);
});

test('silence means death only while a line is under way', (t) => {
  const { world, say, hear, pass } = stage(t);
  say('a');
  pass(9_000);
  hear({ type: 'typing' });
  pass(9_000);
  assert.equal(world.deaths, 0, 'whoever speaks is alive');
  hear({ type: 'accepted', id: 'a', seq: 1 });
  pass(60_000);
  assert.equal(world.deaths, 0);
  say('b');
  pass(10_000);
  assert.equal(world.deaths, 1);
});

test('the wish to end waits for the connection and for the lines', (t) => {
  const { world, sending, say, hear } = stage(t);
  world.isOpen = false;
  say('a');
  sending.leave();
  world.isOpen = true;
  sending.opened();
  assert.deepEqual(world.told, ['a']);
  hear({ type: 'accepted', id: 'a', seq: 1 });
  assert.deepEqual(world.told, ['a', 'end']);
  sending.rest();
  sending.opened();
  assert.deepEqual(world.told, ['a', 'end', 'end'], 'the first may have been lost with its socket');
});

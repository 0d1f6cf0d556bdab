import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { ServerFrame } from '../../contract/frames.ts';
import {
  type Conversation,
  emptyConversation,
  type Happening,
  isOver,
  lastHeard,
  reduceConversation,
} from './conversation.ts';
import { delayOf, presenceOf, timelineOf } from './timeline.ts';

const at = '2026-11-24T08:00:00.000Z';
const after = (happenings: readonly Happening[], from: Conversation = emptyConversation): Conversation =>
  happenings.reduce(reduceConversation, from);
const told = (...frames: ServerFrame[]): Happening[] => frames.map((frame) => ({ kind: 'told', frame, at: 1000 }));
const wrote = (id: string, text = id): Happening => ({ kind: 'wrote', id, text, at });
const bot = (seq: number, text = `bot ${seq}`): ServerFrame => ({
  type: 'message',
  seq,
  from: 'virtual_agent',
  text,
  at,
});
const own = (seq: number, id: string): ServerFrame => ({ type: 'message', seq, from: 'user', id, text: id, at });
const human = (seq: number, name?: string): ServerFrame => ({
  ...{ type: 'message', seq, from: 'live_agent', text: `human ${seq}`, at },
  ...(name === undefined ? {} : { liveAgent: { name } }),
});
const session = (seq: number, rest: object): ServerFrame =>
  ({ type: 'session', seq, status: 'AWAITING_INPUT', owner: 'virtual_agent', ...rest }) as ServerFrame;
const handoff = (seq: number, state: string, rest: object = {}): ServerFrame =>
  session(seq, { owner: 'live_agent', handoff: { epoch: 1, state, ...rest } });

const seqs = ({ entries }: Conversation): number[] => entries.map(({ seq }) => seq);
const lineIds = ({ lines }: Conversation): string[] => lines.map(({ id }) => id);

test('a line becomes one entry, whether the answer or the message comes first', () => {
  const accepted: ServerFrame = { type: 'accepted', id: 'a1', seq: 5 };
  for (const order of [
    [accepted, own(5, 'a1')],
    [own(5, 'a1'), accepted],
    [accepted, accepted, own(5, 'a1'), own(5, 'a1')],
  ]) {
    const conversation = after([wrote('a1'), ...told(...order)]);
    assert.deepEqual(seqs(conversation), [5]);
    assert.deepEqual(lineIds(conversation), []);
  }
});

test('an answer that overtakes messages leaves no hole when the page resumes', () => {
  const cut = after([wrote('a1'), ...told(bot(2), { type: 'accepted', id: 'a1', seq: 5 })]);
  assert.equal(cut.cursor, 2, 'seqs 3 and 4 are still to come');
  const resumed = after(told(bot(3), bot(4), own(5, 'a1'), bot(6)), cut);
  assert.deepEqual(seqs(resumed), [2, 3, 4, 5, 6]);
  assert.equal(resumed.cursor, 6);
});

test('told again from the beginning, nothing is there twice', () => {
  const frames = [session(1, {}), bot(2), own(3, 'a1'), bot(4)];
  assert.deepEqual(seqs(after(told(...frames, ...frames, bot(4)))), [1, 2, 3, 4]);
});

test('lines that are not accepted stay, in the order they were written, over a lost connection', () => {
  const lost = after([wrote('a1'), wrote('a2'), { kind: 'linked', link: 'lost' }, wrote('a3')]);
  assert.deepEqual(lineIds(lost), ['a1', 'a2', 'a3']);
  assert.ok(lost.lines.every(({ failure }) => failure === null));
  const back = after(told(own(7, 'a2'), { type: 'accepted', id: 'a1', seq: 6 }), lost);
  assert.deepEqual([seqs(back), lineIds(back)], [[6, 7], ['a3']]);
});

test('kept lines that the server has meanwhile are not restored', () => {
  const line = { id: 'a1', text: 'a1', at, failure: null };
  const conversation = after([...told(own(3, 'a1')), { kind: 'restored', lines: [line, { ...line, id: 'a2' }] }]);
  assert.deepEqual(lineIds(conversation), ['a2']);
});

test('a refused line says why and can be tried again', () => {
  const failed = after([
    wrote('a1'),
    wrote('a2'),
    ...told({ type: 'error', code: 'wrong-shape', message: 'No.', id: 'a1' }),
  ]);
  assert.equal(failed.lines[0]?.failure?.message, 'No.');
  assert.equal(failed.lines[1]?.failure, null);
  const again = after([{ kind: 'tried-again', id: 'a1', newId: 'b1' }], failed);
  assert.deepEqual([lineIds(again), again.lines[0]?.failure], [['a1', 'a2'], null]);
});

test('an id that another message had is given up', () => {
  const failed = after([wrote('a1'), ...told({ type: 'error', code: 'key-reused', message: 'No.', id: 'a1' })]);
  assert.deepEqual(lineIds(after([{ kind: 'tried-again', id: 'a1', newId: 'b1' }], failed)), ['b1']);
});

test('a line that only has to wait has not failed', () => {
  const frame: ServerFrame = { type: 'error', code: 'rate-limited', message: 'Slow.', id: 'a1', retryAfter: 2 };
  assert.equal(after([wrote('a1'), ...told(frame)]).lines[0]?.failure, null);
});

test('when the session ends, lines on their way have failed', () => {
  const frames = told(bot(2), session(3, { status: 'ENDED', owner: 'nobody', reason: 'completed' }));
  const conversation = after([wrote('a1'), ...frames]);
  assert.ok(isOver(conversation));
  assert.equal(conversation.lines[0]?.failure?.code, 'ended');
  assert.deepEqual(presenceOf(conversation), { kind: 'over', reason: 'completed' });
});

test('a token that is good no more ends the page, and what was said stays', () => {
  const conversation = after([...told(bot(2)), { kind: 'linked', link: 'gone' }]);
  assert.ok(isOver(conversation));
  assert.deepEqual([seqs(conversation), presenceOf(conversation)], [[2], { kind: 'over', reason: 'gone' }]);
});

test('typing ends with the message, with time, and with the connection', () => {
  const typing = after(told({ type: 'typing' }));
  assert.equal(typing.typingSince, 1000);
  assert.equal(after(told(human(3)), typing).typingSince, null);
  assert.equal(after([{ kind: 'typing-faded' }], typing).typingSince, null);
  assert.equal(after([{ kind: 'linked', link: 'lost' }], typing).typingSince, null);
});

test('receipts speak of what others wrote', () => {
  assert.equal(lastHeard(after(told(bot(2), own(3, 'a1'), session(4, {})))), 2);
  assert.equal(lastHeard(emptyConversation), 0);
});

const notesOf = (...frames: ServerFrame[]): string[] =>
  timelineOf(after(told(...frames)).entries).flatMap((item) =>
    item.kind === 'note' ? [`${item.note} ${item.name}`] : [],
  );

test('a live agent joins once, under the name of their first message', () => {
  const joined = [handoff(3, 'connecting'), handoff(4, 'connected'), human(5, 'Robin'), human(6, 'Robin')];
  assert.deepEqual(notesOf(...joined), ['joined Robin']);
  assert.deepEqual(notesOf(handoff(3, 'connecting'), handoff(4, 'connected')), ['joined null']);
  assert.deepEqual(notesOf(handoff(3, 'connecting'), human(4, 'Robin'), handoff(5, 'connected')), ['joined Robin']);
  assert.deepEqual(notesOf(...joined, human(7, 'Mira')), ['joined Robin', 'joined Mira']);
});

test('nobody has joined while the end user is queued', () => {
  const queued = [handoff(3, 'connecting'), handoff(4, 'connected', { queued: true, place: 2 })];
  assert.deepEqual(notesOf(...queued), []);
  assert.deepEqual(presenceOf(after(told(...queued))), { kind: 'queued', place: 2 });
  const assigned = after(told(...queued, handoff(5, 'connected')));
  assert.deepEqual(presenceOf(assigned), { kind: 'live-agent', name: null });
});

test('how a handoff ended is said once', () => {
  const ended = (reason: string): ServerFrame => session(9, { handoff: { epoch: 1, state: 'ended' }, reason });
  const joined = [handoff(4, 'connected'), human(5, 'Robin')];
  assert.deepEqual(notesOf(...joined, ended('disconnected')), ['joined Robin', 'left Robin']);
  assert.deepEqual(notesOf(...joined, ended('no-response')), ['joined Robin', 'no-answer Robin']);
  assert.deepEqual(notesOf(handoff(4, 'connecting'), ended('failed')), ['unavailable null']);
  assert.deepEqual(notesOf(session(4, { reason: 'failed' })), ['unavailable null']);
});

test('who is there follows the newest fact', () => {
  assert.deepEqual(presenceOf(after(told(handoff(3, 'connecting')))), { kind: 'looking' });
  const spoke = after(told(handoff(3, 'connecting'), human(4, 'Robin')));
  assert.deepEqual(presenceOf(spoke), { kind: 'live-agent', name: 'Robin' });
  assert.deepEqual(presenceOf(after(told(session(9, {})), spoke)), { kind: 'virtual-agent' });
});

test('a desk that is late is told of until it receives again, and changes nothing else', () => {
  const late = handoff(4, 'connected', { delayedSince: at });
  const talk = [bot(1), handoff(2, 'connecting'), handoff(3, 'connected'), human(4, 'Robin'), own(5, 'm')];
  assert.equal(delayOf(after(told(...talk))), null);
  const delayed = after(told(...talk, { ...late, seq: 6 } as ServerFrame, own(7, 'n')));
  assert.equal(delayOf(delayed), at);
  assert.deepEqual(presenceOf(delayed), { kind: 'live-agent', name: 'Robin' });
  assert.equal(timelineOf(delayed.entries).filter(({ kind }) => kind === 'note').length, 1);
  const again = handoff(8, 'connected', { delayedSince: null });
  assert.equal(delayOf(after(told(again), delayed)), null);
  assert.equal(delayOf(after(told(again, handoff(9, 'connected', { delayedSince: at })), delayed)), at);
});

test('a late desk keeps a visitor in the queue, and no handoff inherits what the one before was told', () => {
  const queued = { queued: true, place: 3 };
  const late = after(
    told(handoff(2, 'connected', queued), handoff(3, 'connected', { queued: true, delayedSince: at })),
  );
  assert.deepEqual(presenceOf(late), { kind: 'queued', place: 3 });
  assert.equal(delayOf(after(told(handoff(4, 'connected')), late)), at, 'somebody was assigned meanwhile');
  const ended = session(5, { handoff: { epoch: 1, state: 'ended' }, reason: 'disconnected' });
  assert.equal(delayOf(after(told(ended), late)), null);
  const second = session(6, { owner: 'live_agent', handoff: { epoch: 2, state: 'connecting' } });
  assert.equal(delayOf(after(told(ended, second), late)), null);
});

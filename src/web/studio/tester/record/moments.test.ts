import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { MessageFrame, SessionFrame } from '../../../../contract/frames.ts';
import { momentsOf } from './moments.ts';
import type { NoteEvent } from './trace.ts';

const at = '2026-05-03T07:56:26.958Z';
const said = (seq: number, from: MessageFrame['from'], more: Partial<MessageFrame> = {}): MessageFrame => ({
  ...{ type: 'message', seq, from, text: `line ${seq}`, at },
  ...more,
});
const state: SessionFrame = { type: 'session', seq: 6, status: 'AWAITING_INPUT', owner: 'live_agent' };
const ended: NoteEvent = { kind: 'session-ended', seq: 12, at, reason: 'completed' };
const asked: NoteEvent = { kind: 'handoff-unavailable', seq: 6, at, node: 'human', cause: 'no-socket' };

test('notes that come late stand where they belong', () => {
  const lines = [said(4, 'user', { id: 'c1' }), state, said(9, 'virtual_agent')];
  assert.deepEqual(
    momentsOf(lines, [asked, ended]).map(({ key }) => key),
    ['c1', 'note-6', 'seq-9', 'note-12'],
  );
});

test('who speaks on is not named again, unless something stands between or another live agent speaks', () => {
  const [ada, bob] = [{ liveAgent: { name: 'Ada' } }, { liveAgent: { name: 'Bob' } }];
  const lines = [
    said(4, 'virtual_agent'),
    said(5, 'virtual_agent'),
    said(7, 'live_agent', ada),
    said(8, 'live_agent', bob),
  ];
  const shown = momentsOf(lines, [asked]).flatMap((moment) =>
    moment.kind === 'said' ? [[moment.seq, moment.isFirst, moment.isLast]] : [],
  );
  assert.deepEqual(shown, [
    [4, true, false],
    [5, false, true],
    [7, true, true],
    [8, true, true],
  ]);
});

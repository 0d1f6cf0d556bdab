import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { DeskConversation, DeskEntry, DeskLiveAgentMessage } from '../../contract/desk-api.ts';
import { type Desk, emptyDesk, type Happening, reduceDesk } from './desk-state.ts';
import { groupsOf } from './groups.ts';
import { storyItems } from './story-items.ts';

const me = { id: 'p1', name: 'Robin' };
const instant = (minute: number): string => `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`;
const conversation = (rest: Partial<DeskConversation> = {}): DeskConversation => ({
  ...{ id: 's.1', sessionId: 's', epoch: 1, agentId: 'support', state: 'waiting', assignee: null, ending: false },
  ...{ endReason: null, startedAt: instant(0), respondBy: null, lastSeq: 9, customer: null, preview: null },
  ...{ changedAt: instant(0), ...rest },
});
const user = (seq: number, previousSeq: number): DeskEntry => ({
  ...{ kind: 'user-message', conversationId: 's.1', place: [seq, 0], messageId: `m${seq}`, seq, previousSeq },
  ...{ text: `user ${seq}`, at: instant(1) },
});
const own = (id: string, status: DeskLiveAgentMessage['status'], place = [50, 1]): DeskLiveAgentMessage => ({
  ...{
    kind: 'live-agent-message',
    conversationId: 's.1',
    place,
    id,
    text: id,
    at: instant(1),
    by: me,
    status,
    why: null,
  },
});
const wrote = (id: string): Happening => ({
  kind: 'wrote',
  conversationId: 's.1',
  id,
  text: id,
  at: instant(1),
  by: me,
});
const sync = (
  cursor: number,
  conversations: DeskConversation[],
  entries: DeskEntry[] = [],
  isFirst = false,
): Happening => ({
  kind: 'synced',
  sync: { cursor, conversations, entries },
  isFirst,
});
const after = (...happenings: Happening[]): Desk => happenings.reduce(reduceDesk, emptyDesk());
const shown = (desk: Desk): string[] =>
  storyItems(desk, conversation()).map((item) => (item.kind === 'hole' ? 'hole' : item.entry.text));

test('entries stand in order of place, however they come', () => {
  const desk = after(
    sync(1, [conversation()]),
    sync(2, [], [user(12, 11), own('reply', 'submitted', [11, 4])]),
    sync(3, [], [user(11, 8)]),
  );
  assert.deepEqual(shown(desk), ['user 11', 'reply', 'user 12']);
});

test('what came before the handoff is no hole', () => {
  assert.deepEqual(shown(after(sync(1, [conversation()], [user(11, 9), user(14, 11)]))), ['user 11', 'user 14']);
  assert.deepEqual(shown(after(sync(1, [conversation()], [user(11, 4)]))), ['user 11']);
});

test('a hole is seen, and closes when the late message slides in', () => {
  const holed = after(sync(1, [conversation()], [user(11, 9), user(15, 13)]));
  assert.deepEqual(shown(holed), ['user 11', 'hole', 'user 15']);
  assert.deepEqual(shown(reduceDesk(holed, sync(2, [], [user(13, 11)]))), ['user 11', 'user 13', 'user 15']);
});

test('a reply is shown at once, and once', () => {
  const sending = after(sync(1, [conversation()], [user(11, 9)]), wrote('first'), wrote('second'));
  assert.deepEqual(shown(sending), ['user 11', 'first', 'second']);
  const answered = reduceDesk(sending, { kind: 'entry-told', entry: own('first', 'sending', [11, 1]) });
  const streamed = reduceDesk(answered, sync(2, [], [own('first', 'submitted', [11, 1])]));
  assert.deepEqual(shown(streamed), ['user 11', 'first', 'second']);
  assert.equal(streamed.outgoing['s.1']?.length, 1);
});

test('a status never goes backwards', () => {
  const read = after(sync(1, [conversation()], [own('first', 'read')]));
  const crossed = reduceDesk(read, { kind: 'entry-told', entry: own('first', 'sending') });
  const [entry] = crossed.entries['s.1'] ?? [];
  assert.equal(entry?.kind === 'live-agent-message' && entry.status, 'read');
});

test('a refused reply says why, and goes out again', () => {
  const refused = after(wrote('first'), { kind: 'refused', conversationId: 's.1', id: 'first', why: 'It has ended.' });
  assert.equal(refused.outgoing['s.1']?.[0]?.why, 'It has ended.');
  const again = reduceDesk(refused, { kind: 'tried-again', conversationId: 's.1', id: 'first' });
  assert.equal(again.outgoing['s.1']?.[0]?.status, 'sending');
});

test('an older conversation replaces no newer one', () => {
  const taken = conversation({ state: 'open', assignee: me, changedAt: instant(5) });
  const desk = after(sync(4, [taken]), {
    kind: 'conversation-told',
    conversation: conversation({ changedAt: instant(4) }),
  });
  assert.equal(desk.conversations['s.1']?.state, 'open');
});

test('a story that crosses the stream loses nothing', () => {
  const story = { conversation: conversation(), transcript: [], parameters: [], entries: [user(11, 9)], cursor: 1 };
  const desk = after(sync(2, [conversation()], [user(12, 11)]), { kind: 'story-told', story });
  assert.deepEqual(shown(desk), ['user 11', 'user 12']);
  assert.equal(desk.cursor, 2);
});

test('the cursor never goes back', () => {
  assert.equal(after(sync(7, []), sync(3, [])).cursor, 7);
});

test('news are unseen until they are looked at', () => {
  const began = after(sync(1, [conversation()]));
  assert.deepEqual(began.unseen, ['s.1']);
  const looked = reduceDesk(began, { kind: 'looking', conversationId: 's.1' });
  assert.deepEqual(looked.unseen, []);
  assert.deepEqual(reduceDesk(looked, sync(2, [], [user(11, 9)])).unseen, [], 'it is being looked at');
  const away = reduceDesk(looked, { kind: 'looking', conversationId: null });
  assert.deepEqual(reduceDesk(away, sync(2, [], [own('first', 'read')])).unseen, [], 'own replies are no news');
  assert.deepEqual(reduceDesk(away, sync(2, [], [user(11, 9)])).unseen, ['s.1']);
});

test('after a reload only what came since is unseen', () => {
  const preview = { from: 'user', text: 'Hello' } as const;
  const desk = (seen: string): Desk =>
    reduceDesk(emptyDesk({ 's.1': seen }), sync(1, [conversation({ preview, changedAt: instant(5) })], [], true));
  assert.deepEqual(desk(instant(5)).unseen, []);
  assert.deepEqual(desk(instant(4)).unseen, ['s.1']);
});

test('what is due first stands first', () => {
  const other = { id: 'p2', name: 'Mira' };
  const groups = groupsOf(
    [
      conversation({ id: 'a', respondBy: instant(30) }),
      conversation({ id: 'b', respondBy: instant(20) }),
      conversation({ id: 'c', state: 'open', assignee: me }),
      conversation({ id: 'd', state: 'open', assignee: me, respondBy: instant(40) }),
      conversation({ id: 'e', state: 'open', assignee: other }),
      conversation({ id: 'f', state: 'ended', changedAt: instant(2) }),
      conversation({ id: 'g', state: 'ended', changedAt: instant(3) }),
    ],
    me,
  );
  const ids = Object.fromEntries(
    Object.entries(groups).map(([name, group]) => [name, group.map(({ id }) => id).join('')]),
  );
  assert.deepEqual(ids, { waiting: 'ba', mine: 'dc', others: 'e', ended: 'gf' });
});

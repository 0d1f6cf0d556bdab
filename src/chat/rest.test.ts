import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoggedEvent } from '../contract/manage.ts';
import { atFirst, describeUnrest, isAtRest, type Rest, restAfter } from './rest.ts';

/** Events with the fields that count here. */
const logged = (kind: LoggedEvent['kind'], fields: object = {}): LoggedEvent =>
  ({ kind, seq: 0, at: '', ...fields }) as unknown as LoggedEvent;

const entered = (node: string): LoggedEvent => logged('node-entered', { node, type: 'x' });
const awaited = (node: string): LoggedEvent => logged('input-awaited', { node, misses: 0 });
const asked = (seq: number, waits = true): LoggedEvent => logged('skill-requested', { seq, node: 'look', waits });
const answered = (request: number): LoggedEvent =>
  logged('skill-answered', { request, node: 'look', output: 'default' });
const requested = logged('handoff-requested', { node: 'human', epoch: 1 });
const connected = logged('handoff-connected', { epoch: 1, by: 'start', queued: false });

const after = (...events: readonly LoggedEvent[]): Rest => events.reduce(restAfter, atFirst);

const atRest: Readonly<Record<string, Rest>> = {
  'the flow waits': after(entered('ask'), awaited('ask')),
  'a live agent is connected': after(requested, connected),
  'a live agent is connected in a queue': after(requested, logged('handoff-connected', { queued: true })),
  'a message went to the live agent': after(requested, connected, logged('user-message-received')),
  'the session has ended': after(awaited('ask'), logged('session-ended', { reason: 'completed' })),
  'it ended while a question was open': after(asked(5), logged('session-ended', { reason: 'user-left' })),
  'a question was answered, and the flow waits': after(awaited('ask'), asked(5), answered(5), awaited('ask')),
  'a question that nobody waits for is open': after(asked(5, false), awaited('ask')),
  'a parameter was set while it waits': after(awaited('ask'), logged('parameters-set', { parameters: [] })),
};

const notAtRest: Readonly<Record<string, readonly [rest: Rest, why: RegExp]>> = {
  'nothing has happened': [atFirst, /the flow has not begun/],
  'a question is open': [after(awaited('ask'), asked(5)), /look waits for an answer from outside/],
  'another question was answered': [after(asked(5, false), asked(7), answered(5)), /look waits/],
  'the answer is there, and the flow goes on': [after(asked(5), answered(5)), /the flow runs on after look/],
  'a message was taken': [after(awaited('ask'), logged('input-taken', { node: 'ask' })), /runs on after ask/],
  'a handoff connects': [after(requested), /the desk of human has not answered/],
  'a handoff has ended': [after(requested, connected, logged('handoff-ended', { epoch: 1 })), /runs on after human/],
};

describe('a conversation', () => {
  for (const [when, rest] of Object.entries(atRest)) {
    it(`rests when ${when}`, () => assert.equal(isAtRest(rest), true));
  }
  for (const [when, [rest, why]] of Object.entries(notAtRest)) {
    it(`does not rest when ${when}`, () => {
      assert.equal(isAtRest(rest), false);
      assert.match(describeUnrest(rest), why);
    });
  }
});

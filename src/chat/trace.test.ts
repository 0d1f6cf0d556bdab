import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoggedEvent } from '../contract/manage.ts';
import { Tracer } from './trace.ts';

const logged = (kind: LoggedEvent['kind'], fields: object = {}): LoggedEvent =>
  ({ kind, seq: 0, at: '', ...fields }) as unknown as LoggedEvent;
const entered = (node: string, type: string): LoggedEvent => logged('node-entered', { node, type });

const linesOf = (...events: readonly LoggedEvent[]): readonly string[] => {
  const tracer = new Tracer();
  return events
    .flatMap((event) => tracer.linesOf(event))
    .map((line) => (line.kind === 'said' ? `${line.by}> ` : '') + line.text);
};

describe('the trace', () => {
  it('tells a node that waits in one line, behind what it says', () => {
    const said = logged('virtual-agent-message-sent', { node: 'ask', text: 'Which?' });
    const awaited = logged('input-awaited', { node: 'ask', misses: 0 });
    assert.deepEqual(linesOf(entered('ask', 'collect-input'), said, awaited), [
      'bot> Which?',
      'ask (collect-input) waits',
    ]);
  });

  it('tells a node that asks nothing, for it knows already', () => {
    assert.deepEqual(linesOf(entered('ask', 'collect-input'), entered('say', 'send-message')), [
      'ask (collect-input)',
      'say (send-message)',
    ]);
  });

  it('tells what a text switched to, and from where', () => {
    const recognised = logged('intent-recognised', { node: 'stop', intent: '@sys.cancel', score: 0.8234 });
    const switched = logged('context-switched', { node: 'stop', from: 'ask', returns: true });
    assert.deepEqual(linesOf(recognised, switched, entered('stop', 'context-switch')), [
      'intent @sys.cancel 0.82',
      'stop (context-switch) instead of ask, for now',
    ]);
  });

  it('shows what was not to be kept as such, lists with commas, and nothing as (empty)', () => {
    const message = logged('live-agent-message-sent', { text: null, withheld: true });
    const parameters = [
      { name: 'A', value: ['b', 'c'] },
      { name: 'D', value: '' },
    ];
    assert.deepEqual(linesOf(message, logged('parameters-set', { parameters })), [
      'live agent> (not kept)',
      'A = b, c',
      'D = (empty)',
    ]);
  });

  it('leaves out what it does not know and what differs from run to run', () => {
    const strange = logged('something-new' as LoggedEvent['kind'], { text: 'x' });
    assert.deepEqual(linesOf(strange, logged('socket-connected'), logged('messages-received', { to: 3 })), []);
  });

  it('tells the node before what came of it', () => {
    const failed = logged('skill-failed', { node: 'think', request: null, cause: 'Too many.' });
    assert.deepEqual(linesOf(entered('think', 'webhook'), failed), ['think (webhook)', 'think failed: Too many.']);
  });
});

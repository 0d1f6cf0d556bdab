import { strict as assert } from 'node:assert';
import { decide } from '../../src/core/decide.ts';
import { wakeAt } from '../../src/core/response-clock.ts';
import type { Store } from '../../src/store/store.ts';
import { agentId } from './first-session.ts';

/**
 * Whether copies are what the program itself would have written: they load, want to be woken when the column says so,
 * do nothing before, and end their handoff then. @throws AssertionError when one is not.
 */
export async function checkCopies(
  store: Store,
  copies: readonly Readonly<{ id: string; wakeAt: number }>[],
): Promise<void> {
  const flow = await store.agents.findFlow(agentId, 1);
  assert(flow !== null);
  for (const { id, wakeAt: due } of copies) {
    const session = await store.sessions.load(id);
    assert(session !== null && session.id === id);
    assert.equal(wakeAt(session), due, 'the column is the deadline');
    assert(session.startedAt < due && session.at < due);
    assert.deepEqual(decide(flow, session, { kind: 'wake' }, due - 1).events, []);
    const { events, calls } = decide(flow, session, { kind: 'wake' }, due);
    assert.equal(events.find((event) => event.kind === 'handoff-ended')?.outcome, 'no-response');
    assert.equal(events.at(-1)?.kind, 'session-ended');
    assert.deepEqual(
      calls.map(({ kind }) => kind),
      ['ended'],
    );
  }
}

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isWhole } from '../proof/outage/report.ts';
import { proveOutage } from '../proof/outage/run.ts';
import { PlayedSession } from '../proof/outage/session.ts';

test('a desk that refuses and hangs loses nothing, and its sessions catch up in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-outage-'));
  try {
    const report = await proveOutage({ folder, minutes: 0.08, sessions: 50, messages: 5, healthy: 20, mode: 'mixed' });
    const { waited, healthy } = report;
    assert.deepEqual([...waited.faults, ...healthy.faults], []);
    assert.deepEqual([waited.written, waited.accepted, waited.arrived], [250, 250, 250]);
    assert.ok(waited.taken > 0, 'Nobody called the desk while it hung.');
    assert.ok(isWhole(report));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

type Inbound = Readonly<{ id: string; text: string; seq: number; previousSeq: number }>;

const first: Inbound = { id: 'one', text: 'a', seq: 5, previousSeq: 3 };
const second: Inbound = { id: 'two', text: 'b', seq: 7, previousSeq: 5 };

/** What a session in which "a" and "b" were said finds wrong with the calls to its desk. */
function faultsOf(...calls: readonly Inbound[]): readonly string[] {
  const faults: string[] = [];
  const nobody = { call: async () => null, socketUrl: () => '' };
  const report = ({ expected, got }: { expected: string; got: string }): unknown =>
    faults.push(`${expected}, not ${got}`);
  const session = new PlayedSession({ client: nobody, virtualAgentId: 'any', report });
  for (const text of ['a', 'b']) session.say(text);
  session.hearAtDesk({ kind: 'start', webhookId: 'start', raw: '', body: { handoff: { lastSeq: 3 } } });
  for (const { id, ...body } of calls) {
    session.hearAtDesk({ kind: 'inbound', webhookId: id, raw: JSON.stringify(body), body });
  }
  if (session.arrived < session.sent) faults.push('something is missing');
  return faults;
}

test('the proof finds what is lost, out of order, changed, or twice under another id', () => {
  assert.deepEqual(faultsOf(first, second), []);
  assert.deepEqual(faultsOf(first, first, second, second), []);
  assert.deepEqual(faultsOf(first), ['something is missing']);
  assert.match(faultsOf(second, first).join(), /^a, not b/);
  assert.match(faultsOf(first, { ...second, id: 'one' }).join(), /^the same bytes under one, not others/);
  assert.match(faultsOf(first, { ...first, id: 'other' }, second).join(), /^b, not a/);
  assert.match(faultsOf(first, { ...second, previousSeq: 6 }).join(), /^previousSeq 5, not previousSeq 6/);
  assert.match(faultsOf(first, { ...second, seq: 5 }).join(), /^a seq above 5, not seq 5/);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isWhole } from '../proof/outage/report.ts';
import { proveOutage } from '../proof/outage/run.ts';

test('a desk that refuses and hangs loses nothing, and its sessions catch up in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-outage-'));
  try {
    const report = await proveOutage({ folder, minutes: 0.1, sessions: 50, messages: 5, healthy: 20, mode: 'mixed' });
    const { waited, healthy } = report;
    assert.deepEqual([...waited.faults, ...healthy.faults], []);
    assert.deepEqual([waited.written, waited.accepted, waited.arrived], [250, 250, 250]);
    assert.ok(waited.taken > 0, 'Nobody called the desk while it hung.');
    assert.ok(isWhole(report));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

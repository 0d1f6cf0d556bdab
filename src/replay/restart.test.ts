import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { type App, startApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { silentLog } from '../platform/log.ts';
import { demoDialogues } from './demo-dialogues.ts';
import { replay } from './replay.ts';

const key = 'a-key-of-sixteen-or-more';

function configIn(folder: string, port: number): Config {
  const environment = { BATON_DATA: folder, BATON_KEY: key, BATON_ALLOW_NETWORKS: '127.0.0.1/32' };
  return { ...readConfig(environment), port };
}

it('shows no difference when the server restarts in the middle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-replay-'));
  let app: App = await startApp(configIn(folder, 0), { log: silentLog });
  const { url } = app;
  let restarted: Promise<void> | null = null;
  const restart = async (): Promise<void> => {
    await app.stop();
    app = await startApp(configIn(folder, Number(new URL(url).port)), { log: silentLog });
  };
  try {
    const report = await replay({
      ...{ url, key, dialogues: demoDialogues, repeat: 60, sessions: 20, patienceMs: 20_000 },
      progress: ({ messages }) => {
        if (messages > 0) restarted ??= restart();
      },
    });
    await restarted;
    assert.notEqual(restarted, null);
    assert.deepEqual(report.differences, []);
    assert.equal(report.conversations, 300);
    assert.ok(report.retries > 0, 'The restart was not felt.');
  } finally {
    await app.stop();
    rmSync(folder, { recursive: true });
  }
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

const server = new URL('./server.contract.ts', import.meta.url).href;

for (const [title, end] of [
  ['has stopped its PostgreSQL ends with the exit code that it has set', 'await engine.stop(); process.exitCode = 3;'],
  ['is ended while its PostgreSQL runs ends so', 'process.exit(3);'],
] as const)
  test(`a process that ${title}`, async () => {
    const script = `
      import { startEmbedded } from ${JSON.stringify(server)};
      const engine = await startEmbedded();
      ${end}`;
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', script];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'ignore', 'inherit'] });
    assert.deepEqual(await once(child, 'exit'), [3, null]);
  });

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { startEmbedded } from './server.contract.ts';

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

test('a PostgreSQL that cannot start says why', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const network = { host: '127.0.0.1', port, clients: '127.0.0.1/32' };
  await assert.rejects(startEmbedded({ network }), /did not start.*Address already in use/s);
});

// Loaded into every test process (--import). A test file whose tests are over has one second to end by itself; when a
// socket, timer or child process keeps it alive longer, it fails and says what is open. Node's own --test-timeout
// bounds single tests, not the process that a forgotten handle keeps alive.
import { after } from 'node:test';

const graceMs = 1000;

function failWhenStillAlive(): void {
  const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
  process.stderr.write(`tests are over, but the process stays alive; still open: ${open}\n`);
  process.exit(1);
}

if (process.env.NODE_TEST_CONTEXT !== undefined) {
  after(() => {
    setTimeout(failWhenStillAlive, graceMs).unref();
  });
}

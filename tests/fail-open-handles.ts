// Loaded into every test process (--import). A test file whose tests are over has five seconds to end by itself; when a
// socket, timer or child process keeps it alive longer, it fails and says what is open. Node's own --test-timeout
// bounds single tests, not the process that a forgotten handle keeps alive. What a file tidies up after its tests counts
// in: its hooks run behind this one, and stopping a database takes a second on a busy machine.
import { after } from 'node:test';

const graceMs = 5000;

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

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { silentLog } from '../../platform/log.ts';
import { openHints } from './open-hints.ts';

const parts = { clock: systemClock(), log: silentLog };
// Nobody listens on port 1.
const kinds: readonly [url: string, library: string][] = [
  ['nats://127.0.0.1:1', '@nats-io'],
  ['redis://127.0.0.1:1', '@redis'],
];

const isLoaded = (library: string): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => file.replaceAll('\\', '/').includes(`/${library}/`));

test('a client library is loaded only when its kind of server is used', async () => {
  for (const [url, library] of kinds) {
    assert.equal(isLoaded(library), false);
    const hints = await openHints(url, parts);
    assert.equal(isLoaded(library), true);
    await hints.close();
  }
});

test('a URL of another kind is refused with a sentence that does not tell its password', async () => {
  for (const url of ['https://user:secret@a', 'user:secret@a', '']) {
    await assert.rejects(
      openHints(url, parts),
      (error) => /nats:/.test(String(error)) && !/secret/.test(String(error)),
    );
  }
});

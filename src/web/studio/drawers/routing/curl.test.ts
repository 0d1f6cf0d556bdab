import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlOf } from './curl.ts';

test('a shell passes the call on as it is meant, with what was filled in', () => {
  const body = { text: `It's "fine" $HOME \\ \`id\`` };
  const call = curlOf('https://baton.example/live-agent/outbound/{session_id}', body)
    .replace('SESSION_ID=…', 'SESSION_ID=0198')
    .replace('BATON_KEY=…', 'BATON_KEY=secret');
  const script = `curl() { printf '%s\\0' "$@"; }\n${call}`;
  const given = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0');
  assert.deepEqual(given.slice(0, -2), [
    ...['-X', 'POST', 'https://baton.example/live-agent/outbound/0198', '-H', 'X-Vgai-Key: secret'],
    ...['-H', 'Content-Type: application/json', '-d'],
  ]);
  assert.deepEqual(JSON.parse(given.at(-2) ?? ''), body);
});

import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { ask, askAt, onSignedOut } from './ask.ts';

/** Answers calls one after the other. @returns what was asked. */
function answering(t: TestContext, answers: readonly Response[]): string[] {
  const asked: string[] = [];
  t.mock.method(globalThis, 'fetch', async (url: string, { method }: { method: string }) => {
    asked.push(`${method} ${url}`);
    return answers[asked.length - 1]?.clone();
  });
  return asked;
}

const json = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

const signedOut = json(401, { code: 'signed-out', message: '' });

test('a call that nobody was let in for is made once more when they are back', async (t) => {
  const asked = answering(t, [signedOut, json(200, { keys: [] })]);
  let comeBack = (_: boolean): void => {};
  const gate = t.mock.fn(() => new Promise<boolean>((resolve) => (comeBack = resolve)));
  t.after(onSignedOut(gate));
  const answer = ask('listKeys');
  while (gate.mock.callCount() === 0) await new Promise(setImmediate);
  assert.deepEqual(asked, ['GET /keys']);
  comeBack(true);
  assert.deepEqual(await answer, { kind: 'ok', body: { keys: [] } });
  assert.deepEqual(asked, ['GET /keys', 'GET /keys']);
});

test('a call of who does not come back is given up', async (t) => {
  const asked = answering(t, [signedOut]);
  t.after(onSignedOut(async () => false));
  assert.deepEqual(await ask('listKeys'), { kind: 'signed-out' });
  assert.equal(asked.length, 1);
});

test('a call that finds nobody twice does not ask for ever', async (t) => {
  const asked = answering(t, [signedOut, signedOut]);
  t.after(onSignedOut(async () => true));
  assert.deepEqual(await ask('listKeys'), { kind: 'signed-out' });
  assert.equal(asked.length, 2);
});

test('a refusal tells how long to wait', async (t) => {
  const body = { code: 'rate-limited', message: 'Too many tries to sign in; try again in 90 s.' };
  answering(t, [json(429, body, { 'retry-after': '90' }), json(409, { code: 'last-key', message: 'It is the last.' })]);
  const answer = await askAt('POST /sign-in', { body: {} });
  assert.ok(answer.kind === 'refused' && answer.retryAfterSeconds === 90);
  const other = await askAt('DELETE /keys/{key_id}', { path: { key_id: 'a/b' } });
  assert.ok(other.kind === 'refused' && other.retryAfterSeconds === null);
});

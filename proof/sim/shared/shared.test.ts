import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, say, talk } from '../../../src/store/kit.contract.ts';
import { conversationContract } from '../../../src/store/store.contract.ts';
import { sharedAtOnce } from './kit.ts';

conversationContract(async () => ({ ...sharedAtOnce().connect(), close: async () => {} }));

test('what the database forgets is the end of what it need not have kept', async () => {
  const { connect, database } = sharedAtOnce();
  const store = connect();
  const session = await talk(store, 'a');
  const [call] = await store.deliveries.list({ sessionId: session.id, limit: 1 });
  assert.ok(call);
  const taken = { ...call, attempts: 1, at: 5, state: 'delivered' } as const;
  await store.deliveries.record([taken]);
  database.crash(0);
  assert.equal((await store.deliveries.find(call))?.state, 'owed', 'a record need not be kept');
  await store.deliveries.record([taken]);
  await store.sessions.commitBatch([next(session, say('b'), 3_000)], 3_000);
  database.crash(0);
  assert.equal((await store.deliveries.find(call))?.state, 'delivered', 'a commit keeps what was before it');
  assert.equal((await store.sessions.load(session.id))?.version, session.version + 1);
});

test('a session that was claimed is due again for others when nobody woke it', async () => {
  const store = sharedAtOnce().connect();
  const session = await talk(store, 'a');
  const due = Number(await store.sessions.nextWakeAt(0));
  assert.deepEqual(await store.sessions.claimDue(due, 9), [session.id]);
  assert.deepEqual(await store.sessions.claimDue(due + 9_999, 9), []);
  assert.deepEqual(await store.sessions.claimDue(due + 10_000, 9), [session.id]);
});

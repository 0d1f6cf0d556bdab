import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../house/kit/until.ts';
import { clusters } from './kit/cluster.ts';

const clusterFor = clusters(before, after);

/** Where nobody listens: hints are told and not heard. */
const deaf = { DATABASE_LISTEN_URL: 'postgres://nobody@127.0.0.1:1/none' };

test('a socket on one server, a live agent on another: both hear each other, in order', async (t) => {
  const cluster = await clusterFor(t);
  const [a, b] = [await cluster.start(), await cluster.start()];
  await cluster.publish(a);
  const { id, token, user } = await cluster.talk(a);
  const tab = cluster.connect(b, { id, token });
  for (let round = 0; round < 10; round += 1) {
    const [here, there] = round % 2 === 0 ? [user, tab] : [tab, user];
    here.say(`question ${round}`);
    await there.hears(`question ${round}`);
    const answer = await cluster.outbound(round % 3 === 0 ? a : b, id, { text: `answer ${round}` });
    assert.equal(answer.status, 200);
    await Promise.all([user.hears(`answer ${round}`), tab.hears(`answer ${round}`)]);
  }
  const inbound = await until('the desk has all questions', () => {
    const calls = cluster.desk.of('inbound');
    return calls.length >= 10 && calls;
  });
  assert.deepEqual(
    inbound.map(({ body }) => body.text),
    Array.from({ length: 10 }, (_, round) => `question ${round}`),
    'each once, in order, whoever made the calls',
  );
  assert.deepEqual(user.texts(), tab.texts());
  await cluster.disconnect(a, id);
  await Promise.all([user.hears('Back with the bot.'), tab.hears('Back with the bot.')]);
});

test('typing on one server is seen on another', async (t) => {
  const cluster = await clusterFor(t);
  const [a, b] = [await cluster.start(), await cluster.start()];
  await cluster.publish(a);
  const { id, user } = await cluster.talk(a);
  await cluster.ask(b, 'POST', `/live-agent/typing/${id}`, { json: {} });
  await user.waitFor('typing', ({ type }) => type === 'typing');
});

test('two servers that start at once on a new database make one key and one secret', async (t) => {
  const cluster = await clusterFor(t);
  const apps = await Promise.all([1, 2, 3].map(() => cluster.start({ BATON_KEY: '' })));
  assert.equal(apps.filter(({ newKey }) => newKey !== null).length, 1);
  const key = apps.map(({ newKey }) => newKey).find((one) => one !== null) ?? '';
  for (const app of apps) {
    assert.equal((await cluster.ask(app, 'GET', '/agents', { headers: { 'x-vgai-key': key } })).status, 200);
  }
});

test('with hints dead everything still arrives, and nobody is refused for what has moved on', async (t) => {
  const cluster = await clusterFor(t);
  const [a, b] = [await cluster.start(deaf), await cluster.start(deaf)];
  await cluster.publish(a);
  const { id, user } = await cluster.talk(a);
  assert.equal((await cluster.outbound(b, id, { text: 'first' })).status, 200);
  await user.hears('first');
  await cluster.disconnect(a, id);
  await user.hears('Back with the bot.');
  user.say('human');
  await user.sees('connected', 2);
  const answered = await cluster.outbound(b, id, { epoch: 2, text: 'second' });
  assert.equal(answered.status, 200, `what ${b.url} remembers is the first handoff: ${answered.text}`);
  await user.hears('second');
  await cluster.disconnect(a, id);
  const refused = await cluster.outbound(b, id, { text: 'third' });
  assert.deepEqual([refused.status, refused.body.owner], [409, 'virtual_agent']);
  await until('all statuses have come', () => cluster.desk.of('status').length >= 2);
});

test('a server that is killed owes nothing for long: another makes its calls', async (t) => {
  const cluster = await clusterFor(t);
  const [a, b] = [await cluster.startMortal(), await cluster.start()];
  await cluster.publish(b);
  const { id, user } = await cluster.talk({ url: a.url() });
  await cluster.desk.disappear();
  for (const text of ['one', 'two', 'three']) user.say(text);
  await user.hears('three');
  await a.kill();
  await cluster.desk.appear();
  const calls = await until('the desk has them', () => {
    const found = cluster.desk.of('inbound', id);
    return found.length >= 3 && found;
  });
  assert.deepEqual(
    [...new Set(calls.map(({ body }) => body.text))],
    ['one', 'two', 'three'],
    'in order, whoever made them',
  );
});

test('a server that is stopped gives back what it holds at once', async (t) => {
  const cluster = await clusterFor(t);
  const [a, b] = [await cluster.start(), await cluster.start()];
  await cluster.publish(b);
  const { id, user } = await cluster.talk(a);
  await cluster.desk.disappear();
  user.say('one');
  await user.hears('one');
  await cluster.stop(a);
  assert.equal((await user.ends()).code, 1012, 'the end user is told to come again');
  await until('another holds it', async () => {
    const [row] = await cluster.sql('SELECT caller FROM sessions WHERE id = $1', [id]);
    return row?.caller === b.store.shared?.self();
  });
  const [lease] = await cluster.sql('SELECT gone FROM instances ORDER BY id DESC OFFSET 1 LIMIT 1');
  assert.equal(lease?.gone, true);
  await cluster.desk.appear();
  await until('the desk has it', () => cluster.desk.of('inbound', id).length > 0);
});

test('what a commit owes is delivered although its answer was lost', async (t) => {
  const cluster = await clusterFor(t);
  const a = await cluster.start();
  await cluster.publish(a);
  const { id } = await cluster.talk(a);
  await cluster.outbound(a, id, { text: 'hi' });
  await until('the status has come', () => cluster.desk.of('status').length > 0);
  // As a commit leaves it that was made when the connection broke.
  await cluster.sql(
    `INSERT INTO deliveries SELECT session_id, lane, seq, 1, kind, url, detail, 'owed', 0, owed_at, due_at, try_until, NULL, NULL, 0
     FROM deliveries WHERE kind = 'status'`,
  );
  await cluster.sql('UPDATE sessions SET owed_before = owed_seq, owed_seq = version + 1');
  await until('the status has come again', () => cluster.desk.of('status').length > 1);
});

test('a session that a newer program has written is left to that', async (t) => {
  const cluster = await clusterFor(t);
  const a = await cluster.start();
  await cluster.publish(a);
  const { id, user } = await cluster.talk(a);
  await cluster.desk.disappear();
  user.say('one');
  await user.hears('one');
  await cluster.stop(a);
  await cluster.sql('UPDATE events SET v = 99 WHERE session_id = $1', [id]);
  await cluster.sql('DELETE FROM snapshots');
  const b = await cluster.start();
  const answer = await cluster.outbound(b, id, { text: 'hi' });
  assert.deepEqual([answer.status, answer.body.code, answer.headers['retry-after']], [503, 'unavailable', '1']);
  assert.equal((await cluster.ask(b, 'GET', `/sessions/${id}/events`)).status, 503);
  await until('it is nobody’s', async () => {
    const [row] = await cluster.sql('SELECT caller FROM sessions WHERE id = $1', [id]);
    return row?.caller === 0;
  });
  await cluster.desk.appear();
  const other = await cluster.talk(b);
  assert.ok(other.id, 'other sessions go on');
});

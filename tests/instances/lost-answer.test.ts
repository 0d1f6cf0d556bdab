import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { until } from '../house/kit/until.ts';
import { clusters } from './kit/cluster.ts';

const clusterFor = clusters(before, after);

test('a message that was stored although the database gave no answer holds up none that is said after it', async (t) => {
  const cluster = await clusterFor(t);
  const road = await roadTo(t, cluster.database);
  const server = await cluster.start({ DATABASE_URL: road.url });
  await cluster.publish(server);
  const { id, user } = await cluster.talk(server);
  road.swallowAnswers();
  user.say('first', 'm-first');
  await until('the first is stored', async () => {
    const events = await cluster.sql(`SELECT body FROM events WHERE session_id = $1 AND body LIKE '%m-first%'`, [id]);
    return events.length > 0;
  });
  road.tear();
  const refused = await user.waitFor('that nobody knows', (frame) => frame.type === 'error' && frame.id === 'm-first');
  assert.equal(refused.type === 'error' && refused.code, 'unavailable');
  // Whoever sees their own words in the stream does not say them again.
  await user.hears('first');
  let said = 0;
  await until('the second is accepted', () => {
    const answers = user.frames.filter((frame) => 'id' in frame && frame.id === 'm-second');
    if (answers.some(({ type }) => type === 'accepted')) return true;
    // Each time it is put off it is said again.
    if (answers.length === said) {
      user.say('second', 'm-second');
      said += 1;
    }
    return false;
  });
  assert.deepEqual(
    user.texts().filter((text) => text === 'first' || text === 'second'),
    ['first', 'second'],
  );
});

type Road = Readonly<{ url: string; swallowAnswers: () => void; tear: () => void }>;

/** A TCP proxy before the database, on which answers can be lost. */
async function roadTo(t: TestContext, database: string): Promise<Road> {
  const url = new URL(database);
  const host = url.searchParams.get('host');
  const port = Number(url.port || 5432);
  const sockets = new Set<Socket>();
  let swallows = false;
  const server = createServer((near) => {
    const far = host?.startsWith('/') ? connect(join(host, `.s.PGSQL.${port}`)) : connect(port, host ?? url.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('data', (chunk) => (from === far && swallows) || to.write(chunk));
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    swallowAnswers: () => {
      swallows = true;
    },
    tear: () => {
      swallows = false;
      for (const socket of sockets) socket.destroy();
    },
  };
}

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import pg from 'pg';
import { freePort } from '../house/kit/free-port.ts';
import { until } from '../house/kit/until.ts';
import { clusters } from './kit/cluster.ts';

const clusterFor = clusters(before, after);

const binary = ['pgbouncer', '/usr/sbin/pgbouncer'].find((name) => spawnSync(name, ['--version']).status === 0);
const skip = binary === undefined && 'there is no pgbouncer on this machine (apt-get install pgbouncer)';

test('through a transaction pooler with two connections two servers serve', { skip }, async (t) => {
  const cluster = await clusterFor(t);
  const direct = await ownDatabase(cluster.database);
  const url = await pooler(t, direct, 2);
  const pooled = { DATABASE_URL: url, DATABASE_LISTEN_URL: direct.href, DATABASE_PREPARE: 'no' };
  const [a, b] = [await cluster.start(pooled), await cluster.start(pooled)];
  await cluster.publish(a);
  const talks = await Promise.all(Array.from({ length: 8 }, (_, index) => cluster.talk(index % 2 === 0 ? a : b)));
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(
      talks.map(async ({ id, user }, index) => {
        user.say(`question ${round}`);
        assert.equal((await cluster.outbound(index % 2 === 0 ? b : a, id, { text: `answer ${round}` })).status, 200);
        await user.hears(`answer ${round}`);
      }),
    );
  }
  await until('the desk has all', () => cluster.desk.of('inbound').length >= 40);
  for (const { id } of talks) {
    const texts = cluster.desk.firstArrivals(id).filter(({ kind }) => kind === 'inbound');
    assert.deepEqual(
      texts.map(({ body }) => body.text),
      Array.from({ length: 5 }, (_, round) => `question ${round}`),
    );
  }
});

/** Options of a connection do not pass a pooler, so a schema by them will not do. */
async function ownDatabase(of: string): Promise<URL> {
  const url = new URL(of);
  url.searchParams.delete('options');
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const name = `pooled_${process.pid}`;
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  url.pathname = `/${name}`;
  return url;
}

/** @param most connections to the database. @returns the pooler's URL. */
async function pooler(t: TestContext, database: URL, most: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-pooler-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const host = database.searchParams.get('host') ?? database.hostname;
  const name = database.pathname.slice(1);
  writeFileSync(
    join(folder, 'pooler.ini'),
    `[databases]
${name} = host=${host} port=${database.port || 5432} dbname=${name} user=${database.username} password=${database.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${most}
`,
  );
  // It does not run as root, and has to get through to the socket of the tests' own server.
  const user = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const child: ChildProcess = spawn(binary ?? '', ['-q', ...user, join(folder, 'pooler.ini')], { stdio: 'ignore' });
  t.after(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `postgres://anybody@127.0.0.1:${port}/${name}`;
  await until('the pooler listens', async () => {
    const client = new pg.Client({ connectionString: url });
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  });
  return url;
}

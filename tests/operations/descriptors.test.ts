// No file descriptor is left: nobody new comes in, who is in goes on, and nothing owed is lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { openClient } from '../house/kit/client.ts';
import { openDesk } from '../house/kit/desk.ts';
import { openSocket } from '../house/kit/end-user.ts';
import { supportFlow } from '../house/kit/flows.ts';
import { accountKey, issue } from '../house/kit/house.ts';
import { until } from '../house/kit/until.ts';
import { baton, folderFor, serving } from './kit/program.ts';

const skip = process.platform === 'linux' ? false : 'limits of a running process are set on Linux only';

test('a program without a free file descriptor lives, keeps what it has, and goes on once some are free', {
  skip,
}, async (t) => {
  const desk = await openDesk();
  const client = openClient(false);
  const crowd: Socket[] = [];
  t.after(async () => {
    for (const socket of crowd) socket.destroy();
    client.close();
    await desk.close();
  });
  const server = baton(t, ['start'], {
    ...{ BATON_DATA: folderFor(t), BATON_KEY: accountKey, BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
    BATON_LOG_LEVEL: 'silent',
  });
  const url = await serving(server);
  const pid = String(server.child.pid);
  const headers = { 'x-vgai-key': accountKey };
  await client.ask('PUT', `${url}/agents/support`, { json: supportFlow(desk), headers });
  const init = await client.ask<Record<string, string>>('POST', `${url}/http/init`, {
    json: { agent_id: 'support' },
    headers,
  });
  const user = openSocket(url, String(init.body.session_id), String(init.body.session_token));
  t.after(() => user.close());
  await user.hears('Hello.');
  user.say(issue);
  await user.sees('connected');
  // The router's connections to the desk are to be made anew, which takes descriptors.
  await desk.disappear();
  await desk.appear();

  const open = (): number => readdirSync(`/proc/${pid}/fd`).length;
  execFileSync('prlimit', ['--pid', pid, `--nofile=${open() + 3}:`]);
  for (let n = 0; n < 40; n += 1) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {}); // One that is turned away is what this is about.
    crowd.push(socket);
  }
  await until('no descriptor is left', () => crowd.filter((socket) => !socket.connecting).length > 3);
  user.say('is anybody there?', 'crowded');
  await user.waitFor('accepted', (frame) => frame.type === 'accepted' && frame.id === 'crowded');
  assert.equal(server.child.exitCode, null, 'the program lives');

  for (const socket of crowd) socket.destroy();
  execFileSync('prlimit', ['--pid', pid, '--nofile=4096:']);
  await until('the desk gets what was said', () =>
    desk.of('inbound').some(({ body }) => body.text === 'is anybody there?'),
  );
  assert.equal((await client.ask('GET', `${url}/ready`)).status, 200);
});

// Measures what a backup costs those who talk meanwhile: the longest wait for `accepted`, without one and during it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { key, startBaton } from './subjects.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '200' },
    sessions: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
  },
});
const root = join(import.meta.dirname, '..');
const data = join(root, '.data', 'bench', 'database');
const archive = join(root, '.data', 'bench', 'backup.tar');

/** A desk that takes everything. */
const desk = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
desk.listen(0, '127.0.0.1');
await once(desk, 'listening');
const deskUrl = `http://127.0.0.1:${(desk.address() as AddressInfo).port}`;

const empty = await startBaton(true);
await empty.stop();
fatten(Number(values.megabytes));
const server = await startBaton(false);
const headers = { 'x-vgai-key': key, 'content-type': 'application/json' };
await expectOk(fetch(`${server.url}/agents/bench`, { method: 'PUT', headers, body: JSON.stringify(flow()) }));
const waits: number[] = [];
let going = true;
const talks = await Promise.all(Array.from({ length: Number(values.sessions) }, begin));
const all = talks.map((socket, index) => talk(socket, index));
await pause(2_000);

for (let round = 1; round <= Number(values.rounds); round += 1) {
  waits.length = 0;
  await pause(5_000);
  console.log(`round ${round}, no backup:  ${told(5_000)}`);
  waits.length = 0;
  const startedAt = performance.now();
  await backUp();
  const tookMs = performance.now() - startedAt;
  console.log(`round ${round}, a backup:   ${told(tookMs)}; it took ${(tookMs / 1000).toFixed(1)} s`);
}
const size = statSync(join(data, 'baton.sqlite')).size;
console.log(
  `${(size / 1e6).toFixed(0)} MB of database, ${values.sessions} conversations, archive ${statSync(archive).size} bytes`,
);
going = false;
await Promise.all(all);
for (const socket of talks) socket.terminate();
await server.stop();
desk.close();
desk.closeAllConnections();

function told(ms: number): string {
  const sorted = waits.toSorted((left, right) => left - right);
  const at = (share: number): string => `${sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(1)} ms`;
  const rate = Math.round((waits.length / ms) * 1000);
  return `accepted p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}, ${rate} messages/s`;
}

async function backUp(): Promise<void> {
  const args = ['--disable-warning=ExperimentalWarning', join(root, 'bin', 'baton.mjs'), 'backup', archive, '--force'];
  const run = spawn(process.execPath, args, { env: { ...process.env, BATON_DATA: data }, stdio: 'inherit' });
  const [code] = await once(run, 'exit');
  if (code !== 0) throw new Error('The backup failed.');
}

/** Logs of conversations that are over, so that there is something to copy. */
function fatten(megabytes: number): void {
  mkdirSync(data, { recursive: true });
  rmSync(archive, { force: true });
  const database = new DatabaseSync(join(data, 'baton.sqlite'));
  const add = database.prepare("INSERT INTO events VALUES (?, ?, 0, 'user-message-received', 1, ?)");
  database.exec('BEGIN');
  for (let n = 0; n < megabytes * 2_500; n += 1) add.run(`old-${n >> 5}`, (n & 31) + 1, 'x'.repeat(300));
  database.exec('COMMIT');
  database.close();
}

function flow(): object {
  return {
    name: 'Bench',
    start: 'human',
    nodes: {
      human: {
        ...{ type: 'live-agent-routing', startConnectionUrl: `${deskUrl}/start`, inboundTransferUrl: `${deskUrl}/in` },
        outputs: { default: 'bye', failed: 'bye', noResponse: 'bye' },
      },
      bye: { type: 'end-conversation' },
    },
  };
}

async function expectOk(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

async function begin(): Promise<WebSocket> {
  const asked = fetch(`${server.url}/http/init`, { method: 'POST', headers, body: '{"agent_id":"bench"}' });
  const { session_id: id, session_token: token } = (await (await expectOk(asked)).json()) as Record<string, string>;
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/http/${id}/socket`, ['baton.v1', String(token)]);
  await once(socket, 'open');
  return socket;
}

/** One message after the other, each a little after the one before was accepted. */
async function talk(socket: WebSocket, index: number): Promise<void> {
  let accepted: (() => void) | null = null;
  socket.on('message', (frame) => String(frame).includes('"accepted"') && accepted?.());
  for (let n = 0; going; n += 1) {
    const saidAt = performance.now();
    await new Promise<void>((resolve) => {
      accepted = resolve;
      socket.send(JSON.stringify({ type: 'message', id: `m${n}`, text: `word ${n} of ${index}` }));
    });
    waits.push(performance.now() - saidAt);
    await pause(20);
  }
}

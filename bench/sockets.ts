// Ten thousand end users come back at once after a restart, to Baton and to a bare `ws` server. README.md says what for.

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '../tests/house/kit/free-port.ts';
import { ServerProcess } from './server-process.ts';
import type { Order, Report, Resumed, Verified } from './sockets/orders.ts';
import { key, profileFolder } from './subjects.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '10000' },
    stop: { type: 'string', default: 'kill' },
    sample: { type: 'string', default: '500' },
    profile: { type: 'boolean', default: false },
  },
});
const sessions = Number(values.sessions);
const root = join(import.meta.dirname, '..');
// Two runs at once do not meet.
const folder = join(root, '.data', 'bench', `sockets-${process.pid}`);
const settleMs = 3_000;

type Measured = Resumed & Readonly<{ readyMs: number; serverCpuUs: number; rssBefore: number; rssAfter: number }>;

class Clients {
  readonly #child: ChildProcess = fork(join(root, 'bench', 'sockets', 'client-process.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });

  /** @param onHalf is told when half of something is done. @throws Error when the order could not be carried out. */
  do<Result>(order: Order, onHalf: () => void = () => {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      const hear = (report: Report): void => {
        if (report.kind === 'half') return onHalf();
        this.#child.off('message', hear);
        if (report.kind === 'failed') reject(new Error(report.error));
        else resolve(report.result as Result);
      };
      this.#child.on('message', hear);
      this.#child.send(order);
    });
  }

  end(): void {
    this.#child.kill();
  }
}

/** What must not outlive this process, whatever happens. */
const running = new Set<{ end: () => void }>();
process.on('exit', () => {
  for (const one of running) one.end();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

function startClients(): Clients {
  const clients = new Clients();
  running.add(clients);
  return clients;
}

async function startServer(args: readonly string[], environment: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.start(args, environment);
  running.add({ end: () => void server.stop('SIGKILL') });
  return server;
}

const say = (text: string): void => console.error(text);

/** Every socket needs a file in the server and another in the process of the end users. */
function checkLimit(): void {
  const most = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  if (most === 'unlimited' || Number(most) >= sessions + 500) return;
  throw new Error(`A process may open ${most} files; run "ulimit -n ${sessions + 500}" before, or use --sessions.`);
}

function startBaton(port: number, nodeArgs: readonly string[] = []): Promise<ServerProcess> {
  return startServer([...nodeArgs, join(root, 'bin', 'baton.mjs'), 'start'], {
    ...{ PORT: String(port), BATON_DATA: folder, BATON_KEY: key, BATON_LOG_LEVEL: 'warn' },
    ...{ BATON_ALLOW_NETWORKS: '127.0.0.1/32', BATON_MESSAGES_PER_SECOND: '100000', BATON_MESSAGE_BURST: '100000' },
  });
}

/** A desk that takes every call. */
async function openDesk(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function publish(url: string, deskUrl: string): Promise<void> {
  const nodes = {
    hello: { type: 'send-message', text: 'Hello.', outputs: { default: 'human' } },
    human: {
      type: 'live-agent-routing',
      ...{ startConnectionUrl: `${deskUrl}/start`, inboundTransferUrl: `${deskUrl}/inbound` },
      outputs: {},
    },
  };
  const body = JSON.stringify({ name: 'Sockets', start: 'hello', nodes });
  const headers = { 'x-vgai-key': key, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/agents/sockets`, { method: 'PUT', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Starts a server, lets everybody come at once, and measures. */
async function storm(
  clients: Clients,
  start: () => Promise<ServerProcess>,
  fresh: boolean,
): Promise<{ server: ServerProcess; measured: Measured }> {
  const startedAt = performance.now();
  const server = await start();
  const readyMs = performance.now() - startedAt;
  const before = server.usage();
  const resumed = await clients.do<Resumed>({ kind: 'reconnect', url: server.url, sessions, fresh });
  const serverCpuUs = server.usage().cpuUs - before.cpuUs;
  await pause(settleMs);
  return {
    server,
    measured: { ...resumed, readyMs, serverCpuUs, rssBefore: before.rss, rssAfter: server.usage().rss },
  };
}

async function measureBaton(): Promise<Measured> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [port, desk, clients] = [await freePort(), await openDesk(), startClients()];
  const first = await startBaton(port);
  await publish(first.url, desk.url);
  say(`Baton: ${sessions} conversations are opened …`);
  await clients.do({ kind: 'prepare', url: first.url, key, agentId: 'sockets', sessions });
  say(`Baton: the server is stopped (${values.stop}) …`);
  let stopped: Promise<void> = Promise.resolve();
  await clients.do({ kind: 'miss' }, () => {
    stopped = first.stop(values.stop === 'kill' ? 'SIGKILL' : 'SIGTERM');
  });
  await stopped;
  const profiling = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
  const { server, measured } = await storm(clients, () => startBaton(port, profiling), false);
  await clients.do({ kind: 'live' });
  const { sampled, faults, ...verified } = await clients.do<Verified>({
    kind: 'verify',
    sample: Number(values.sample),
  });
  console.log(`${verified.clients} clients verified, ${sampled} of them against the log: ${faults.length} faults`);
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`);
  await clients.do({ kind: 'leave' });
  clients.end();
  await server.stop();
  desk.close();
  if (faults.length > 0) process.exitCode = 1;
  return measured;
}

async function measureBare(): Promise<Measured> {
  const clients = startClients();
  const start = () => startServer([join(root, 'bench', 'sockets', 'bare-server.ts')], {});
  const { server, measured } = await storm(clients, start, true);
  await clients.do({ kind: 'leave' });
  clients.end();
  await server.stop('SIGKILL');
  return measured;
}

function table(baton: Measured, bare: Measured): string {
  const ms = (value = Number.NaN): string => `${Math.round(value)} ms`;
  const row = (name: string, write: (one: Measured) => string): string =>
    `| ${name} | ${write(baton)} | ${write(bare)} |`;
  return [
    ...['|  | Baton | bare ws |', '| --- | ---: | ---: |'],
    row('start to ready', ({ readyMs }) => ms(readyMs)),
    row('ready to all resumed', (one) => `${(one.ms / 1000).toFixed(1)} s`),
    row('clients resumed a second', (one) => String(Math.round((sessions * 1000) / one.ms))),
    row('connecting to first frame, p50 / p99', ({ firstFrame }) => `${ms(firstFrame?.p50)} / ${ms(firstFrame?.p99)}`),
    row('connections that it took', ({ connections }) => String(connections)),
    row('CPU of the server per client', ({ serverCpuUs }) => `${Math.round(serverCpuUs / sessions)} µs`),
    row('CPU of the clients per client', ({ cpuUs }) => `${Math.round(cpuUs / sessions)} µs`),
    row('resident memory per client', (one) => `${((one.rssAfter - one.rssBefore) / sessions / 1024).toFixed(1)} kB`),
  ].join('\n');
}

checkLimit();
const bare = await measureBare();
const baton = await measureBaton();
console.log(
  `${sessions} clients, stopped by ${values.stop}. ${cpus()[0]?.model ?? ''}, ${availableParallelism()} cores.\n`,
);
console.log(table(baton, bare));

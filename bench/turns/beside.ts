import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerProcess, ThreadUsage } from '../server-process.ts';
import { folder, startBaton } from '../subjects.ts';
import { Api } from './api.ts';
import { Driver } from './driver.ts';
import { crowdAgent, relayAgent } from './flows.ts';
import type { Crowd, Steady } from './orders.ts';

export type BesidePlan = Readonly<{
  rounds: number;
  ms: number;
  perSecond: number;
  relaySessions: number;
  crowd: number;
  thinkMs: readonly [from: number, to: number];
  oddOneIn: number;
  webUrl: string;
  nodeArgs: readonly string[];
}>;

export type LoopDelay = Readonly<{ p50: number; p99: number; most: number }>;

/** One stretch of relaying: the relay's, the server's, and what the crowd did meanwhile; null where there was none. */
export type Stretch = Readonly<{
  steady: Steady;
  /** Of one core, 0 to 1. The busiest thread beside the main one runs the code, where code runs. */
  main: number;
  /** How much of the time the main thread could have run and had no core. */
  mainWaited: number;
  busiest: number;
  others: number;
  loop: LoopDelay;
  crowd: Crowd | null;
}>;

const authors = 10;
const settleMs = 3_000;
const delayFile = join(folder, `turns-loop-${process.pid}.json`);
const preload = join(import.meta.dirname, 'loop-delay.ts');
process.on('exit', () => rmSync(delayFile, { force: true }));

type Parts = Readonly<{ server: ServerProcess; relay: Driver; crowd: Driver; plan: BesidePlan }>;

/** The relay alone and beside a crowd by turns, and alone at the end again. */
export async function measureBeside(plan: BesidePlan, say: (text: string) => void): Promise<readonly Stretch[]> {
  process.env.BENCH_LOOP_DELAY = delayFile;
  const server = await startBaton(true, ['--import', preload, ...plan.nodeArgs]);
  const [relay, crowd] = [new Driver(), new Driver()];
  // Where they stand for others the crowd and what it calls give way; what is measured is the relay and its driver.
  crowd.giveWay();
  const parts = { server, relay, crowd, plan };
  try {
    await open(parts);
    const stretches: Stretch[] = [];
    for (let n = 0; n <= 2 * plan.rounds; n += 1) {
      const one = n % 2 === 0 ? await alone(parts) : await besideCrowd(parts);
      stretches.push(one);
      say(`${n % 2 === 0 ? 'alone' : 'beside'}: ${JSON.stringify(one)}`);
    }
    return stretches;
  } finally {
    relay.end();
    crowd.end();
    await server.stop();
  }
}

/** All sessions are there from the beginning; those of the crowd rest while the relay is alone. */
async function open({ server, relay, crowd, plan }: Parts): Promise<void> {
  const api = new Api(server.url);
  const { relaySessions, crowd: sessions } = plan;
  const agent = relayAgent(await relay.do<string>({ kind: 'open-desk' }));
  const agents = Array.from({ length: authors }, (_, author) => crowdAgent(plan.webUrl, author));
  for (const one of [agent, ...agents]) await api.publish(one);
  await api.close();
  await relay.do({ kind: 'open-relay', url: server.url, agent: agent.id, sessions: relaySessions });
  await crowd.do({ kind: 'open-talks', url: server.url, agents: agents.map(({ id }) => id), sessions });
  // Both are warm before anything counts.
  await beginCrowd(crowd, plan);
  await relay.do({ kind: 'relay-steadily', perSecond: plan.perSecond, ms: plan.ms / 2 });
  await crowd.do({ kind: 'end-crowd' });
}

const beginCrowd = (crowd: Driver, { thinkMs, oddOneIn }: BesidePlan): Promise<void> =>
  crowd.do({ kind: 'begin-crowd', thinkMs, oddOneIn });

async function alone(parts: Parts): Promise<Stretch> {
  await pause(settleMs);
  return { ...(await stretch(parts)), crowd: null };
}

async function besideCrowd(parts: Parts): Promise<Stretch> {
  await beginCrowd(parts.crowd, parts.plan);
  // Everybody's first turn comes within their longest thinking.
  await pause(parts.plan.thinkMs[1]);
  const measured = await stretch(parts);
  return { ...measured, crowd: await parts.crowd.do<Crowd>({ kind: 'end-crowd' }) };
}

async function stretch({ server, relay, plan }: Parts): Promise<Omit<Stretch, 'crowd'>> {
  await loopDelay(server);
  const [before, allBefore, from] = [server.threads(), server.usage().cpuUs, performance.now()];
  const steady = await relay.do<Steady>({ kind: 'relay-steadily', perSecond: plan.perSecond, ms: plan.ms });
  const us = (performance.now() - from) * 1000;
  const loop = await loopDelay(server);
  const all = server.usage().cpuUs - allBefore;
  const { main, mainWaited, busiest } = sharesOf(before, server.threads());
  return {
    steady,
    loop,
    main: main / us,
    mainWaited: mainWaited / us,
    busiest: busiest / us,
    others: (all - main - busiest) / us,
  };
}

/** Of threads that ended within a stretch nothing is known but what the process has used in all. */
function sharesOf(before: ReadonlyMap<string, ThreadUsage>, after: ReadonlyMap<string, ThreadUsage>) {
  const used = [...after].map(([id, { isMain, cpuUs, waitedUs }]) => {
    const earlier = before.get(id);
    return { isMain, us: cpuUs - (earlier?.cpuUs ?? 0), waitedUs: waitedUs - (earlier?.waitedUs ?? 0) };
  });
  const main = used.find(({ isMain }) => isMain);
  const busiest = Math.max(0, ...used.filter(({ isMain }) => !isMain).map(({ us }) => us));
  return { main: main?.us ?? 0, mainWaited: main?.waitedUs ?? 0, busiest };
}

/** How late the server's loop was since it was last asked. */
async function loopDelay(server: ServerProcess): Promise<LoopDelay> {
  rmSync(delayFile, { force: true });
  server.signal('SIGUSR2');
  for (let tries = 0; tries < 500; tries += 1) {
    await pause(20);
    try {
      return JSON.parse(readFileSync(delayFile, 'utf8')) as LoopDelay;
    } catch {
      // It is not written yet, or not all of it.
    }
  }
  throw new Error('The server does not say how late its loop is.');
}

import { generatedDialogues } from '../generated-dialogues.ts';
import { measure } from '../measure.ts';
import type { ServerProcess } from '../server-process.ts';
import { startBaton } from '../subjects.ts';
import { Api } from './api.ts';
import { Driver } from './driver.ts';
import { type Agent, codeNode, oneNode, relayAgent, tenNodes, webhookNode } from './flows.ts';
import type { Taken } from './orders.ts';

export type CostPlan = Readonly<{ sessions: number; each: number; webUrl: string }>;

/** CPU of the server and of the driver for each turn or message, and how long each took. */
export type Cost = Readonly<{
  perSecond: number;
  p50: number;
  p99: number;
  serverUs: number;
  /** Of the server's main thread. */
  mainUs: number;
  driverUs: number;
}>;

export type Costs = Readonly<Record<string, Cost>>;

type Server = Readonly<{ process: ServerProcess; api: Api }>;

const warmShare = 4;

/** Everything that is compared, one after the other, on one fresh server. @param isOdd in the other order. */
export async function measureCosts(plan: CostPlan, isOdd: boolean): Promise<Costs> {
  const process = await startBaton(true);
  const server = { process, api: new Api(process.url) };
  const talk = (agent: Agent, nodes: number) => (): Promise<Cost> => measureTalk(server, plan, agent, nodes);
  const subjects: readonly (readonly [name: string, run: () => Promise<Cost>])[] = [
    ['a message relayed', () => measureRelay(server, plan)],
    ['a turn through one node', talk(oneNode, 1)],
    ['a turn through ten nodes', talk(tenNodes, 10)],
    ['a turn with one code node', talk(codeNode, 2)],
    ['a turn with one webhook node', talk(webhookNode(plan.webUrl), 2)],
    ['a message of `npm run bench`', () => measureReplay(process, plan)],
  ];
  try {
    const costs: Record<string, Cost> = {};
    for (const [name, run] of isOdd ? subjects.toReversed() : subjects) costs[name] = await run();
    return Object.fromEntries(subjects.flatMap(([name]) => (costs[name] === undefined ? [] : [[name, costs[name]]])));
  } finally {
    await server.api.close();
    await process.stop();
  }
}

async function measureTalk({ process, api }: Server, plan: CostPlan, agent: Agent, nodes: number): Promise<Cost> {
  await api.publish(agent);
  const { sessions, each } = plan;
  return driven(async (driver) => {
    await driver.do({ kind: 'open-talks', url: process.url, agents: [agent.id], sessions });
    const entered = await driver.do<readonly string[]>({ kind: 'list-nodes' });
    if (entered.length !== nodes) throw new Error(`A turn leads through ${entered.join(', ')}.`);
    await driver.do({ kind: 'take-turns', each: Math.ceil(each / warmShare) });
    return used(process, () => driver.do<Taken>({ kind: 'take-turns', each }));
  });
}

async function measureRelay({ process, api }: Server, { sessions, each }: CostPlan): Promise<Cost> {
  return driven(async (driver) => {
    const agent = relayAgent(await driver.do<string>({ kind: 'open-desk' }));
    await api.publish(agent);
    await driver.do({ kind: 'open-relay', url: process.url, agent: agent.id, sessions });
    await driver.do({ kind: 'relay', each: Math.ceil(each / warmShare) });
    return used(process, () => driver.do<Taken>({ kind: 'relay', each }));
  });
}

/** With another driver, and with opening, handing over, handing back and reading the record. */
async function measureReplay(process: ServerProcess, { sessions, each }: CostPlan): Promise<Cost> {
  const dialogues = generatedDialogues(400, 1);
  const repeat = Math.max(1, Math.round((sessions * each) / 4_800));
  const before = process.usage().cpuUs;
  const mainBefore = mainUs(process);
  const { report, serverCpuUs, driverCpuUs } = await measure(
    process,
    { dialogues, repeat, sessions, idempotent: false },
    true,
  );
  const { p50 = 0, p99 = 0 } = report.sentToDesk ?? {};
  const mainShare = (mainUs(process) - mainBefore) / (process.usage().cpuUs - before);
  return {
    ...{ perSecond: report.messagesPerSecond, p50, p99 },
    ...{ serverUs: serverCpuUs, mainUs: serverCpuUs * mainShare, driverUs: driverCpuUs },
  };
}

async function driven(work: (driver: Driver) => Promise<Cost>): Promise<Cost> {
  const driver = new Driver();
  try {
    const cost = await work(driver);
    await driver.do({ kind: 'close' });
    return cost;
  } finally {
    driver.end();
  }
}

const mainUs = (process: ServerProcess): number =>
  [...process.threads().values()].find(({ isMain }) => isMain)?.cpuUs ?? 0;

async function used(process: ServerProcess, work: () => Promise<Taken>): Promise<Cost> {
  const [before, mainBefore] = [process.usage().cpuUs, mainUs(process)];
  const { count, ms, took, cpuUs } = await work();
  return {
    ...{ perSecond: (count * 1000) / ms, p50: took?.p50 ?? 0, p99: took?.p99 ?? 0 },
    serverUs: (process.usage().cpuUs - before) / count,
    mainUs: (mainUs(process) - mainBefore) / count,
    driverUs: cpuUs / count,
  };
}

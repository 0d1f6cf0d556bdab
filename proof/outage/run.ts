import { setTimeout as shortly } from 'node:timers/promises';
import type { Mood } from './desk.ts';
import { type HealthyReport, HealthySide } from './healthy-side.ts';
import { Measures, type Phase } from './measures.ts';
import { BatonServer, key } from './server.ts';
import { type Waited, WaitingSide } from './waiting.ts';

export type Mode = 'refused' | 'hang' | 'mixed';

export type OutageOptions = Readonly<{
  /** An empty folder for the server's data. */
  folder: string;
  /** How long the desk is down. */
  minutes: number;
  /** Sessions that wait for it. */
  sessions: number;
  /** What each of their end users writes meanwhile. */
  messages: number;
  /** Sessions at the healthy desk; each side of each writes once a second. */
  healthy: number;
  mode: Mode;
  /** For Node, which runs the server. */
  nodeArgs?: readonly string[];
  /** Takes each phase when it is over. */
  progress?: (phase: Phase) => void;
}>;

export type OutageReport = Readonly<{
  phases: readonly Phase[];
  /** Of the sessions that waited; ms since the desk's return. */
  waited: Waited & Readonly<{ halfMs: number; allMs: number; arrivedBefore: number; taken: number }>;
  /** Of the sessions at the healthy desk, those included that it answered with 500. */
  healthy: HealthyReport;
}>;

export const phaseNames = {
  usual: 'usual',
  one: '500 to one session',
  many: '500 to 50 sessions',
  handingOver: 'handing over',
  outage: 'outage',
  catchingUp: 'catching up',
  rush: 'catching up, first 5 s',
  afterwards: 'afterwards',
} as const;

const troubled = 50;
/** Before anything is measured: a program that has just begun is slower. */
const warmUpMs = 5_000;
/** The beginning of the catching up, when most of what is owed is delivered. */
const rushMs = 5_000;
/** Much longer than any wait for a next attempt. */
const patienceMs = 180_000;
const longestPhaseMs = 60_000;
/** Of an outage that is no longer than this, halves are measured instead of minutes. */
const shortMinutes = 2;

const moodsOf: Readonly<Record<Mode, readonly Mood[]>> = {
  refused: ['refused'],
  hang: ['hanging'],
  mixed: ['refused', 'hanging'],
};

/** Takes a desk away from a server under load and brings it back, and verifies what all sides hear. */
export async function proveOutage(options: OutageOptions): Promise<OutageReport> {
  const server = await BatonServer.start(options.folder, options.nodeArgs ?? []);
  const measures = new Measures(server, options.progress);
  const healthy = new HealthySide(server, measures, { healthy: options.healthy, troubled });
  const waiting = new WaitingSide();
  try {
    await healthy.open();
    await shortly(Math.min(warmUpMs, phaseMs(options)));
    await beforeOutage(options, measures, healthy);
    const waited = await outage(options, { measures, waiting, url: server.url });
    await measures.phase(phaseNames.afterwards, () => shortly(phaseMs(options)));
    return { phases: measures.phases, waited, healthy: await healthy.finish(patienceMs) };
  } finally {
    await waiting.kill();
    await healthy.close();
    await server.stop();
  }
}

/** How long a phase is measured that could be of any length. */
const phaseMs = ({ minutes }: OutageOptions): number => Math.min(longestPhaseMs, (minutes * 60_000) / 5);

async function beforeOutage(options: OutageOptions, measures: Measures, healthy: HealthySide): Promise<void> {
  const during = (): Promise<void> => shortly(phaseMs(options));
  await measures.phase(phaseNames.usual, during);
  await measures.phase(phaseNames.one, () => healthy.trouble(1, during));
  await measures.phase(phaseNames.many, () => healthy.trouble(troubled, during));
  healthy.content();
}

type Stage = Readonly<{ measures: Measures; waiting: WaitingSide; url: string }>;

async function outage(options: OutageOptions, { measures, waiting, url }: Stage): Promise<OutageReport['waited']> {
  const { minutes, sessions, messages, mode } = options;
  const ms = minutes * 60_000;
  await measures.phase(phaseNames.handingOver, () => waiting.tell('open', { url, key, count: sessions }));
  const down = await measures.phase(phaseNames.outage, async () => {
    let over = false;
    const told = waiting.tell('outage', { ms, messages, moods: moodsOf[mode] }).finally(() => {
      over = true;
    });
    const slices = minutes > shortMinutes ? Math.ceil(minutes) : 2;
    for (let slice = 1; slice <= slices && !over; slice += 1) {
      const name = `outage, part ${slice} of ${slices}`;
      await measures.phase(name, () => Promise.race([told, shortly(ms / slices)]));
    }
    return told;
  });
  const back = await measures.phase(phaseNames.catchingUp, async () => {
    const told = waiting.tell('arrive', { patienceMs });
    await measures.phase(phaseNames.rush, () => Promise.race([told, shortly(rushMs)]));
    return told;
  });
  return { ...down, ...back, ...(await waiting.tell('finish', {})) };
}

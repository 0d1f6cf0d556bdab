import { join } from 'node:path';
import { chanceOf } from '../random.ts';
import { Act, type ActResult } from './act.ts';
import { conclude, type Outcome, runFolder } from './conclude.ts';
import { type DiskWay, openDisk } from './disk.ts';

export type ChaosOptions = Readonly<{
  seed: string;
  kills: number;
  messages: number;
  /** Sessions at a time. */
  sessions: number;
  disk: DiskWay | 'best';
  keep: boolean;
  /** Brisk ones never hang and are never late, so that a short run is short. */
  desks: 'all' | 'brisk';
  /** A wound to the record, or null. */
  plant: string | null;
  /** Ends the run early; what was done so far is reconciled. */
  stop: AbortSignal;
  say: (line: string) => void;
}>;

/** Of kills and messages, the part that falls into the act of the full disk. */
const fullDiskShare = 0.1;
const diskMegabytes = 192;

/** Runs the acts and reconciles. The folder is kept when there is trouble. */
export async function runChaos(options: ChaosOptions): Promise<Outcome> {
  const folder = runFolder();
  const acts: ActResult[] = [await killAct(options, join(folder, 'kills'))];
  const full = await fullDiskAct(options, join(folder, 'full-disk'));
  if (full !== null) acts.push(full);
  return conclude(acts, { folder, plant: options.plant, keep: options.keep });
}

const partOf = (whole: number): number => Math.ceil(whole * fullDiskShare);

function killAct(
  { seed, kills, messages, sessions, disk, desks, stop, say }: ChaosOptions,
  folder: string,
): Promise<ActResult> {
  say(`act 1: SIGKILL under load`);
  const whole = disk === 'none';
  return Act.play({
    ...{
      name: 'kills',
      folder,
      chance: chanceOf(`${seed}/kills`),
      atOnce: sessions,
      disk: null,
      fillings: 0,
      fullMs: 0,
      desks,
      stop,
      say,
    },
    kills: whole ? kills : kills - partOf(kills),
    messages: whole ? messages : messages - partOf(messages),
  });
}

async function fullDiskAct(options: ChaosOptions, folder: string): Promise<ActResult | null> {
  const { seed, kills, messages, sessions, desks, stop, say } = options;
  if (stop.aborted) return null;
  const disk = openDisk(folder, diskMegabytes, options.disk);
  if (typeof disk === 'string') {
    say(`act 2, the full disk, is left out: ${disk}`);
    return null;
  }
  say(`act 2: the disk is full (${disk.way})`);
  try {
    return await Act.play({
      ...{ name: 'full disk', folder, chance: chanceOf(`${seed}/full-disk`), disk, desks, stop, say },
      ...{ kills: partOf(kills), messages: partOf(messages), atOnce: Math.ceil(sessions / 2) },
      ...{ fillings: Math.max(1, Math.floor(partOf(kills) / 3)), fullMs: 4_000 },
    });
  } finally {
    disk.close();
  }
}

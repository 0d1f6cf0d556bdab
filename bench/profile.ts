import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Load, measure } from './measure.ts';
import { profileFolder, startBaton } from './subjects.ts';

type Frame = Readonly<{ functionName: string; url: string; lineNumber: number }>;
type CpuProfile = Readonly<{
  nodes: readonly Readonly<{ id: number; callFrame: Frame }>[];
  samples: readonly number[];
  timeDeltas: readonly number[];
}>;

/** Which group a frame counts to: the first that fits. */
const groups: readonly (readonly [name: string, fits: (frame: Frame) => boolean])[] = [
  ['idle', ({ functionName }) => functionName === '(idle)'],
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  [
    'writing to sockets',
    ({ functionName, url }) => url === '' && /^(writev|write\w+String|writeBuffer|shutdown)$/.test(functionName),
  ],
  ['SQLite', ({ functionName, url }) => url === '' && /^(run|get|all|exec|iterate)$/.test(functionName)],
  ['signatures (standardwebhooks)', ({ url }) => /standardwebhooks|fast-sha256|stablelib/.test(url)],
  ['tokens (jose) and other crypto', ({ url }) => /\/jose\/|internal\/crypto/.test(url)],
  ['undici', ({ url }) => /\/undici\/|wasm:/.test(url)],
  ['ws', ({ url }) => /\/ws\//.test(url)],
  [
    'fastify',
    ({ url }) =>
      /\/(fastify|find-my-way|@fastify|avvio|light-my-request|fast-json-stringify|secure-json-parse)/.test(url),
  ],
  ['validation (typebox)', ({ url }) => /\/typebox\//.test(url)],
  ['SQLite, our side (store)', ({ url }) => /\/src\/store\//.test(url)],
  ['core and engine', ({ url }) => /\/src\/(core|engine)\//.test(url)],
  ['delivery, outgoing, live, http, contract, platform', ({ url }) => /\/src\//.test(url)],
  ['HTTP of Node', ({ url }) => /^node:(_http|internal\/http)/.test(url)],
  ['streams, sockets, timers, events of Node', ({ url }) => url.startsWith('node:')],
  ['native, not attributed', () => true],
];

const mostFrames = 25;

/** Plays the load through Baton under the sampling profiler. @returns where the time went, as markdown. */
export async function profile(load: Load): Promise<string> {
  rmSync(profileFolder, { recursive: true, force: true });
  const server = await startBaton(true, ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]);
  const { report } = await measure(server, load, true).finally(() => server.stop());
  // Worker threads write profiles of their own; the largest is the main thread's.
  const [text = ''] = readdirSync(profileFolder)
    .map((name) => readFileSync(join(profileFolder, name), 'utf8'))
    .toSorted((left, right) => right.length - left.length);
  const times = selfTimes(JSON.parse(text));
  return `${Math.round(report.messagesPerSecond)} messages/s under the profiler\n\n${summary(times)}`;
}

/** Self time of each frame in µs. */
function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<Frame, number> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<Frame, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame !== undefined) times.set(frame, (times.get(frame) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return times;
}

function summary(times: ReadonlyMap<Frame, number>): string {
  const byGroup = new Map<string, number>();
  const byName = new Map<string, number>();
  let busy = 0;
  for (const [frame, us] of times) {
    const [group = ''] = groups.find(([, fits]) => fits(frame)) ?? [];
    if (group === 'idle') continue;
    busy += us;
    byGroup.set(group, (byGroup.get(group) ?? 0) + us);
    const place = frame.url.replace(/^.*\/(node_modules|src)\//, '');
    const name = `${frame.functionName || 'anonymous'} (${place}${place === '' ? 'native' : `:${frame.lineNumber + 1}`})`;
    byName.set(name, (byName.get(name) ?? 0) + us);
  }
  const lines = (entries: ReadonlyMap<string, number>): string[] =>
    [...entries]
      .toSorted(([, left], [, right]) => right - left)
      .slice(0, mostFrames)
      .map(([name, us]) => `| ${name} | ${((us / busy) * 100).toFixed(1)} % |`);
  const head = ['| self time | share |', '| --- | ---: |'];
  return [...head, ...lines(byGroup), '', ...head, ...lines(byName)].join('\n');
}

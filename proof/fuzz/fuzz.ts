import fc from 'fast-check';
import { Fingerprint } from './fingerprint.ts';
import { Found } from './found.ts';
import { operationFor } from './judge.ts';
import { deskOperations, type Json, routerOperations } from './operations.ts';
import { accountKey, Program } from './program.ts';
import { crowd, type Fuzzing, quiet, raw, reach, sockets, type Tried } from './properties.ts';
import { Report } from './report.ts';
import { canary } from './values.ts';
import { Wire } from './wire.ts';
import { World } from './world.ts';

export type Plan = Readonly<{
  seed: number;
  requests: number;
  frames: number;
  raw: number;
  /** Refusals whose world is compared. */
  refusals: number;
  /** Requests at most under way at once. */
  workers: number;
  /** The run ends then, whatever is left of it. */
  mostSeconds: number;
}>;

/** They want a link that is good once, or a provider. */
const unreachable: readonly string[] = [
  ...['signInByLink', 'claimOwner', 'acceptInvitation', 'startOpenIdConnect', 'finishOpenIdConnect'],
];

/** Memory may grow by this much after the first fifth of a run: the garbage and the caches of a busy server. */
const mostGrowth = 300 * 1024 * 1024;

/** Starts the program, tries everything of the plan, and tells what was found. */
export async function fuzz(plan: Plan): Promise<Report> {
  const report = new Report(plan.seed);
  const program = new Program();
  const startedAt = performance.now();
  try {
    await program.start();
    const document = (await (
      await fetch(`${program.url}/openapi.json`, { headers: { connection: 'close' } })
    ).json()) as Json;
    const operations = [...routerOperations(document), ...deskOperations()];
    const world = await World.make(program, operations, (method, path, status) => {
      report.note(operationFor(operations, method, path)?.id ?? 'elsewhere', status);
    });
    const wire = new Wire(program.port);
    const prints = new Fingerprint(program.folder);
    try {
      const fuzzing = { program, operations, world, wire, prints, report };
      await run(fuzzing, plan);
      await reachAll(fuzzing, plan.seed);
    } finally {
      prints.close();
      wire.close();
      await world.close();
    }
  } finally {
    await program.stop();
    report.seconds = (performance.now() - startedAt) / 1000;
  }
  return report;
}

async function run(fuzzing: Fuzzing, plan: Plan): Promise<void> {
  const { report } = fuzzing;
  const seeds = { next: plan.seed };
  const beganAt = performance.now();
  const isOver = (part: number): boolean =>
    performance.now() > beganAt + plan.mostSeconds * 1000 * part || !isAlive(fuzzing);
  const share = Math.min(300, 2 * plan.refusals);
  // About half of what is tried is refused; what is accepted costs a pause.
  for (let tried = 0; !isOver(0.3) && report.refusals < plan.refusals && tried < 4 * plan.refusals; tried += share) {
    await check(quiet(fuzzing), seeds, share, fuzzing);
    await tend(fuzzing);
  }
  while (!isOver(1) && (report.count() < plan.requests || report.frames < plan.frames || report.raw < plan.raw)) {
    const some: Promise<void>[] = [];
    const each = Math.min(250, Math.ceil(plan.requests / plan.workers / 4));
    if (report.count() < plan.requests) {
      for (let worker = 0; worker < plan.workers; worker += 1) some.push(check(crowd(fuzzing), seeds, each, fuzzing));
    }
    if (report.frames < plan.frames)
      for (let worker = 0; worker < 2; worker += 1) some.push(check(sockets(fuzzing), seeds, 20, fuzzing));
    if (report.raw < plan.raw) some.push(check(raw(fuzzing), seeds, 60, fuzzing));
    await Promise.all(some);
    await tend(fuzzing);
  }
  lookBack(fuzzing);
}

/** Every operation must have been answered with 2xx, so that what lies behind its door was tried too. */
async function reachAll(fuzzing: Fuzzing, seed: number): Promise<void> {
  const { operations, report, program } = fuzzing;
  if (program.ended !== null) return;
  for (const operation of operations.filter(({ id }) => !unreachable.includes(id))) {
    if (report.unreached([operation.id]).length > 0) await reach(fuzzing, operation, seed);
    const [id] = report.unreached([operation.id]);
    if (id !== undefined) report.add({ kind: `unreached ${id}`, text: 'It was never answered with 2xx.' }, '');
  }
}

type Property = fc.IAsyncProperty<[Tried]>;

/** Tries a property and notes what is found, shrunk. */
async function check(property: Property, seeds: { next: number }, numRuns: number, fuzzing: Fuzzing): Promise<void> {
  seeds.next += 1;
  const details = await fc.check(property, { seed: seeds.next, numRuns, interruptAfterTimeLimit: 60_000 });
  const error = details.errorInstance;
  if (!details.failed || error === null || error === undefined) return;
  if (error instanceof Found) fuzzing.report.add(error, error.repeat);
  // A program that is gone refuses connections; that it is gone is told already, or is told now.
  else if (isAlive(fuzzing)) throw error;
}

function isAlive({ program, report }: Fuzzing): boolean {
  if (program.ended === null) return true;
  report.add(
    { kind: 'crash', text: `${program.ended}: ${program.output.slice(-1500)}` },
    'The last request before it is not known.',
  );
  return false;
}

/** Between two rounds: the program answers, the log is clean, memory is noted, and the world is as rich as before. */
async function tend(fuzzing: Fuzzing): Promise<void> {
  const { program, world, report } = fuzzing;
  if (!isAlive(fuzzing)) return;
  const { status } = await world.ask('GET', '/health');
  if (status !== 200) report.add({ kind: 'health', text: `/health answered ${status}.` }, '');
  report.memory.push(program.memory());
  await world.tend();
}

/** What no line of the log may hold: texts, keys, tokens, and what only trouble writes. */
const forbidden = [canary, accountKey, 'A request failed', 'could not be', '"stack"', 'whsec_', 'eyJ'];

function lookBack({ program, report }: Fuzzing): void {
  const log = program.output.split('\n').filter((line) => line.startsWith('{'));
  for (const word of [...forbidden, program.readerKey]) {
    const line = log.find((one) => one.includes(word));
    if (line !== undefined)
      report.add({ kind: `log ${word}`, text: `The log holds "${word}": ${line.slice(0, 1500)}` }, '');
  }
  const { memory } = report;
  const settled = memory[Math.floor(memory.length / 5)] ?? 0;
  const grown = (memory.at(-1) ?? 0) - settled;
  if (grown > mostGrowth)
    report.add({ kind: 'memory', text: `Memory grew by ${grown} bytes after the first fifth.` }, '');
}

// Measures Baton beside a bare relay: the same driver, the same dialogues, the same minute. README.md says what for.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { readDialogues } from '../src/replay/dialogues.ts';
import { generatedDialogues } from './generated-dialogues.ts';
import { type Load, type Measured, measure, measureRest } from './measure.ts';
import { profile } from './profile.ts';
import type { ServerProcess } from './server-process.ts';
import { startBareRelay, startBaton } from './subjects.ts';
import { restLines, table } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    sessions: { type: 'string', default: '200' },
    idempotent: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
const dialogues = file === undefined ? generatedDialogues(400, 1) : readDialogues(readFileSync(file, 'utf8'));
const load: Load = {
  dialogues,
  repeat: Number(values.repeat),
  sessions: Number(values.sessions),
  idempotent: values.idempotent,
};

if (values.profile) console.log(await profile(load));
else await compare(Number(values.rounds));

async function compare(rounds: number): Promise<void> {
  const baton: Measured[] = [];
  const bare: Measured[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    baton.push(await one(round, 'Baton', () => startBaton(true)));
    bare.push(await one(round, 'bare relay', startBareRelay));
  }
  const turns = dialogues.reduce((sum, dialogue) => sum + dialogue.turns.length, 0);
  console.log(
    [
      `\n${dialogues.length} dialogues, ${turns} messages, ${load.repeat} times, ${load.sessions} conversations at once,`,
      `${rounds} rounds in turns, ${load.idempotent ? 'with' : 'without'} Idempotency-Key.`,
      `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.version}.\n`,
    ].join(' '),
  );
  console.log(table(baton, bare));
  console.log(`\n${restLines(await measureRest())}`);
}

async function one(round: number, name: string, start: () => Promise<ServerProcess>): Promise<Measured> {
  const server = await start();
  try {
    const measured = await measure(server, load, name === 'Baton');
    console.error(`round ${round}, ${name}: ${Math.round(measured.report.messagesPerSecond)} messages/s`);
    return measured;
  } finally {
    await server.stop();
  }
}

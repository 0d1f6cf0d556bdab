// Proves that the judge does not cry wolf: the real core, driven at random, keeps what it promises.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Flow } from '../../../src/core/flow/flow.ts';
import { chanceOf } from '../../random.ts';
import { CoreRun } from './kit/core-run.ts';
import { flow } from './kit/history.ts';

const human = {
  ...flow.nodes.human,
  type: 'live-agent-routing',
  startConnectionUrl: 'https://desk/start',
  inboundTransferUrl: 'https://desk/inbound',
} as const;

/** Handoffs again and again: every output leads on, and some answers are missed. */
const round: Flow = {
  ...flow,
  nodes: {
    ...flow.nodes,
    human: {
      ...human,
      firstResponseWithin: 300,
      outputs: { default: 'ask', failed: 'ask', noResponse: 'quiet', userLeft: 'quiet' },
    },
    quiet: {
      type: 'live-agent-routing',
      startConnectionUrl: 'https://desk/2',
      inboundTransferUrl: 'https://desk/3',
      outputs: { default: 'ask', failed: 'human', noResponse: 'ask' },
    },
  },
};

type Act = (run: CoreRun, chance: () => number) => void;

const pick = <Item>(items: readonly Item[], chance: () => number): Item | undefined =>
  items[Math.floor(chance() * items.length)];

const waits = [1, 500, 5_000, 31_000, 299_000, 3_600_000, 80_000_000];
const statuses = [200, 200, 200, 503, 429, 404, null];

function say(run: CoreRun, chance: () => number): void {
  const n = run.next();
  const text = chance() < 0.2 ? ' ' : `word ${n}`;
  run.model.frameSaid(1, run.session.id, { type: 'message', id: `m${n}`, text });
  const result = run.submit({ kind: 'say', messageId: `u${n}`, clientId: `m${n}`, text });
  if (result.kind === 'done') run.model.frameSent(1, { type: 'accepted', id: `m${n}`, seq: result.seq ?? 0 });
  else run.model.frameSent(1, { type: 'error', code: 'session-ended', message: '', id: `m${n}` });
}

function step(run: CoreRun, chance: () => number): void {
  const n = run.next();
  const input = [null, '', `step ${n}`][Math.floor(chance() * 3)] ?? null;
  run.ask(
    'step',
    { input },
    { kind: 'step', messageId: `u${n}`, input, parameters: [{ name: 'tier', value: String(n) }] },
  );
}

function write(run: CoreRun, chance: () => number): void {
  const n = run.next();
  const epoch = chance() < 0.5 ? undefined : Math.max(1, run.session.lastEpoch - (chance() < 0.3 ? 1 : 0));
  const named = epoch === undefined ? {} : { epoch };
  const text = `answer ${n}`;
  run.ask('outbound', { text, ...named }, { kind: 'answer', messageId: `a${n}`, text, epoch });
}

function receive(run: CoreRun, chance: () => number): void {
  const receipt = chance() < 0.5 ? 'read' : 'received';
  const seq = Math.ceil(chance() * run.session.version);
  run.model.frameSaid(1, run.session.id, { type: receipt, seq });
  run.submit({ kind: 'acknowledge', receipt, seq });
}

const acts: readonly Act[] = [
  (run) => run.submit({ kind: 'connect-socket' }),
  ...[say, say, say, write, write, receive, step],
  (run) => run.submit({ kind: 'assign' }),
  (run, chance) => chance() < 0.3 && run.ask('disconnect', {}, { kind: 'disconnect' }),
  (run, chance) => run.pass(pick(waits, chance) ?? 0),
  ...Array.from(
    { length: 6 },
    (): Act => (run, chance) => {
      const owed = pick(run.tryable(), chance);
      if (owed !== undefined) run.attempt(owed, pick(statuses, chance) ?? null);
    },
  ),
  (run, chance) => {
    const one = pick([...run.deliveries.values()], chance);
    if (one?.state === 'dead') run.manage('replay', one);
    else if (one?.state === 'owed' && chance() < 0.1) run.manage('skip', one);
  },
  (run, chance) => {
    if (chance() > 0.03) return;
    run.model.frameSaid(1, run.session.id, { type: 'end' });
    run.submit({ kind: 'leave' });
  },
];

test('what the real core does, driven at random, is no violation', () => {
  const kinds = new Set<string>();
  const seeds = 300;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const chance = chanceOf(`core ${seed}`).next;
    const run = new CoreRun(seed % 3 === 0 ? flow : round, chance);
    try {
      for (let steps = 0; steps < 150; steps += 1) pick(acts, chance)?.(run, chance);
      run.finish();
    } catch (error) {
      throw new Error(`Seed ${seed}: ${String(error)}`, { cause: error });
    }
    for (const { kind } of run.events) kinds.add(kind);
  }
  assert.equal(kinds.size, 24, `Only ${[...kinds].join(', ')} came to pass.`);
});

import { setTimeout as shortly, setImmediate as turn } from 'node:timers/promises';

/** On PostgreSQL one that was killed keeps what it held for eight seconds. */
const patienceMs = process.env.BATON_TEST_ENGINE === 'postgres' ? 20_000 : 10_000;

export type Condition<Value> = () => Value | Promise<Value>;

/**
 * Polls until the condition gives something truthy, and gives that. @param nudge is called before each look, for
 * instance to let a hand clock ring what is due. @throws Error that says what was waited for.
 */
export async function until<Value>(
  what: string,
  condition: Condition<Value>,
  nudge: () => void = () => {},
): Promise<NonNullable<Exclude<Value, false>>> {
  const end = performance.now() + patienceMs;
  for (let looks = 0; ; looks += 1) {
    nudge();
    const value = await condition();
    if (value) return value as NonNullable<Exclude<Value, false>>;
    if (performance.now() > end) throw new Error(`Waited ${patienceMs} ms in vain until ${what}.`);
    if (looks < 50) await turn();
    else await shortly(5);
  }
}

/** Lets everything that is under way in this process come to rest: for saying that something did not happen. */
export async function settle(nudge: () => void = () => {}): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    nudge();
    await turn();
  }
}

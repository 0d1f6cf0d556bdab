import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from './caller.ts';
import type { Crowd } from './crowd.ts';
import type { Desks } from './desks.ts';
import { flowOf } from './flows.ts';
import { type DeskName, deskNames } from './manners.ts';
import type { Trouble } from './record.ts';

/** Publishes the flow of each desk. */
export async function publish(caller: Caller, desks: Desks): Promise<void> {
  for (const name of deskNames) {
    const json = flowOf(name, (kind) => desks.urlOf(name as DeskName, kind));
    const { status, body } = await caller.stubborn('PUT', `/agents/${name}`, { json });
    if (status !== 200) throw new Error(`The flow was refused: ${JSON.stringify(body)}`);
  }
}

export const settleWithinMs = 300_000;

export type SettleParts = Readonly<{
  crowd: Crowd;
  desks: Desks;
  caller: Caller;
  /** Looks after the program meanwhile. */
  keepUp: () => void;
}>;

/** Everybody comes to an end, desks answer well, and nothing is owed any more. @returns what did not. */
export async function settled({ crowd, desks, caller, keepUp }: SettleParts): Promise<readonly Trouble[]> {
  crowd.windUp();
  desks.calm = true;
  const troubles: Trouble[] = [];
  const unsettled = (what: string): void => {
    troubles.push({ kind: 'lost', session: null, seq: null, what: `After ${settleWithinMs} ms ${what}.` });
  };
  const end = performance.now() + settleWithinMs;
  while (crowd.busy > 0) {
    keepUp();
    if (performance.now() > end) {
      unsettled(`${crowd.busy} sessions did not come to their end, such as ${crowd.anyBusy()}`);
      break;
    }
    await pause(50);
  }
  for (;;) {
    const { body } = await caller.stubborn('GET', '/deliveries?state=owed&limit=1000');
    const owed = body.deliveries as readonly object[];
    if (owed.length === 0) return troubles;
    if (performance.now() > end) {
      unsettled(`calls are still owed, such as ${JSON.stringify(owed[0])}`);
      return troubles;
    }
    await pause(200);
  }
}

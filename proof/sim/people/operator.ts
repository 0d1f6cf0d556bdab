import type { OperatorAct } from '../plan/plan.ts';
import type { Witness } from '../witness.ts';
import type { Ask } from '../world/requests.ts';
import type { World } from '../world/world.ts';

export type OperatorParts = Readonly<{
  world: World;
  ask: Ask;
  witness: Witness;
  acts: readonly OperatorAct[];
  untilMs: number;
}>;

type Listed = Readonly<{ id: string }>;

/** Whoever runs Baton: looks after dead calls, rotates secrets, publishes. */
export function startOperator(parts: OperatorParts): void {
  const { world, acts } = parts;
  for (const [index, act] of acts.entries()) {
    world.scheduler.plan(world.outside, act.at, () => void follow(parts, act, index));
  }
}

async function follow(parts: OperatorParts, act: OperatorAct, index: number): Promise<void> {
  const { world, ask } = parts;
  const who = 'operator';
  switch (act.kind) {
    case 'rotate':
      return void (await ask({ who, operation: 'rotateSecret', params: { agent_id: act.virtualAgent } }));
    case 'delete':
      return void (await ask({ who, operation: 'deleteAgent', params: { agent_id: act.virtualAgent } }));
    case 'publish':
      return void (await ask({
        who,
        operation: 'publishAgent',
        params: { agent_id: act.virtualAgent },
        body: act.flow,
      }));
    default: {
      const chosen = await choose(parts, act.kind === 'skip owed' ? 'owed' : 'dead', index);
      if (chosen === null) return;
      const what = act.kind === 'replay' ? 'replay' : 'skip';
      world.tell(who, () => `asks to ${what} ${chosen.id}`);
      parts.witness.managed(what, chosen.id);
      await ask({ who, operation: `${what}Delivery`, params: { delivery_id: chosen.id } });
    }
  }
}

const looks = 8;

/** Looks again and again for a call in this state. */
async function choose({ world, ask, untilMs }: OperatorParts, state: string, index: number): Promise<Listed | null> {
  for (let look = 0; look < looks && world.scheduler.time < untilMs; look += 1) {
    const answer = await ask({ who: 'operator', operation: 'listDeliveries', query: { state } });
    const { deliveries = [] } = (answer?.body ?? {}) as { deliveries?: readonly Listed[] };
    const chosen = deliveries[Math.floor(world.chance(`operator/${index}`).next() * deliveries.length)];
    if (chosen !== undefined) return chosen;
    await world.pause(look < looks / 2 ? 2_000 : untilMs / looks);
  }
  return null;
}

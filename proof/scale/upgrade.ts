import type { Chance } from '../random.ts';
import type { Inputs } from './measured.ts';
import { type Balancer, imbalanceOf, nextOf } from './spread.ts';

export type Upgraded = Readonly<{
  /** How often a socket was moved, on average, and the share that was moved more than twice. */
  moves: number;
  often: number;
  /** Sockets of the fullest instance over the mean: afterwards. */
  fullest: number;
}>;

/** New instances are started and old ones stopped one by one; the balancer sends nobody to one that stops. */
export function upgrade(instances: number, sockets: number, balancer: Balancer, chance: Chance): Upgraded {
  const places: number[][] = Array.from({ length: instances }, () => []);
  const moved = new Uint16Array(sockets);
  for (let socket = 0; socket < sockets; socket += 1) places[socket % instances]?.push(socket);
  let turn = chance.between(0, instances - 1);
  for (let round = 0; round < instances; round += 1) {
    places.push([]);
    const leaving = places.shift() ?? [];
    const counts = places.map(({ length }) => length);
    for (const socket of leaving) {
      const to = nextOf(balancer, counts, turn);
      turn += 1;
      counts[to] = (counts[to] ?? 0) + 1;
      places[to]?.push(socket);
      moved[socket] = (moved[socket] ?? 0) + 1;
    }
  }
  const all = [...moved];
  return {
    moves: all.reduce((sum, one) => sum + one, 0) / sockets,
    often: all.filter((one) => one > 2).length / sockets,
    fullest: imbalanceOf(places.map(({ length }) => length)).fullest,
  };
}

/** Seconds until an instance that joins the others, empty, has nine tenths of what the others have. */
export function fill(instances: number, inputs: Inputs, balancer: Balancer, chance: Chance): number {
  const sockets = instances * 1_000;
  const counts = [0, ...new Array<number>(instances - 1).fill(Math.round(sockets / (instances - 1)))];
  const perSecond = sockets / inputs.openSeconds;
  for (let second = 1, turn = 0; second < 86_400; second += 1) {
    for (const [index, count] of counts.entries()) {
      const gone = count / inputs.openSeconds;
      counts[index] = count - Math.floor(gone) - (chance.happens(gone % 1) ? 1 : 0);
    }
    const come = Math.floor(perSecond) + (chance.happens(perSecond % 1) ? 1 : 0);
    for (let one = 0; one < come; one += 1, turn += 1) {
      const to = nextOf(balancer, counts, turn);
      counts[to] = (counts[to] ?? 0) + 1;
    }
    const [own = 0, ...others] = counts;
    if (own >= (0.9 * others.reduce((sum, count) => sum + count, 0)) / others.length) return second;
  }
  return Number.POSITIVE_INFINITY;
}

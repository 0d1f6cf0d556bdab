import type { Chance } from '../random.ts';
import { bytesOfId, hashOfId, shardOf } from './ids.ts';
import type { Inputs } from './measured.ts';

const dayMs = 86_400_000;
/** Midnight, UTC, of the day that is played. */
const dayAt = Date.UTC(2026, 10, 25);

export type Played = Readonly<{ id: Buffer; at: number; messages: number }>;

/** The rate of a moment of the day, over the mean: a wave with its crest at 15 h, whose mean is one. */
export function rateAt(ofDay: number, peakFactor: number): number {
  const wave = (1 + Math.cos(2 * Math.PI * (ofDay - 15 / 24))) / 2;
  // The mean of wave ** n is (2n)! / (4^n n!²), about 1 / sqrt(π (n + ¼)); n makes crest over mean the factor.
  const power = Math.max(0, peakFactor ** 2 / Math.PI - 0.25);
  return peakFactor * wave ** power;
}

/** A sample of a day's conversations, in the order in which they were opened. */
export function playDay(count: number, chance: Chance, inputs: Inputs): readonly Played[] {
  const moments: number[] = [];
  while (moments.length < count) {
    const ofDay = chance.next();
    if (chance.next() * inputs.peakFactor < rateAt(ofDay, inputs.peakFactor)) moments.push(ofDay);
  }
  return moments
    .sort((one, other) => one - other)
    .map((ofDay) => {
      const at = dayAt + Math.floor(ofDay * dayMs);
      return { at, id: bytesOfId(at, chance), messages: lengthOf(chance, inputs) };
    });
}

/** Log-normal, so that few conversations are long, with the mean that was measured. */
export function lengthOf(chance: Chance, { messagesPerConversation, lengthSigma, mostMessages }: Inputs): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
  const length = Math.exp(Math.log(messagesPerConversation) - lengthSigma ** 2 / 2 + lengthSigma * normal);
  return Math.min(mostMessages, Math.max(1, Math.round(length)));
}

/** Messages in each part, over those in the mean part. */
export type Imbalance = Readonly<{ fullest: number; parts: readonly number[] }>;

export function imbalanceOf(weights: readonly number[]): Imbalance {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const parts = weights.map((weight) => weight / mean);
  return { parts, fullest: Math.max(...parts) };
}

/** By hash: shards, as Citus makes them, laid round the databases. */
export function spreadByHash(
  played: readonly Played[],
  shards: number,
  databases: number,
): Readonly<{ shards: Imbalance; databases: Imbalance }> {
  const ofShards = new Array<number>(shards).fill(0);
  for (const { id, messages } of played) add(ofShards, shardOf(hashOfId(id), shards), messages);
  const ofDatabases = new Array<number>(databases).fill(0);
  for (const [shard, weight] of ofShards.entries()) add(ofDatabases, shard % databases, weight);
  return { shards: imbalanceOf(ofShards), databases: imbalanceOf(ofDatabases) };
}

/**
 * By range of the id, which begins with the time: each database has an equal part of all days that are kept. What is
 * written today lies in one of them.
 */
export function spreadByRange(played: readonly Played[], databases: number, keptDays: number): Imbalance {
  const writes = new Array<number>(databases).fill(0);
  const first = dayAt - (keptDays - 1) * dayMs;
  for (const { id, messages } of played) {
    const part = (id.readUIntBE(0, 6) - first) / (keptDays * dayMs);
    add(writes, Math.min(databases - 1, Math.floor(part * databases)), messages);
  }
  return imbalanceOf(writes);
}

const add = (weights: number[], index: number, weight: number): void => {
  weights[index] = (weights[index] ?? 0) + weight;
};

/** The share of a day's messages that go to the tables of the day before: of conversations open over midnight. */
export function spreadByDay(played: readonly Played[], openSeconds: number, chance: Chance): number {
  let [all, after] = [0, 0];
  for (const { at, messages } of played) {
    const openMs = -Math.log(1 - chance.next()) * openSeconds * 1000;
    const over = at + openMs - (dayAt + dayMs);
    all += messages;
    if (over > 0) after += (messages * over) / openMs;
  }
  return after / all;
}

export type Balancer = 'round robin' | 'least connections';

/** Who gets the next connection. */
export function nextOf(balancer: Balancer, counts: readonly number[], turn: number): number {
  if (balancer === 'round robin') return turn % counts.length;
  let least = 0;
  for (let index = 1; index < counts.length; index += 1) {
    if ((counts[index] ?? 0) < (counts[least] ?? 0)) least = index;
  }
  return least;
}

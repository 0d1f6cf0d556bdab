import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { ask, type Failure } from '../api/ask.ts';
import { sentenceOf } from '../parts/frame.tsx';
import { type Delivery, mayReplay, maySkip } from './filter.ts';

/** What somebody can do with a delivery. */
export type Deed = 'replay' | 'skip';

export const mayBe: Readonly<Record<Deed, (delivery: Delivery) => boolean>> = { replay: mayReplay, skip: maySkip };

export type Outcome = Readonly<{ done: number; failures: readonly Failure[]; left: number }>;

type Watch = Readonly<{
  /** Called before each call with how many are settled. */
  onProgress: (done: number) => void;
  isStopped: () => boolean;
}>;

/** Settles one after the other, each by a call of its own. What nobody answers ends it: the rest would fail alike. */
export async function settleAll(
  deed: Deed,
  ids: readonly string[],
  { onProgress, isStopped }: Watch,
): Promise<Outcome> {
  const failures: Failure[] = [];
  const call = deed === 'replay' ? 'replayDelivery' : 'skipDelivery';
  let done = 0;
  for (const [index, delivery_id] of ids.entries()) {
    if (isStopped()) return { done, failures, left: ids.length - index };
    onProgress(index);
    const answer = await ask(call, { path: { delivery_id } });
    if (answer.kind === 'ok') done += 1;
    else {
      failures.push(answer);
      if (answer.kind !== 'refused') return { done, failures, left: ids.length - index - 1 };
    }
  }
  return { done, failures, left: 0 };
}

/** What came of it, in a sentence or two. */
export function resultOf(deed: Deed, { done, failures, left }: Outcome): Readonly<{ text: string; isGood: boolean }> {
  const [first] = failures;
  const sentences = [
    ...(done > 0 ? [words.result[deed](done)] : []),
    ...(first === undefined ? [] : [words.resultFailed(failures.length, sentenceOf(first))]),
    ...(left > 0 ? [words.resultStopped(left)] : []),
  ];
  return { text: sentences.join(' '), isGood: first === undefined };
}

/** What becomes of what is skipped: it depends on whether somebody waits for it. */
export function skipText(deliveries: readonly Delivery[]): string {
  const [first] = deliveries;
  const kinds = new Set(deliveries.map(({ kind, state }) => (state === 'owed' && kind === 'ask' ? 'ask' : state)));
  if (first === undefined || kinds.size > 1) return words.skipMixed;
  if (kinds.has('ask')) return words.skipAsk;
  return kinds.has('dead') ? words.skipDead : words.skipOwed;
}

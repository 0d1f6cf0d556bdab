import { useEffect, useState } from 'preact/hooks';
import { shellTexts } from '../../texts/studio/shell.ts';
import { type AnswerTo, ask } from '../api/ask.ts';
import { type Asking, useAsked } from '../api/use-asked.ts';
import { sentenceOf } from '../parts/frame.tsx';
import { tell } from '../parts/toasts.tsx';
import type { Names } from './names.ts';

type Page = AnswerTo<'listAudit'>;
export type Entry = Page['entries'][number];

const perPage = 50;

const pageAfter = (after?: string) => ask('listAudit', { query: { after, limit: perPage } });

/** The record from its newest entry on, page by page. */
export function useRecord(): Readonly<{
  asking: Asking<Page>;
  /** Those of the pages after the first. */
  further: readonly Entry[];
  /** Null at the end. */
  more: (() => Promise<void>) | null;
  again: () => Promise<void>;
}> {
  const { asking, again } = useAsked('record', () => pageAfter());
  const [pages, setPages] = useState<readonly Page[]>([]);
  const last = pages.at(-1) ?? (asking.kind === 'ready' ? asking.body : null);
  const next = last?.next_after ?? null;
  const more = async (): Promise<void> => {
    const answer = await pageAfter(next ?? undefined);
    if (answer.kind === 'ok') setPages((before) => [...before, answer.body]);
    else tell(sentenceOf(answer), 'bad');
  };
  const anew = async (): Promise<void> => {
    setPages([]);
    await again();
  };
  return {
    asking,
    further: pages.flatMap(({ entries }) => entries),
    more: next === null ? null : more,
    again: anew,
  };
}

/** What the ids of entries are called; until it is known, and of what is gone, they are shown as ids. */
export function useNames(): Names {
  const [names, setNames] = useState<Names>(new Map(Object.entries(shellTexts.roles)));
  useEffect(() => {
    const add = (found: readonly (readonly [id: string, name: string])[]): void =>
      setNames((before) => new Map([...before, ...found]));
    void ask('listPeople').then((answer) => {
      if (answer.kind === 'ok') add(answer.body.people.map(({ id, name }) => [id, name]));
    });
    void ask('listKeys').then((answer) => {
      if (answer.kind === 'ok') add(answer.body.keys.map(({ id, label }) => [id, label]));
    });
  }, []);
  return names;
}

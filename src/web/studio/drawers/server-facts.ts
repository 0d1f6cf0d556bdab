import { useCallback, useEffect, useState } from 'preact/hooks';
import { askAt } from '../api/ask.ts';
import type { DeskUrls } from './routing/desk.ts';

/** What a server offers its studio (`GET /server`), as far as drawers need it. */
export type ServerFacts = Readonly<{
  /** The endpoints of its own desk; null when it runs without. */
  built_in_desk: DeskUrls | null;
  credentials: readonly Readonly<{ name: string; origin: string }>[];
  /** Both hold `{session_id}`. */
  outbound_transfer: string;
  stop_connection: string;
}>;

/** They change with a restart of the server only, so a page asks once. */
let known: ServerFacts | null = null;

/** What the server offers; null while it is not known. `isFailed`: it could not be asked, `again` tries once more. */
export function useServerFacts(): Readonly<{ facts: ServerFacts | null; isFailed: boolean; again: () => void }> {
  const [facts, setFacts] = useState(known);
  const [isFailed, setFailed] = useState(false);
  const again = useCallback((): void => {
    void askAt<ServerFacts>('GET /server').then((answer) => {
      if (answer.kind === 'ok') known = answer.body;
      setFacts(known);
      setFailed(answer.kind !== 'ok');
    });
  }, []);
  useEffect(() => {
    if (known === null) again();
  }, [again]);
  return { facts, isFailed, again };
}

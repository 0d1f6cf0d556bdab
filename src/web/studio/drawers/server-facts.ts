import { useCallback, useEffect, useState } from 'preact/hooks';
import { type AnswerTo, ask } from '../api/ask.ts';

/** What a server offers its studio. */
export type ServerFacts = AnswerTo<'describeServer'>;

/** They change with a restart of the server only, so a page asks once. */
let known: ServerFacts | null = null;

/** What the server offers; null while it is not known. `isFailed`: it could not be asked, `again` tries once more. */
export function useServerFacts(): Readonly<{ facts: ServerFacts | null; isFailed: boolean; again: () => void }> {
  const [facts, setFacts] = useState(known);
  const [isFailed, setFailed] = useState(false);
  const again = useCallback((): void => {
    void ask('describeServer').then((answer) => {
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

import { useEffect, useMemo } from 'preact/hooks';
import { useStore } from '../../parts/store.ts';
import { draftTexts } from '../../texts/studio/draft.ts';
import { guardLeaving } from '../shell/navigation.tsx';
import { useWho } from '../who.tsx';
import { DraftClient } from './draft-client.ts';
import { type DraftState, hasUnsaved } from './draft-state.ts';

/** One for each person and virtual agent, whichever page works on it: one page's work is not overtaken by the next page's. */
const clients = new Map<string, DraftClient>();

/** The draft of a virtual agent, which saves itself. */
export function useDraft(agentId: string): Readonly<{ client: DraftClient; state: DraftState }> {
  const person = useWho().me.id;
  const client = useMemo(() => {
    const key = `${person} ${agentId}`;
    const known = clients.get(key) ?? new DraftClient({ person, agentId });
    clients.set(key, known);
    return known;
  }, [person, agentId]);
  const state = useStore(client.store, 'at-once');
  useEffect(() => {
    void client.open();
    // Whoever goes on to another page of the studio takes nothing away: it is saved from there.
    const stop = guardLeaving(() => (hasUnsaved(client.store.state()) ? draftTexts.leave : null), 'only-closing');
    return () => {
      stop();
      void client.save();
    };
  }, [client]);
  return { client, state };
}

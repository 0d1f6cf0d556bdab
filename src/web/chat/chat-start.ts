import { useCallback, useEffect, useState } from 'preact/hooks';
import { createStore, type Store } from '../parts/store.ts';
import { askProfile, type ProfileAnswer } from './chat-calls.ts';
import { Connection } from './connection.ts';
import { type Conversation, emptyConversation, type Happening, reduceConversation } from './conversation.ts';
import { type Kept, keptIn } from './kept-session.ts';

export type ChatStart = Readonly<{
  store: Store<Conversation, Happening>;
  connection: Connection;
  /** Connects, and listens to what the browser says of network and attention. @returns how to stop. */
  attach: () => () => void;
}>;

/**
 * @param isShown whether the page shows the chat; the browser knows whether it shows the page.
 * @param kept what is remembered of it: by this browser, unless somebody else does.
 */
export function startChat(agentId: string, isShown: () => boolean, kept: Kept = keptIn(agentId)): ChatStart {
  const store = createStore(reduceConversation, emptyConversation);
  const isSeen = (): boolean => isShown() && document.visibilityState === 'visible' && document.hasFocus();
  const connection = new Connection({ agentId, store, kept, isSeen });
  const attend = (): void => {
    if (document.visibilityState === 'visible') connection.hurry();
    connection.acknowledge();
  };
  const online = (): void => connection.hurry();
  const offline = (): void => connection.lose();
  return {
    store,
    connection,
    attach: () => {
      connection.start();
      const unwatch = kept.watch(() => connection.follow());
      window.addEventListener('online', online);
      window.addEventListener('offline', offline);
      window.addEventListener('focus', attend);
      document.addEventListener('visibilitychange', attend);
      return () => {
        connection.stop();
        unwatch();
        window.removeEventListener('online', online);
        window.removeEventListener('offline', offline);
        window.removeEventListener('focus', attend);
        document.removeEventListener('visibilitychange', attend);
      };
    },
  };
}

type Profile = ProfileAnswer | Readonly<{ kind: 'loading' }>;

/** Who one talks to here. */
export function useProfile(agentId: string): { profile: Profile; askAgain: () => void } {
  const [profile, setProfile] = useState<Profile>({ kind: 'loading' });
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asking again is a reason to ask.
  useEffect(() => {
    let isWanted = true;
    void askProfile(agentId).then((answer) => isWanted && setProfile(answer));
    return () => {
      isWanted = false;
    };
  }, [agentId, asked]);
  const askAgain = useCallback(() => {
    setProfile({ kind: 'loading' });
    setAsked((count) => count + 1);
  }, []);
  return { profile, askAgain };
}

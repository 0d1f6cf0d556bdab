import { useCallback, useEffect, useState } from 'preact/hooks';
import type { DeskPerson } from '../../contract/desk-api.ts';
import { Banner, StatePage } from '../parts/state-page.tsx';
import { useStore } from '../parts/store.ts';
import { texts } from '../texts/texts.ts';
import { deskCalls } from './desk-calls.ts';
import type { DeskClient } from './desk-client.ts';
import type { Desk } from './desk-state.ts';
import { Details } from './details.tsx';
import { groupOf } from './groups.ts';
import { ConversationList } from './list.tsx';
import { Talk } from './talk/talk.tsx';

export type EmptyHint = Readonly<{ title: string; text: string }>;

export type WorkspaceProps = Readonly<{
  client: DeskClient;
  isPage: boolean;
  isShown: boolean;
  /** What to say where no conversation is, not even one to choose. */
  emptyHint: EmptyHint | undefined;
  onNews: (() => void) | undefined;
  onSignedOut: () => void;
}>;

/** List, conversation and details: side by side where there is room, one after the other where there is not. */
export function Workspace({ client, isPage, isShown, emptyHint, onNews, onSignedOut }: WorkspaceProps) {
  const desk = useStore(client.store);
  const [chosen, choose] = useChosen(isPage);
  const [hasDetails, setDetails] = useState(false);
  const conversation = chosen === null ? undefined : desk.conversations[chosen];
  useLooking(client, conversation?.id ?? null, isShown);
  useNews(desk, client.me, isPage, onNews);
  useEffect(() => {
    if (desk.link === 'signed-out') onSignedOut();
  }, [desk.link, onSignedOut]);
  const open = (id: string | null): void => {
    setDetails(false);
    choose(id);
  };
  const signOut = (): void => void deskCalls.signOut().then(onSignedOut);
  const view = conversation === undefined ? 'list' : hasDetails ? 'details' : 'conversation';
  return (
    <div class="desk">
      {isPage && <h1 class="only-read-aloud">{texts.desk.name}</h1>}
      {desk.link === 'lost' && <Banner icon="lost">{texts.desk.offline}</Banner>}
      <div class="desk-columns" data-view={view}>
        <ConversationList {...{ desk, isPage, chosen }} me={client.me} onChoose={open} onSignOut={signOut} />
        {conversation === undefined ? (
          <NoTalk desk={desk} emptyHint={emptyHint} />
        ) : (
          <Talk
            key={conversation.id}
            {...{ client, desk, conversation }}
            onBack={() => open(null)}
            onDetails={() => setDetails(!hasDetails)}
            hasDetails={hasDetails}
          />
        )}
        {conversation && (
          <Details conversation={conversation} before={desk.before[conversation.id]} onBack={() => setDetails(false)} />
        )}
      </div>
    </div>
  );
}

function NoTalk({ desk, emptyHint }: { desk: Desk; emptyHint: EmptyHint | undefined }) {
  const hasAny = Object.keys(desk.conversations).length > 0;
  const hint = hasAny ? { title: texts.desk.chooseTitle, text: texts.desk.chooseText } : desk.isKnown && emptyHint;
  return (
    <section class="talk talk-none" aria-label={texts.desk.chooseTitle}>
      {hint && <StatePage icon="talk" {...hint} />}
    </section>
  );
}

/** The chosen conversation; on a page of its own it stands in the address, so that *back* leads to the list. */
function useChosen(isPage: boolean): [string | null, (id: string | null) => void] {
  const [chosen, setChosen] = useState(isPage ? chosenInAddress : null);
  useEffect(() => {
    if (!isPage) return;
    const moved = (): void => setChosen(chosenInAddress());
    window.addEventListener('popstate', moved);
    return () => window.removeEventListener('popstate', moved);
  }, [isPage]);
  const choose = useCallback(
    (id: string | null) => {
      setChosen(id);
      if (!isPage || id === chosenInAddress()) return;
      const url = location.pathname + (id === null ? '' : `#${id}`);
      if (chosenInAddress() === null) history.pushState(null, '', url);
      else history.replaceState(null, '', url);
    },
    [isPage],
  );
  return [chosen, choose];
}

const chosenInAddress = (): string | null => /^#([\w-]+\.\d+)$/.exec(location.hash)?.[1] ?? null;

/** Tells the desk's state what is being looked at: only what is on the screen counts. */
function useLooking({ store }: DeskClient, id: string | null, isShown: boolean): void {
  useEffect(() => {
    const look = (): void => {
      const isSeen = isShown && document.visibilityState === 'visible';
      store.dispatch({ kind: 'looking', conversationId: isSeen ? id : null });
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [store, id, isShown]);
}

function useNews(
  { conversations, unseen }: Desk,
  me: DeskPerson,
  isPage: boolean,
  onNews: (() => void) | undefined,
): void {
  const due = Object.values(conversations).filter((one) => {
    const group = groupOf(one, me);
    return group === 'waiting' || (group === 'mine' && unseen.includes(one.id));
  }).length;
  useEffect(() => {
    if (isPage) document.title = texts.desk.title(due);
  }, [isPage, due]);
  useEffect(() => {
    if (unseen.length > 0) onNews?.();
  }, [unseen, onNews]);
}

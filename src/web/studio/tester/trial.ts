import type { LoggedEvent } from '../../../contract/manage.ts';
import { type ChatStart, startChat } from '../../chat/chat-start.ts';
import { isOver } from '../../chat/conversation.ts';
import type { Kept, KeptSession } from '../../chat/kept-session.ts';
import { createStore, type Store } from '../../parts/store.ts';
import { ask } from '../api/ask.ts';
import { Follower } from './follower.ts';
import type { Opened } from './opening.ts';
import { emptyRecord, readOn, type TrialRecord } from './record/trace.ts';

/** What is known of the log, and whether the last reading failed. */
export type Followed = Readonly<{ record: TrialRecord; isBehind: boolean }>;

type News = Readonly<{ kind: 'read'; events: readonly LoggedEvent[] } | { kind: 'failed' }>;

export type Trial = Readonly<{
  opened: Opened;
  chat: Pick<ChatStart, 'store' | 'connection'>;
  followed: Store<Followed, News>;
  /** Whether the conversation is in sight: what is, counts as read. */
  show: (isShown: boolean) => void;
  /** Looks whether the log tells more. */
  look: () => void;
  /** Connects. @returns how to leave: the session is ended, unless it has. */
  attach: () => () => void;
}>;

/** Ending may take a moment: what was written last goes first. */
const endWithinMs = 5_000;

/** Holds the session of a trial: its socket as the end user, its log as the person who looks at it. */
export function startTrial(agentId: string, opened: Opened): Trial {
  let isShown = true;
  const chat = startChat(agentId, () => isShown, keptFor(opened.session));
  const followed = createStore(reducerFor(opened), { record: emptyRecord, isBehind: false });
  const follower = new Follower({
    read: () => readLog(opened.session.sessionId, followed),
    isUnderWay: () => isUnderWay(followed.state().record),
  });
  const leave = (): void => chat.connection.leave();
  return {
    opened,
    chat,
    followed,
    show: (shown) => {
      isShown = shown;
      if (shown) chat.connection.acknowledge();
    },
    look: () => follower.hint(),
    attach: () => {
      const detach = chat.attach();
      const unwatch = chat.store.subscribe(() => follower.hint());
      window.addEventListener('pagehide', leave);
      return () => {
        window.removeEventListener('pagehide', leave);
        unwatch();
        follower.stop();
        leave();
        whenOver(chat, detach);
      };
    },
  };
}

function whenOver({ store }: ChatStart, then: () => void): void {
  if (isOver(store.state())) return then();
  const finish = (): void => {
    clearTimeout(timer);
    unwatch();
    then();
  };
  const timer = setTimeout(finish, endWithinMs);
  const unwatch = store.subscribe(() => {
    if (isOver(store.state())) finish();
  });
}

const reducerFor =
  ({ definition }: Opened) =>
  (followed: Followed, news: News): Followed =>
    news.kind === 'failed'
      ? { ...followed, isBehind: true }
      : { record: readOn(followed.record, news.events, definition), isBehind: false };

async function readLog(sessionId: string, followed: Store<Followed, News>): Promise<boolean> {
  for (;;) {
    const { cursor } = followed.state().record;
    const answer = await ask('listEvents', {
      path: { session_id: sessionId },
      query: { after: cursor, limit: 1000 },
    });
    if (answer.kind !== 'ok') {
      followed.dispatch({ kind: 'failed' });
      return false;
    }
    followed.dispatch({ kind: 'read', events: answer.body.events as unknown as readonly LoggedEvent[] });
    if (answer.body.next_after === null || followed.state().record.cursor === cursor) return true;
  }
}

/** Questions to the outside and calls to a desk change what no frame tells of. */
function isUnderWay({ session }: TrialRecord): boolean {
  if (session === null) return true;
  if (session.phase.kind === 'ended') return false;
  return session.phase.kind !== 'waiting' || session.requests.length > 0;
}

/** A session that lives as long as the page, and that no other tab goes along with. */
function keptFor(opened: KeptSession): Kept {
  let session: KeptSession | null = opened;
  return {
    session: () => session,
    keepSession: (kept) => {
      session = kept;
    },
    lines: () => [],
    addLine: () => {},
    dropLines: () => {},
    watch: () => () => {},
  };
}

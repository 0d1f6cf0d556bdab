import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../parts/buttons.tsx';
import { Composer } from '../parts/composer.tsx';
import { Banner, StatePage } from '../parts/state-page.tsx';
import { useStore } from '../parts/store.ts';
import { texts } from '../texts/texts.ts';
import './chat.css';
import { type ChatStart, startChat, useProfile } from './chat-start.ts';
import { type Conversation, lastHeard } from './conversation.ts';
import { ChatHeader } from './header.tsx';
import { keepDraft, keptDraft } from './kept-draft.ts';
import { ChatLog } from './log.tsx';
import { usePageTitle } from './page-title.ts';
import { type Presence, presenceOf } from './timeline.ts';

export type ChatProps = Readonly<{
  agentId: string;
  /** Whether the visitor can see it now; on a page of its own that is for the browser to say. */
  isShown?: boolean;
  /** Something was said by the other side. */
  onNews?: () => void;
  /** Whether it is the page, and may name it. */
  isPage?: boolean;
}>;

/** The end user's side of one conversation with a virtual agent, and with the live agents behind it. */
export function Chat({ agentId, isShown = true, onNews, isPage = true }: ChatProps) {
  const { profile, askAgain } = useProfile(agentId);
  switch (profile.kind) {
    case 'loading':
      return <ChatSkeleton />;
    case 'profile':
      return <Talk key={agentId} {...{ agentId, isShown, onNews, isPage }} name={profile.name} />;
    case 'no-such-chat':
      return (
        <section class="chat chat-state">
          <StatePage isPage={isPage} icon="talk" title={texts.chat.noneTitle} text={texts.chat.noneText} />
        </section>
      );
    case 'unreachable':
      return (
        <section class="chat chat-state">
          <StatePage isPage={isPage} icon="lost" title={texts.chat.unreachableTitle} text={texts.chat.unreachableText}>
            <Button look="primary" onClick={askAgain}>
              {texts.general.tryAgain}
            </Button>
          </StatePage>
        </section>
      );
  }
}

type TalkProps = Readonly<{
  agentId: string;
  name: string;
  isShown: boolean;
  isPage: boolean;
  onNews: (() => void) | undefined;
}>;

function Talk({ agentId, name, isShown, isPage, onNews }: TalkProps) {
  const shown = useRef(isShown);
  shown.current = isShown;
  const chat = useMemo(() => startChat(agentId, () => shown.current), [agentId]);
  useEffect(() => chat.attach(), [chat]);
  const conversation = useStore(chat.store);
  usePageTitle(name, isPage, conversation);
  const heard = lastHeard(conversation);
  useEffect(() => {
    if (heard > 0) onNews?.();
  }, [heard, onNews]);
  useEffect(() => {
    if (isShown) chat.connection.acknowledge();
  }, [chat, isShown]);
  const presence = presenceOf(conversation);
  return (
    <section class="chat" aria-label={texts.chat.title(name)}>
      <ChatHeader
        {...{ name, presence, isPage }}
        onEnd={() => chat.connection.leave()}
        canEnd={canEnd(conversation, presence)}
      />
      <Troubles conversation={conversation} />
      <ChatLog {...{ conversation, name, presence }} onTryAgain={(id) => chat.connection.sayAgain(id)} />
      <Foot {...{ agentId, chat, presence }} />
    </section>
  );
}

const canEnd = ({ link }: Conversation, { kind }: Presence): boolean => link === 'open' && kind !== 'over';

function Troubles({ conversation: { link, notice } }: { conversation: Conversation }) {
  const trouble = { lost: texts.chat.lost, busy: texts.chat.busy }[link as string] ?? notice;
  if (trouble === null) return null;
  return <Banner icon={link === 'lost' ? 'lost' : 'info'}>{trouble}</Banner>;
}

function Foot({ agentId, chat, presence }: { agentId: string; chat: ChatStart; presence: Presence }) {
  const [draft, setDraft] = useState(() => keptDraft(agentId));
  const change = (text: string): void => {
    setDraft(text);
    keepDraft(agentId, text);
  };
  if (presence.kind === 'over') {
    return (
      <footer class="chat-foot chat-over">
        <p>{texts.chat.endedTitle[presence.reason] ?? texts.chat.endedTitle.ended}</p>
        <Button look="primary" onClick={() => chat.connection.startAnew()}>
          {texts.chat.startAnew}
        </Button>
      </footer>
    );
  }
  return (
    <footer class="chat-foot">
      <Composer
        label={texts.chat.inputLabel}
        placeholder={texts.chat.placeholder}
        draft={draft}
        onDraft={change}
        onSend={(text) => chat.connection.say(text)}
        onTyping={() => chat.connection.typing()}
        autoFocus
      />
    </footer>
  );
}

function ChatSkeleton() {
  return (
    <section class="chat" aria-busy="true" aria-label={texts.general.loading}>
      <div class="chat-header">
        <span class="skeleton skeleton-round" />
        <span class="skeleton skeleton-line" />
      </div>
    </section>
  );
}

import { useState } from 'preact/hooks';
import { Confirm } from '../parts/confirm.tsx';
import { Icon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { SchemeToggle } from '../parts/scheme-toggle.tsx';
import { texts } from '../texts/texts.ts';
import type { Presence } from './timeline.ts';

type HeaderProps = Readonly<{ name: string; presence: Presence; isPage: boolean; canEnd: boolean; onEnd: () => void }>;

/** Whom one talks to, and the way out. */
export function ChatHeader({ name, presence, isPage, canEnd, onEnd }: HeaderProps) {
  const [isAsking, setAsking] = useState(false);
  const Title = isPage ? 'h1' : 'h2';
  const isHuman = presence.kind === 'live-agent';
  return (
    <header class="chat-header">
      <span class="avatar" data-human={isHuman}>
        <Icon name={isHuman ? 'person' : 'bot'} size={22} />
      </span>
      <div class="chat-who">
        <Title dir="auto">{name}</Title>
        <p data-presence={presence.kind}>{presenceText(presence)}</p>
      </div>
      {isPage && <SchemeToggle />}
      {canEnd && (
        <Menu
          label={texts.general.moreActions}
          icon="more"
          items={[{ icon: 'signed-out', label: texts.chat.end, onChoose: () => setAsking(true) }]}
        />
      )}
      {isAsking && (
        <Confirm
          title={texts.chat.endTitle}
          text={texts.chat.endText}
          confirm={texts.chat.endConfirm}
          cancel={texts.chat.endKeep}
          onConfirm={onEnd}
          onClose={() => setAsking(false)}
        />
      )}
    </header>
  );
}

function presenceText(presence: Presence): string {
  switch (presence.kind) {
    case 'virtual-agent':
      return texts.chat.virtualAgent;
    case 'looking':
      return texts.chat.lookingShort;
    case 'queued':
      return texts.chat.queuedShort(presence.place);
    case 'live-agent':
      return texts.chat.withSomebody(presence.name);
    case 'over':
      return texts.chat.over;
  }
}

import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../texts/texts.ts';
import { type Conversation, lastHeard } from './conversation.ts';

/** Names the page, and counts in its name what others said while nobody looked. */
export function usePageTitle(name: string, isPage: boolean, conversation: Conversation): void {
  const seen = useRef(0);
  useEffect(() => {
    if (!isPage) return;
    const draw = (): void => {
      if (document.visibilityState === 'visible') seen.current = lastHeard(conversation);
      document.title = texts.chat.title(name, newSince(seen.current, conversation));
    };
    draw();
    document.addEventListener('visibilitychange', draw);
    return () => document.removeEventListener('visibilitychange', draw);
  }, [name, isPage, conversation]);
}

const newSince = (seq: number, { entries }: Conversation): number =>
  entries.filter((entry) => entry.type === 'message' && entry.from !== 'user' && entry.seq > seq).length;

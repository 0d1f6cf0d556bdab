import { useCallback, useEffect, useState } from 'preact/hooks';
import type { DeskConversation } from '../../../contract/desk-api.ts';
import { Button } from '../../parts/buttons.tsx';
import { Composer } from '../../parts/composer.tsx';
import { NewsPill, StatePage } from '../../parts/state-page.tsx';
import { useStickToEnd } from '../../parts/stick-to-end.ts';
import { texts } from '../../texts/texts.ts';
import type { DeskClient } from '../desk-client.ts';
import type { Desk } from '../desk-state.ts';
import { groupOf } from '../groups.ts';
import { keepDraft, keptDraft } from '../kept-on-desk.ts';
import { type StoryItem, storyItems } from '../story-items.ts';
import { BeforePart } from './before-part.tsx';
import { EntryRow, HoleRow } from './rows.tsx';
import { endText, TalkHeader } from './talk-header.tsx';

type TalkProps = Readonly<{
  client: DeskClient;
  desk: Desk;
  conversation: DeskConversation;
  hasDetails: boolean;
  onBack: () => void;
  onDetails: () => void;
}>;

/** One conversation: what was before, what is said, and the reply. */
export function Talk({ client, desk, conversation, hasDetails, onBack, onDetails }: TalkProps) {
  const { id } = conversation;
  const before = desk.before[id];
  const [hasFailed, setFailed] = useState(false);
  const load = useCallback(() => {
    setFailed(false);
    void client.readStory(id).then((isThere) => setFailed(!isThere));
  }, [client, id]);
  useEffect(load, [load]);
  const isLive = desk.link === 'live';
  // biome-ignore lint/correctness/useExhaustiveDependencies: that the desk answers again is the reason to ask again.
  useEffect(() => {
    if (isLive && hasFailed) load();
  }, [isLive]);
  return (
    <section class="talk" aria-label={conversation.customer ?? texts.desk.customer}>
      <TalkHeader {...{ client, conversation, isLive, hasDetails, onBack, onDetails }} />
      {before === undefined && hasFailed && (
        <StatePage icon="lost" title={texts.desk.loadFailed} text={texts.general.unreachable}>
          <Button look="primary" onClick={load}>
            {texts.general.tryAgain}
          </Button>
        </StatePage>
      )}
      {before === undefined && !hasFailed && <TalkSkeleton />}
      {before && <TalkLog {...{ client, conversation }} before={before} items={storyItems(desk, conversation)} />}
      <Reply {...{ client, conversation }} />
    </section>
  );
}

type TalkLogProps = Readonly<{
  client: DeskClient;
  conversation: DeskConversation;
  before: NonNullable<Desk['before'][string]>;
  items: readonly StoryItem[];
}>;

function TalkLog({ client, conversation, before, items }: TalkLogProps) {
  const entries = items.flatMap((item) => (item.kind === 'entry' ? [item.entry] : []));
  const written = entries.filter((entry) => entry.kind !== 'user-message' && entry.by.id === client.me.id).length;
  const heard = entries.length - written;
  const { scroller, hasNews, toEnd, hold } = useStickToEnd({ last: items.at(-1)?.key ?? '', written, heard });
  const again = (id: string, text: string): void => client.sayAgain(conversation.id, id, text);
  return (
    <div class="talk-middle">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div ref={scroller} class="talk-scroller" tabIndex={0} role="log" aria-label={texts.chat.log}>
        <div class="talk-log">
          <BeforePart transcript={before.transcript} epoch={conversation.epoch} onToggle={hold} />
          {items.map((item, index) =>
            item.kind === 'hole' ? (
              <HoleRow key={item.key} />
            ) : (
              <EntryRow
                key={item.key}
                entry={item.entry}
                customer={conversation.customer ?? texts.desk.customer}
                meId={client.me.id}
                isFirst={!isSameSpeaker(items[index - 1], item)}
                onTryAgain={again}
              />
            ),
          )}
        </div>
      </div>
      {hasNews && <NewsPill label={texts.general.newMessages} onClick={toEnd} />}
    </div>
  );
}

function isSameSpeaker(one: StoryItem | undefined, other: StoryItem): boolean {
  if (one?.kind !== 'entry' || other.kind !== 'entry') return false;
  const speaker = ({ entry }: typeof one): string => (entry.kind === 'user-message' ? '' : entry.by.id);
  return speaker(one) === speaker(other);
}

function Reply({ client, conversation }: { client: DeskClient; conversation: DeskConversation }) {
  const { id, state, ending, assignee } = conversation;
  const [draft, setDraft] = useState(() => keptDraft(id));
  const change = (text: string): void => {
    setDraft(text);
    keepDraft(id, text);
  };
  if (state === 'ended') return <footer class="talk-over">{endText(conversation)}</footer>;
  if (ending) return <footer class="talk-over">{texts.desk.handingBack}</footer>;
  if (groupOf(conversation, client.me) === 'others') {
    return <footer class="talk-over">{texts.desk.withColleague(assignee?.name ?? '')}</footer>;
  }
  return (
    <footer class="talk-foot">
      <Composer
        label={texts.desk.inputLabel}
        placeholder={texts.desk.placeholder}
        draft={draft}
        onDraft={change}
        onSend={(text) => client.say(id, text)}
        onTyping={() => client.typing(id)}
        autoFocus
      />
      {state === 'waiting' && <p class="talk-hint">{texts.desk.takeHint}</p>}
    </footer>
  );
}

function TalkSkeleton() {
  return (
    <div class="talk-middle talk-skeleton" role="status" aria-label={texts.general.loading}>
      <span class="skeleton" />
      <span class="skeleton" />
      <span class="skeleton" />
    </div>
  );
}

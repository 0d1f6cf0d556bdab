import { NewsPill, StatePage } from '../parts/state-page.tsx';
import { useStickToEnd } from '../parts/stick-to-end.ts';
import { clockTime, dayName } from '../parts/time.ts';
import { texts } from '../texts/texts.ts';
import { type Conversation, lastHeard } from './conversation.ts';
import { LineRow, MessageRow, NoteRow, TypingRow } from './rows.tsx';
import { delayOf, type Item, type Presence, timelineOf } from './timeline.ts';

type LogProps = Readonly<{
  conversation: Conversation;
  name: string;
  presence: Presence;
  onTryAgain: (id: string) => void;
}>;

/** Everything that was said, oldest first; what the server has not taken yet stands last. */
export function ChatLog({ conversation, name, presence, onTryAgain }: LogProps) {
  const { entries, lines, link, typingSince } = conversation;
  const items = timelineOf(entries);
  const lastLine = lines.at(-1)?.id;
  const delayedSince = presence.kind === 'over' ? null : delayOf(conversation);
  const last = `${items.at(-1)?.key} ${lastLine} ${presence.kind} ${typingSince !== null} ${delayedSince}`;
  const written = lines.length + entries.filter((entry) => entry.type === 'message' && entry.from === 'user').length;
  const { scroller, hasNews, toEnd } = useStickToEnd({ last, written, heard: lastHeard(conversation) });
  const isEmpty = items.length === 0 && lines.length === 0;
  const isLoading = isEmpty && link !== 'idle';
  return (
    <div class="chat-middle">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div ref={scroller} class="chat-scroller" tabIndex={0} role="log" aria-live="polite" aria-label={texts.chat.log}>
        <div class="chat-log">
          {isEmpty && !isLoading && presence.kind !== 'over' && <Welcome name={name} />}
          {isLoading && presence.kind !== 'over' && <LogSkeleton />}
          {items.map((item, index) => (
            <Row
              {...{ item, name, before: items[index - 1], after: items[index + 1] }}
              key={item.key}
              dayAbove={dayBefore(items, index)}
            />
          ))}
          {lines[0] && <DayOf at={lines[0].at} dayAbove={dayBefore(items, items.length)} />}
          {lines.map((line) => (
            <LineRow key={line.id} line={line} onTryAgain={presence.kind === 'over' ? null : onTryAgain} />
          ))}
          {delayedSince !== null && <DelayRow since={delayedSince} presence={presence} />}
          {presence.kind === 'looking' && <NoteRow icon="clock">{texts.chat.looking}</NoteRow>}
          {presence.kind === 'queued' && <NoteRow icon="clock">{texts.chat.queued(presence.place)}</NoteRow>}
          {typingSince !== null && <TypingRow name={presence.kind === 'live-agent' ? presence.name : null} />}
        </div>
      </div>
      {hasNews && <NewsPill label={texts.general.newMessages} onClick={toEnd} />}
    </div>
  );
}

function DelayRow({ since, presence }: { since: string; presence: Presence }) {
  const name = presence.kind === 'live-agent' ? presence.name : null;
  return <NoteRow icon="clock">{texts.chat.delayed(name, clockTime(since))}</NoteRow>;
}

const Welcome = ({ name }: { name: string }) => (
  <StatePage icon="talk" title={texts.chat.emptyTitle(name)} text={texts.chat.emptyText} />
);

/** The day that the reader is in above a place: that of the last message before it, whatever notes stand between. */
function dayBefore(items: readonly Item[], index: number): string | null {
  const said = items.slice(0, index).findLast((item) => item.kind === 'message');
  return said?.kind === 'message' ? dayName(said.message.at) : null;
}

/** A conversation of today needs no day above it. */
const beginsDay = (at: string, dayAbove: string | null): boolean => dayName(at) !== (dayAbove ?? texts.general.today);

function DayOf({ at, dayAbove }: { at: string; dayAbove: string | null }) {
  return beginsDay(at, dayAbove) ? <p class="chat-day">{dayName(at)}</p> : null;
}

type RowProps = Readonly<{
  item: Item;
  before: Item | undefined;
  after: Item | undefined;
  dayAbove: string | null;
  name: string;
}>;

function Row({ item, before, after, dayAbove, name }: RowProps) {
  if (item.kind === 'note') {
    const who = texts.chat;
    const said: Record<typeof item.note, string> = {
      joined: who.joined(item.name, name),
      left: who.left(item.name),
      unavailable: who.unavailable,
      'no-answer': who.noAnswer,
    };
    return <NoteRow icon={item.note === 'joined' ? 'person' : 'info'}>{said[item.note]}</NoteRow>;
  }
  const { message } = item;
  return (
    <>
      <DayOf at={message.at} dayAbove={dayAbove} />
      <MessageRow
        message={message}
        company={name}
        isFirst={beginsDay(message.at, dayAbove) || !isSameSpeaker(before, item)}
        isLast={!isSameSpeaker(item, after)}
      />
    </>
  );
}

function isSameSpeaker(one: Item | undefined, other: Item | undefined): boolean {
  if (one?.kind !== 'message' || other?.kind !== 'message') return false;
  const [first, second] = [one.message, other.message];
  return first.from === second.from && first.liveAgent?.name === second.liveAgent?.name;
}

function LogSkeleton() {
  return (
    <div class="chat-skeleton" aria-hidden="true">
      <span class="skeleton" />
      <span class="skeleton" />
      <span class="skeleton" />
    </div>
  );
}

import '../../../chat/chat.css';
import { type Conversation, isOver, lastHeard } from '../../../chat/conversation.ts';
import { LineRow, MessageRow, NoteRow, TypingRow } from '../../../chat/rows.tsx';
import { NewsPill } from '../../../parts/state-page.tsx';
import { useStickToEnd } from '../../../parts/stick-to-end.ts';
import { testerTexts } from '../../../texts/studio/tester.ts';
import { texts } from '../../../texts/texts.ts';
import { Skeleton } from '../../parts/frame.tsx';
import type { Setup } from '../opening.ts';
import { type Moment, momentsOf } from '../record/moments.ts';
import type { TrialRecord } from '../record/trace.ts';
import { noteWords } from '../record/words.ts';

type LogProps = Readonly<{
  conversation: Conversation;
  record: TrialRecord;
  name: string;
  liveAgent: Setup['liveAgent'];
  revision: number;
  onTryAgain: (id: string) => void;
}>;

/** What was said, by whomever, and what happened between. */
export function TrialLog({ conversation, record, name, liveAgent, revision, onTryAgain }: LogProps) {
  const { entries, lines, typingSince } = conversation;
  const moments = momentsOf(entries, record.notes);
  const written = lines.length + entries.filter((entry) => entry.type === 'message' && entry.from === 'user').length;
  const last = `${moments.at(-1)?.key} ${moments.length} ${lines.at(-1)?.id} ${typingSince !== null}`;
  const { scroller, hasNews, toEnd } = useStickToEnd({ last, written, heard: lastHeard(conversation) });
  return (
    <div class="chat-middle">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div ref={scroller} class="chat-scroller" tabIndex={0} role="log" aria-live="polite" aria-label={testerTexts.log}>
        <div class="chat-log tester-log">
          <NoteRow icon="play">{testerTexts.revision(revision)}</NoteRow>
          {entries.length === 0 && !isOver(conversation) && <Skeleton lines={2} />}
          {moments.map((moment) => (
            <MomentRow key={moment.key} {...{ moment, name, liveAgent }} />
          ))}
          {lines.map((line) => (
            <LineRow key={line.id} line={line} onTryAgain={isOver(conversation) ? null : onTryAgain} />
          ))}
          {typingSince !== null && <TypingRow name={null} />}
        </div>
      </div>
      {hasNews && <NewsPill label={texts.general.newMessages} onClick={toEnd} />}
    </div>
  );
}

type MomentProps = Readonly<{ moment: Moment; name: string; liveAgent: Setup['liveAgent'] }>;

function MomentRow({ moment, name, liveAgent }: MomentProps) {
  if (moment.kind === 'said') {
    const { message, isFirst, isLast } = moment;
    return <MessageRow {...{ message, isFirst, isLast }} company={name} />;
  }
  const words = noteWords(moment.event, liveAgent);
  return words === null ? null : <NoteRow icon={words.icon}>{words.text}</NoteRow>;
}

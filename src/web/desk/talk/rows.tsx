import type { DeskEntry, DeskLiveAgentMessage } from '../../../contract/desk-api.ts';
import { Icon, type IconName } from '../../parts/icons.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import { clockTime } from '../../parts/time.ts';
import { texts } from '../../texts/texts.ts';

type EntryRowProps = Readonly<{
  entry: DeskEntry;
  customer: string;
  meId: string;
  isFirst: boolean;
  onTryAgain: (id: string, text: string) => void;
}>;

export function EntryRow({ entry, customer, meId, isFirst, onTryAgain }: EntryRowProps) {
  const isLive = entry.kind === 'live-agent-message';
  const isOwn = isLive && entry.by.id === meId;
  const speaker = isLive ? (isOwn ? texts.desk.you : entry.by.name) : customer;
  const hasFailed = isLive && (entry.status === 'refused' || entry.status === 'undeliverable');
  return (
    <div class="entry" data-side={isLive ? 'desk' : 'customer'} data-first={isFirst} data-failed={hasFailed}>
      {isFirst && (
        <p class={isOwn ? 'only-read-aloud' : 'entry-speaker'} dir="auto">
          {speaker}
        </p>
      )}
      <div class="entry-bubble">
        <MessageText text={entry.text} />
        <span class="entry-meta">
          <time dateTime={entry.at}>{clockTime(entry.at)}</time>
          {isLive && !hasFailed && <Tick status={entry.status} />}
        </span>
      </div>
      {isLive && hasFailed && <Failure entry={entry} onTryAgain={onTryAgain} />}
    </div>
  );
}

const tickIcons: Readonly<Record<DeskLiveAgentMessage['status'], IconName>> = {
  sending: 'clock',
  submitted: 'tick',
  delivered: 'ticks',
  read: 'ticks',
  undeliverable: 'warning',
  refused: 'warning',
};

function Tick({ status }: Pick<DeskLiveAgentMessage, 'status'>) {
  const label = texts.desk.status[status];
  return (
    <span class="tick" data-status={status} role="img" aria-label={label} title={label}>
      <Icon name={tickIcons[status]} size={16} />
    </span>
  );
}

function Failure({ entry, onTryAgain }: { entry: DeskLiveAgentMessage; onTryAgain: EntryRowProps['onTryAgain'] }) {
  const { id, text, status, why, place } = entry;
  const fallback = status === 'undeliverable' ? texts.desk.undeliverableWhy : texts.desk.refusedPlain;
  // What the desk itself keeps as refused cannot be sent again under the same id.
  const canTryAgain = status === 'refused' && place.length === 0;
  return (
    <p class="entry-failure">
      <Icon name="warning" size={14} />
      <span>
        <span class="only-read-aloud">{texts.desk.status[status]}: </span>
        {why ?? fallback}
      </span>
      {canTryAgain && (
        <button type="button" class="link-button" onClick={() => onTryAgain(id, text)}>
          {texts.general.tryAgain}
        </button>
      )}
    </p>
  );
}

export function HoleRow() {
  return (
    <p class="hole" role="note">
      <Icon name="gap" size={20} />
      <span>{texts.desk.hole}</span>
    </p>
  );
}

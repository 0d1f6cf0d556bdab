import type { ComponentChildren } from 'preact';
import type { MessageFrame } from '../../contract/frames.ts';
import { Icon, type IconName } from '../parts/icons.tsx';
import { MessageText } from '../parts/message-text.tsx';
import { clockTime } from '../parts/time.ts';
import { texts } from '../texts/texts.ts';
import type { Line } from './conversation.ts';

type MessageRowProps = Readonly<{
  message: MessageFrame;
  /** What the virtual agent is called. */
  company: string;
  /** Whether the speaker begins or ends here; between, name and time are left out. */
  isFirst: boolean;
  isLast: boolean;
}>;

export function MessageRow({ message, company, isFirst, isLast }: MessageRowProps) {
  const { from, text, at, liveAgent } = message;
  const isOwn = from === 'user';
  const speaker = { user: texts.chat.you, virtual_agent: company, live_agent: liveAgent?.name ?? texts.chat.liveAgent }[
    from
  ];
  return (
    <div class="row" data-from={from} data-first={isFirst} data-last={isLast}>
      {isFirst && (
        <p class={isOwn ? 'only-read-aloud' : 'row-speaker'} dir="auto">
          {speaker}
        </p>
      )}
      <div class="bubble">
        <MessageText text={text} />
      </div>
      {isLast && (
        <p class="row-meta">
          <time dateTime={at}>{clockTime(at)}</time>
          {isOwn && <Mark icon="tick" label={texts.chat.accepted} />}
        </p>
      )}
    </div>
  );
}

type LineRowProps = Readonly<{ line: Line; onTryAgain: ((id: string) => void) | null }>;

/** A line that the server has not taken. */
export function LineRow({ line: { id, text, failure }, onTryAgain }: LineRowProps) {
  return (
    <div class="row" data-from="user" data-last="true" data-failed={failure !== null}>
      <div class="bubble">
        <MessageText text={text} />
      </div>
      {failure === null ? (
        <p class="row-meta">
          <Mark icon="clock" label={texts.chat.sending} />
        </p>
      ) : (
        <p class="row-failure" role="alert">
          <Icon name="warning" size={14} />
          <span>{failureText(failure)}</span>
          {onTryAgain && (
            <button type="button" class="link-button" onClick={() => onTryAgain(id)}>
              {texts.general.tryAgain}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function failureText({ code, message }: NonNullable<Line['failure']>): string {
  if (code === 'ended') return texts.chat.notSentEnded;
  if (code === 'interrupted') return texts.chat.notSentInterrupted;
  return `${texts.chat.notSent} ${message}`;
}

function Mark({ icon, label }: { icon: IconName; label: string }) {
  return (
    <span class="mark" role="img" aria-label={label} title={label}>
      <Icon name={icon} size={14} />
    </span>
  );
}

export function NoteRow({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <p class="note" dir="auto">
      <Icon name={icon} size={16} />
      <span>{children}</span>
    </p>
  );
}

export function TypingRow({ name }: { name: string | null }) {
  return (
    <div class="row" data-from="live_agent">
      <p class="bubble typing">
        <span class="only-read-aloud">
          {name ?? texts.chat.liveAgent} {texts.chat.typing}
        </span>
        <i />
        <i />
        <i />
      </p>
    </div>
  );
}

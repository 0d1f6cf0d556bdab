import { Icon, type IconName } from '../../parts/icons.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import { logsTexts as words } from '../../texts/studio/logs.ts';
import { exactClock, fullInstant } from '../parts/exact-time.ts';
import { Owing } from './owing.tsx';
import type { Message, Receipt } from './story/story.ts';

const faces: Readonly<Record<Message['from'], IconName>> = {
  user: 'person',
  'virtual-agent': 'bot',
  'live-agent': 'headset',
};

/** What somebody said. */
export function MessageRow({ message }: { message: Message }) {
  const { from, name, at, text, isGreeting, receipt, owes } = message;
  return (
    <div class="said" data-from={from}>
      <p class="said-by">
        <Icon name={faces[from]} size={16} />
        <span dir="auto">{name ?? words.from[from]}</span>
        <time dateTime={at} title={fullInstant(at)}>
          {exactClock(at)}
        </time>
        {receipt !== null && <Ticks receipt={receipt} />}
      </p>
      <div class="said-text" data-withheld={text === null}>
        {text === null ? words.withheld : <MessageText text={text} />}
      </div>
      {isGreeting && <p class="said-hint">{words.greeting}</p>}
      <Owing owes={owes} />
    </div>
  );
}

function Ticks({ receipt: { state, at } }: { receipt: Receipt }) {
  const label = state === 'sent' ? words.receipts.sent : words.receipts[state](at === null ? null : exactClock(at));
  return (
    <span class="said-ticks" data-state={state} role="img" aria-label={label} title={label}>
      <Icon name={state === 'sent' ? 'tick' : 'ticks'} size={16} />
    </span>
  );
}

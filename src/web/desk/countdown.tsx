import type { DeskConversation } from '../../contract/desk-api.ts';
import { Icon } from '../parts/icons.tsx';
import { roughSpan, span } from '../parts/time.ts';
import { useNow } from '../parts/use-now.ts';
import { texts } from '../texts/texts.ts';
import { serverNow } from './desk-calls.ts';

const urgentMs = 5 * 60_000;

type TimerProps = Readonly<{ conversation: DeskConversation; isShort?: boolean }>;

/** What presses in a conversation: how long it waits for somebody, or how long they have left to answer. */
export function Timer({ conversation, isShort = false }: TimerProps) {
  const { state, startedAt, respondBy } = conversation;
  if (state === 'waiting') return <Waiting since={startedAt} />;
  return state === 'open' && respondBy !== null ? <Countdown respondBy={respondBy} isShort={isShort} /> : null;
}

function Waiting({ since }: { since: string }) {
  const minutes = Math.max(0, Math.floor((useNow(10_000, serverNow) - Date.parse(since)) / 60_000));
  return (
    <span class="countdown" data-urgency="calm">
      {texts.desk.waitingFor(minutes)}
    </span>
  );
}

/** How long the live agent has left to answer. */
function Countdown({ respondBy, isShort }: { respondBy: string; isShort: boolean }) {
  const left = Date.parse(respondBy) - useNow(1000, serverNow);
  const urgency = left < 0 ? 'overdue' : left < urgentMs ? 'urgent' : 'calm';
  const said = left < 0 ? texts.desk.overdue(span(-left)) : texts.desk.answerIn(span(left));
  return (
    <span class="countdown" role="timer" data-urgency={urgency} aria-label={said} title={said}>
      <Icon name="clock" size={14} />
      <span aria-hidden="true">{isShort ? `${left < 0 ? '−' : ''}${roughSpan(Math.abs(left))}` : said}</span>
    </span>
  );
}

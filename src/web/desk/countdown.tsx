import { Icon } from '../parts/icons.tsx';
import { roughSpan, span } from '../parts/time.ts';
import { useNow } from '../parts/use-now.ts';
import { texts } from '../texts/texts.ts';

const urgentMs = 5 * 60_000;

/** How long the live agent has left to answer. */
export function Countdown({ respondBy, isShort }: { respondBy: string; isShort?: boolean }) {
  const left = Date.parse(respondBy) - useNow(1000);
  const urgency = left < 0 ? 'overdue' : left < urgentMs ? 'urgent' : 'calm';
  const said = left < 0 ? texts.desk.overdue(span(-left)) : texts.desk.answerIn(span(left));
  return (
    <span class="countdown" role="timer" data-urgency={urgency} aria-label={said} title={said}>
      <Icon name="clock" size={14} />
      <span aria-hidden="true">{isShort ? `${left < 0 ? '−' : ''}${roughSpan(Math.abs(left))}` : said}</span>
    </span>
  );
}

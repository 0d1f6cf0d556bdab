import { Icon } from '../../parts/icons.tsx';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import type { AnswerTo } from '../api/ask.ts';
import { exactTime, fullInstant } from '../parts/exact-time.ts';

export type DeliveryDetail = AnswerTo<'getDelivery'>;
type Attempt = DeliveryDetail['attempt_log'][number];

/** Each attempt: when, what came of it, and what was answered; the last one first. */
export function Attempts({ delivery }: { delivery: DeliveryDetail }) {
  const newest = delivery.attempt_log.toReversed();
  return (
    <section class="attempts">
      <h3>{words.attemptsTitle}</h3>
      {newest.length === 0 && <p class="quiet">{words.attemptsNone}</p>}
      <ol>
        {newest.map((attempt, index) => {
          const before = newest[index + 1];
          return (
            <li key={attempt.number} data-outcome={attempt.outcome}>
              <AttemptLines attempt={attempt} />
              {before !== undefined && before.number < attempt.number - 1 && (
                <p class="attempts-gap">{words.attemptsGap}</p>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function AttemptLines({ attempt }: { attempt: Attempt }) {
  const { number, at, outcome, cause, excerpt, withheld } = attempt;
  return (
    <>
      <p class="attempt-head">
        <Icon name={outcome === 'delivered' ? 'tick' : 'close'} size={16} />
        <span class="attempt-number">{words.attempt(number)}</span>
        <span>{resultWords(attempt)}</span>
        <span class="quiet">
          <time dateTime={at} title={fullInstant(at)}>
            {exactTime(at)}
          </time>
        </span>
      </p>
      {cause !== null && <p class="attempt-cause">{cause}</p>}
      {excerpt !== null && (
        <div class="attempt-excerpt">
          <span class="only-read-aloud">{words.excerpt}: </span>
          <code>{excerpt}</code>
        </div>
      )}
      {withheld && <p class="quiet">{words.withheld}</p>}
    </>
  );
}

function resultWords({ outcome, status }: Attempt): string {
  if (outcome === 'delivered') return words.taken;
  return status === null ? words.noAnswer : words.status(status);
}

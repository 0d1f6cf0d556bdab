import type { ComponentChildren } from 'preact';
import { Icon } from '../../parts/icons.tsx';
import { logsTexts as words } from '../../texts/studio/logs.ts';
import { duration } from '../parts/duration.ts';
import { exactClock, fullInstant } from '../parts/exact-time.ts';
import { Badge, type Tone } from '../parts/small.tsx';
import { Id, Line } from './lines.tsx';
import { Owing } from './owing.tsx';
import type { Handoff, HandoffEnd } from './story/story.ts';

export const outcomeTone: Readonly<Record<HandoffEnd['outcome'], Tone>> = {
  disconnected: 'good',
  failed: 'bad',
  'no-response': 'warn',
  'user-left': 'plain',
  expired: 'warn',
};

/** The stretch of a conversation that a live agent owned. */
export function HandoffFrame({ handoff, children }: { handoff: Handoff; children: ComponentChildren }) {
  const { epoch, node, at, end, isKept, owes } = handoff;
  const title = `handoff-${epoch}`;
  return (
    <section class="episode" aria-labelledby={title}>
      <header class="episode-head">
        <Icon name="headset" size={20} />
        <h3 id={title}>{words.handoff(epoch)}</h3>
        <HandoffBadge handoff={handoff} />
        <span class="quiet">
          {words.handoffBy('')}
          <Id>{node}</Id>
        </span>
        <time class="quiet" dateTime={at} title={fullInstant(at)}>
          {exactClock(at)}
        </time>
      </header>
      <p class="episode-times">{timesOf(handoff).join(' · ')}</p>
      {!isKept && <p class="episode-times">{words.notKept}.</p>}
      <Owing owes={owes} />
      {children}
      {end !== null && <EndLine end={end} />}
    </section>
  );
}

function HandoffBadge({ handoff: { end, connected, assigned } }: { handoff: Handoff }) {
  if (end !== null) return <Badge tone={outcomeTone[end.outcome]}>{words.outcomes[end.outcome]}</Badge>;
  const isThere = assigned !== null || connected?.queued === false;
  return <Badge tone={isThere ? 'accent' : 'warn'}>{isThere ? words.underWay : words.waiting}</Badge>;
}

/** What happened in it, each with how long it took. */
function timesOf({ at, connected, assigned, answered, end }: Handoff): readonly string[] {
  const after = (one: Readonly<{ at: string }>, since = at): string => duration(Date.parse(one.at) - Date.parse(since));
  const liveAgent = (answered ?? assigned)?.liveAgent?.name ?? null;
  const from = assigned?.at ?? connected?.at ?? at;
  return [
    connected === null ? words.handoffNotConnected : words.connectedAfter(after(connected)),
    ...(connected?.queued ? [words.queued(connected.place)] : []),
    ...(assigned === null ? [] : [`${words.assigned(liveAgent)} ${after(assigned, connected?.at)}`]),
    ...(answered === null ? unanswered(connected !== null, end) : [words.firstAnswer(after(answered, from))]),
    ...(end === null ? [] : [words.took(after(end))]),
  ];
}

function unanswered(wasConnected: boolean, end: HandoffEnd | null): readonly string[] {
  if (!wasConnected) return [];
  return [end === null ? words.noAnswer : words.neverAnswered];
}

function EndLine({ end }: { end: HandoffEnd }) {
  const { at, outcome, cause, result, tags, owes } = end;
  const isBad = outcome === 'failed' || outcome === 'no-response';
  return (
    <Line at={at} icon="undo" tone={isBad ? 'warn' : 'plain'}>
      {cause} {result !== null && words.result(result)}
      {tags.map((tag) => (
        <span key={tag} class="tag">
          {tag}
        </span>
      ))}
      <Owing owes={owes} />
    </Line>
  );
}

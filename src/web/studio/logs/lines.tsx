import type { ComponentChildren } from 'preact';
import { showValue, type Value } from '../../../core/flow/parameters.ts';
import { Icon, type IconName } from '../../parts/icons.tsx';
import { deliveriesTexts } from '../../texts/studio/deliveries.ts';
import { logsTexts as words } from '../../texts/studio/logs.ts';
import { nodeWords, outputTitle } from '../../texts/studio/nodes.ts';
import { duration } from '../parts/duration.ts';
import { exactClock, fullInstant } from '../parts/exact-time.ts';
import { revisionOf } from './list/session-filter.ts';
import { DeliveryLink, Owing } from './owing.tsx';
import type { DeliveryNote, End, Intent, Note, Parameters, Question, Step, Steps } from './story/story.ts';

export type Tone = 'plain' | 'warn' | 'bad' | 'good';

type LineProps = Readonly<{ at: string; icon: IconName; tone?: Tone; children: ComponentChildren }>;

/** A small line between the messages. */
export function Line({ at, icon, tone = 'plain', children }: LineProps) {
  return (
    <div class="line" data-tone={tone}>
      <time class="line-time" dateTime={at} title={fullInstant(at)}>
        {exactClock(at)}
      </time>
      <Icon name={icon} size={16} />
      <div class="line-words">{children}</div>
    </div>
  );
}

export const Id = ({ children }: { children: string }) => <code class="id">{children}</code>;

/** Steps of the flow: one as it is, several folded. */
export function StepsRow({ item: { steps, at } }: { item: Steps }) {
  const [first] = steps;
  if (first === undefined) return null;
  if (steps.length === 1) {
    return (
      <Line at={at} icon="flow">
        <StepWords step={first} />
      </Line>
    );
  }
  return (
    <Line at={at} icon="flow">
      <details class="steps">
        <summary>
          <span class="steps-count">{words.steps(steps.length)}</span>
          <span class="steps-way">{steps.map(({ node }) => node).join(' → ')}</span>
        </summary>
        <ol>
          {steps.map((step) => (
            <li key={step.seq}>
              <StepWords step={step} />
            </li>
          ))}
        </ol>
      </details>
    </Line>
  );
}

function StepWords({ step }: { step: Step }) {
  if (step.what === 'entered') {
    return (
      <>
        {nodeWords(step.type).title} <Id>{step.node}</Id>
      </>
    );
  }
  return (
    <>
      <Id>{step.node}</Id> {stepWords(step)}
    </>
  );
}

function stepWords(step: Exclude<Step, { what: 'entered' }>): string {
  switch (step.what) {
    case 'missed':
      return words.missed(step.misses);
    case 'switched':
      return words.switched(step.from, step.returns);
    case 'sub-flow':
      return words.subFlow;
    case 'back':
      return words.backAt;
  }
}

export function ParametersRow({ item: { at, set, isInitial } }: { item: Parameters }) {
  return (
    <Line at={at} icon="settings">
      <span class="only-read-aloud">{isInitial ? words.initial : words.set} </span>
      <ul class="set">
        {set.map(({ name, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they never change places.
          <li key={index}>
            <Id>{name}</Id> = <ValueWords value={value} />
          </li>
        ))}
      </ul>
    </Line>
  );
}

/** Values may have thousands of characters; of long ones the beginning is shown until somebody wants the rest. */
const longValue = 200;

export function ValueWords({ value }: { value: Value }) {
  const shown = showValue(value);
  if (shown === '') return <span class="quiet">{words.empty}</span>;
  if (shown.length <= longValue) return <span class="value">{shown}</span>;
  return (
    <details class="long">
      <summary>{shown.slice(0, longValue / 2)}…</summary>
      <span class="value">{shown}</span>
    </details>
  );
}

export function QuestionRow({ item }: { item: Question }) {
  const { at, node, skill, waits, came, owes } = item;
  const tone: Tone = came.kind === 'failure' ? 'bad' : 'plain';
  return (
    <Line at={at} icon="out" tone={tone}>
      {skill === null ? words.question : words.skills[skill]} <Id>{node}</Id>{' '}
      {skill !== null && `${waits ? words.asks : words.asksAside}, `}
      <CameWords item={item} />
      <Owing owes={owes} />
    </Line>
  );
}

function CameWords({ item: { came, skill } }: { item: Question }) {
  if (came.kind === 'nothing') return <>{words.noAnswerYet}</>;
  if (came.kind === 'answer') {
    const led = came.output === 'human' ? `, ${words.answerLed(outputTitle(skill ?? '', came.output))}` : '';
    return <>{`${words.answered(duration(came.tookMs))}${led}`}</>;
  }
  const { tookMs, cause } = came;
  return <>{tookMs === null ? words.failedAtOnce(cause) : words.failedAfter(duration(tookMs), cause)}</>;
}

export function IntentRow({ item: { at, node, intent, score } }: { item: Intent }) {
  return (
    <Line at={at} icon="search">
      <Id>{node}</Id> {intent === null ? words.notUnderstood(score) : words.understood(intent, score)}
    </Line>
  );
}

export function DeliveryRow({ item }: { item: DeliveryNote }) {
  const { at } = item;
  switch (item.what) {
    case 'died':
      return (
        <Line at={at} icon="parcel" tone="bad">
          {words.died(deliveriesTexts.kinds[item.callKind])}: {item.cause} <DeliveryLink id={item.id} />
        </Line>
      );
    case 'delayed':
      return (
        <Line at={at} icon="parcel" tone="warn">
          {words.delayed(deliveriesTexts.kinds[item.callKind])}. {item.cause} <DeliveryLink id={item.id} />
        </Line>
      );
    case 'resumed':
      return (
        <Line at={at} icon="parcel" tone="good">
          {words.resumed(duration(Date.parse(at) - Date.parse(item.since)))}
        </Line>
      );
    case 'owes':
      return (
        <Line at={at} icon="parcel">
          <Owing owes={item.owes} />
        </Line>
      );
    default:
      return (
        <Line at={at} icon="parcel">
          {words[item.what]} <DeliveryLink id={item.id} />
        </Line>
      );
  }
}

export function NoteRow({ item }: { item: Note }) {
  if (item.what === 'opened') {
    return (
      <Line at={item.at} icon="play">
        {words.opened(versionWords(item.version), item.user)}
      </Line>
    );
  }
  return (
    <Line
      at={item.at}
      icon={item.what === 'connected' ? 'person' : 'warning'}
      tone={item.what === 'connected' ? 'plain' : 'warn'}
    >
      {item.what === 'connected' ? words.connected : words.unavailable(item.node)}
    </Line>
  );
}

export function versionWords(version: number): string {
  const revision = revisionOf(version);
  return revision === null ? words.version(version) : words.draftRevision(revision);
}

export function EndRow({ item: { at, reason, detail } }: { item: End }) {
  return (
    <Line at={at} icon="signed-out" tone={reason === 'fault' ? 'bad' : 'plain'}>
      {words.ended[reason]}
      {detail !== null && `: ${detail}`}
    </Line>
  );
}

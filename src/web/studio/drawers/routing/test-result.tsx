import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { Badge, Copyable, type Tone } from '../../parts/small.tsx';
import { showJson } from '../json-text.ts';
import type { TestAnswer, TestState } from './use-tests.ts';

const tones: Readonly<Record<TestAnswer['outcome'], Tone>> = { accepted: 'good', refused: 'warn', unreachable: 'bad' };

/** What came of testing an endpoint; it is read aloud when it is there. */
export function TestResult({ label, state }: { label: string; state: TestState | null }) {
  return (
    <div class="drawer-test" data-shown={state !== null}>
      <div role="status">{state !== null && <Told label={label} state={state} />}</div>
      {state?.kind === 'done' && <Details label={label} answer={state.answer} />}
    </div>
  );
}

function Told({ label, state }: { label: string; state: TestState }) {
  if (state.kind === 'busy') return <p class="drawer-test-line">{routingTexts.testing}</p>;
  const { badge, tone, facts, message } = wordsOf(state);
  return (
    <>
      <span class="only-read-aloud">{label}: </span>
      <p class="drawer-test-line">
        <Badge tone={tone}>{badge}</Badge>
        {facts.map((fact) => (
          <span key={fact} class="drawer-test-fact">
            {fact}
          </span>
        ))}
      </p>
      <p class="drawer-test-message">{message}</p>
    </>
  );
}

type Words = Readonly<{ badge: string; tone: Tone; facts: readonly string[]; message: string }>;

function wordsOf(state: Exclude<TestState, { kind: 'busy' }>): Words {
  if (state.kind === 'failed') return { badge: routingTexts.failed, tone: 'bad', facts: [], message: state.sentence };
  const { outcome, status, took_ms: took, message } = state.answer;
  const facts = [...(status === null ? [] : [routingTexts.status(status)]), routingTexts.took(Math.round(took))];
  return { badge: routingTexts.outcomes[outcome], tone: tones[outcome], facts, message };
}

function Details({ label, answer: { answer, request } }: { label: string; answer: TestAnswer }) {
  const headers = Object.entries(request.headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
  return (
    <>
      {answer !== null && <Answered label={label} type={answer.content_type} excerpt={answer.excerpt ?? ''} />}
      {headers !== '' && <Sent label={label} headers={headers} body={request.body} />}
    </>
  );
}

function Answered({ label, type, excerpt }: Readonly<{ label: string; type: string | null; excerpt: string }>) {
  if (excerpt === '') return <p class="drawer-empty">{routingTexts.answeredNothing}</p>;
  return (
    <div class="drawer-test-part">
      <p class="setting-hint">{routingTexts.answered(type ?? '')}</p>
      <Copyable text={excerpt} label={`${routingTexts.answered('')}: ${label}`} isBlock />
    </div>
  );
}

function Sent({ label, headers, body }: Readonly<{ label: string; headers: string; body: unknown }>) {
  return (
    <details class="drawer-fold">
      <summary>{routingTexts.sent}</summary>
      <div class="drawer-test-part">
        <p class="setting-hint">{routingTexts.sentHeaders}</p>
        <Copyable text={headers} label={`${routingTexts.sentHeaders}: ${label}`} isBlock />
        <p class="setting-hint">{routingTexts.sentBody}</p>
        <Copyable text={showJson(body)} label={`${routingTexts.sentBody}: ${label}`} isBlock />
      </div>
    </details>
  );
}

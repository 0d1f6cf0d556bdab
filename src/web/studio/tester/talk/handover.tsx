import { MessageText } from '../../../parts/message-text.tsx';
import { testerTexts } from '../../../texts/studio/tester.ts';
import type { EventOf, TrialRecord } from '../record/trace.ts';

type HandoverProps = Readonly<{ handoff: EventOf<'handoff-requested'>; messages: TrialRecord['messages'] }>;

/** What the start call tells a live agent, folded: the transcript and the parameters, under the names that are sent. */
export function Handover({ handoff, messages }: HandoverProps) {
  const { lastSeq, capitalised, parameters } = handoff;
  const said = messages.filter(({ seq }) => seq <= lastSeq);
  const speaker = ({ kind }: (typeof messages)[number]): string => {
    const key = kind === 'user-message-received' ? 'user' : 'agent';
    return capitalised ? key.replace(/^./, (letter) => letter.toUpperCase()) : key;
  };
  return (
    <details class="tester-fold">
      <summary>{testerTexts.sees}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section class="tester-handover" tabIndex={0} aria-label={testerTexts.sees}>
        <h4>{testerTexts.transcript}</h4>
        {said.length === 0 && <p class="tester-soft">{testerTexts.nothingSaid}</p>}
        <dl>
          {said.map((message) => (
            <div key={message.seq}>
              <dt>{speaker(message)}</dt>
              <dd>
                <MessageText text={message.text} />
              </dd>
            </div>
          ))}
        </dl>
        <h4>{testerTexts.transferred}</h4>
        <dl>
          {parameters.map(({ name, value }) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd dir="auto">{value === '' ? <span class="tester-soft">{testerTexts.empty}</span> : value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </details>
  );
}

import { useState } from 'preact/hooks';
import type { DeskStory } from '../../../contract/desk-api.ts';
import { Icon } from '../../parts/icons.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import { texts } from '../../texts/texts.ts';

/** A longer transcript shows its end only, until somebody asks. */
const shownAtFirst = 6;

type BeforeProps = Readonly<{ transcript: DeskStory['transcript']; epoch: number; onToggle: () => void }>;

/** What was said before the handoff, set apart. From the second handoff on, some of it may be a live agent's. */
export function BeforePart({ transcript, epoch, onToggle }: BeforeProps) {
  const isBot = epoch <= 1;
  const title = isBot ? texts.desk.beforeYou : texts.desk.beforeYouMixed;
  const [isWhole, setWhole] = useState(false);
  const isLong = transcript.length > shownAtFirst + 2;
  const skipped = isLong && !isWhole ? transcript.length - shownAtFirst : 0;
  const toggle = (): void => {
    onToggle();
    setWhole(!isWhole);
  };
  return (
    <section class="before" aria-label={title}>
      <h3>
        <Icon name={isBot ? 'bot' : 'talk'} size={16} />
        {title}
      </h3>
      {transcript.length === 0 && <p class="before-none">{texts.desk.noTranscript}</p>}
      {isLong && (
        <button type="button" class="link-button" aria-expanded={isWhole} onClick={toggle}>
          {isWhole ? texts.desk.showLess : texts.desk.showAll(transcript.length)}
        </button>
      )}
      <dl>
        {transcript.slice(skipped).map(({ from, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the transcript does not change, and has no other keys.
          <div key={skipped + index} data-from={from}>
            <dt>{from === 'user' ? texts.desk.customer : isBot ? texts.desk.bot : texts.desk.support}</dt>
            <dd>
              <MessageText text={text} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

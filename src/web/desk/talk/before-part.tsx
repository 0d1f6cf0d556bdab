import { useState } from 'preact/hooks';
import type { DeskStory } from '../../../contract/desk-api.ts';
import { Icon } from '../../parts/icons.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import { texts } from '../../texts/texts.ts';

/** A longer transcript shows its end only, until somebody asks. */
const shownAtFirst = 6;

/** What the virtual agent and the end user said before the handoff, set apart. */
export function BeforePart({ transcript }: Pick<DeskStory, 'transcript'>) {
  const [isWhole, setWhole] = useState(false);
  const isLong = transcript.length > shownAtFirst + 2;
  const skipped = isLong && !isWhole ? transcript.length - shownAtFirst : 0;
  return (
    <section class="before" aria-label={texts.desk.beforeYou}>
      <h3>
        <Icon name="bot" size={16} />
        {texts.desk.beforeYou}
      </h3>
      {transcript.length === 0 && <p class="before-none">{texts.desk.noTranscript}</p>}
      {isLong && (
        <button type="button" class="link-button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? texts.desk.showLess : texts.desk.showAll(transcript.length)}
        </button>
      )}
      <dl>
        {transcript.slice(skipped).map(({ from, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the transcript does not change, and has no other keys.
          <div key={skipped + index} data-from={from}>
            <dt>{from === 'user' ? texts.desk.customer : texts.desk.bot}</dt>
            <dd>
              <MessageText text={text} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

import { useId, useRef } from 'preact/hooks';
import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { texts } from '../../../texts/texts.ts';
import { useForm } from '../pieces/form.tsx';
import { Part } from '../pieces/setting.tsx';
import type { useServerFacts } from '../server-facts.ts';
import { emptyUrls, type KeptUrls, urlsOf, withUrls } from './desk.ts';

export type Server = ReturnType<typeof useServerFacts>;

/** The built-in desk, or one's own. */
export function WhoPart({ server: { facts, isFailed, again }, usesBuiltIn }: { server: Server; usesBuiltIn: boolean }) {
  const { update } = useForm();
  // Who looks at the built-in desk and comes back finds their own addresses.
  const own = useRef<KeptUrls>(emptyUrls);
  const desk = facts?.built_in_desk ?? null;
  const chooseBuiltIn = (): void => {
    if (desk === null || usesBuiltIn) return;
    update((node) => {
      own.current = urlsOf(node);
      return withUrls(node, desk);
    }, '');
  };
  const chooseOwn = (): void => {
    if (usesBuiltIn) update((node) => withUrls(node, own.current), '');
  };
  const isMissing = facts !== null && desk === null;
  return (
    <Part title={routingTexts.who}>
      <div class="drawer-choices" role="radiogroup" aria-label={routingTexts.who}>
        <Card
          title={routingTexts.builtIn}
          text={isMissing ? routingTexts.builtInMissing : routingTexts.builtInText}
          isChosen={usesBuiltIn}
          isDisabled={desk === null}
          onChoose={chooseBuiltIn}
        />
        <Card
          title={routingTexts.own}
          text={routingTexts.ownText}
          isChosen={!usesBuiltIn}
          isDisabled={false}
          onChoose={chooseOwn}
        />
      </div>
      {isFailed && (
        <p class="drawer-warning">
          <span>
            {routingTexts.serverFailed}{' '}
            <button type="button" class="link-button" onClick={again}>
              {texts.general.tryAgain}
            </button>
          </span>
        </p>
      )}
    </Part>
  );
}

type CardProps = Readonly<{
  title: string;
  text: string;
  isChosen: boolean;
  isDisabled: boolean;
  onChoose: () => void;
}>;

function Card({ title, text, isChosen, isDisabled, onChoose }: CardProps) {
  const { id, isLocked } = useForm();
  const about = useId();
  return (
    <label class="drawer-choice" data-chosen={isChosen}>
      <input
        type="radio"
        name={`who-${id}`}
        checked={isChosen}
        disabled={isLocked || isDisabled}
        aria-describedby={about}
        onChange={onChoose}
      />
      <span class="drawer-choice-words">
        <span class="drawer-choice-title">{title}</span>
      </span>
      <span id={about} class="drawer-choice-text">
        {text}
      </span>
    </label>
  );
}

import { useState } from 'preact/hooks';
import { Button, IconButton } from '../../../parts/buttons.tsx';
import { Confirm } from '../../../parts/confirm.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { StatePage } from '../../../parts/state-page.tsx';
import { secretTexts as words } from '../../../texts/studio/settings.ts';
import { texts } from '../../../texts/texts.ts';
import { type AnswerTo, ask } from '../../api/ask.ts';
import { useAsked } from '../../api/use-asked.ts';
import { AskedView, sentenceOf } from '../../parts/frame.tsx';
import { Badge, Copyable, When } from '../../parts/small.tsx';
import { copyText, tell } from '../../parts/toasts.tsx';

type Secret = AnswerTo<'listSecrets'>['secrets'][number];

/** What signs calls to its endpoints. */
export function SecretsSection({ agentId }: { agentId: string }) {
  const path = { agent_id: agentId };
  const { asking, again } = useAsked(agentId, () => ask('listSecrets', { path }));
  const [isRotating, setRotating] = useState(false);
  const rotate = async (): Promise<void> => {
    const answer = await ask('rotateSecret', { path });
    if (answer.kind === 'ok') tell(words.rotated);
    else tell(sentenceOf(answer), 'bad');
    await again();
  };
  return (
    <section class="listed">
      <header class="listed-head">
        <div>
          <h2>{words.title}</h2>
          <p>{words.text}</p>
        </div>
        {asking.kind === 'ready' && <Button onClick={() => setRotating(true)}>{words.rotate}</Button>}
      </header>
      <AskedView asking={asking} again={again}>
        {({ secrets }) => (secrets.length === 0 ? <Unreadable /> : <Secrets secrets={secrets} />)}
      </AskedView>
      <HowToVerify />
      {isRotating && (
        <Confirm
          title={words.rotateTitle}
          text={words.rotateText}
          confirm={words.rotateConfirm}
          onConfirm={() => void rotate()}
          onClose={() => setRotating(false)}
        />
      )}
    </section>
  );
}

const Unreadable = () => (
  <div class="card">
    <StatePage icon="key" title={words.noneTitle} text={words.noneText} />
  </div>
);

const Secrets = ({ secrets }: { secrets: readonly Secret[] }) => (
  <ul class="secret-list">
    {secrets.map((secret, index) => (
      <SecretLine key={secret.secret} secret={secret} number={index + 1} />
    ))}
  </ul>
);

function SecretLine({ secret: { secret, created_at: at }, number }: Readonly<{ secret: Secret; number: number }>) {
  const [isShown, setShown] = useState(false);
  const name = words.secret(number);
  return (
    <li class="card secret-line">
      <span class="secret-facts">
        <Badge tone={number === 1 ? 'good' : 'plain'}>{number === 1 ? words.newest : words.older}</Badge>
        <span>
          {words.made} <When at={at} />
        </span>
      </span>
      <span class="copyable">
        <code>{isShown ? secret : words.hidden}</code>
        <IconButton
          icon={isShown ? 'eye-off' : 'eye'}
          label={`${isShown ? words.hide : words.show}: ${name}`}
          onClick={() => setShown(!isShown)}
        />
        <IconButton icon="copy" label={`${texts.general.copy}: ${name}`} onClick={() => void copyText(secret)} />
      </span>
    </li>
  );
}

function HowToVerify() {
  return (
    <details class="card secret-how">
      <summary>{words.howTitle}</summary>
      <p>
        {words.howText}{' '}
        <a href="https://www.standardwebhooks.com" target="_blank" rel="noopener noreferrer">
          {words.howLink}
          <Icon name="out" size={14} />
        </a>
      </p>
      <Copyable text={words.howCode} label={words.howTitle} isBlock />
      <p>{words.howRepeats}</p>
    </details>
  );
}

import { Button } from '../../parts/buttons.tsx';
import { signInTexts as words } from '../../texts/studio/access/sign-in.ts';
import { Copyable } from '../parts/small.tsx';

/** Says where the set-up link is, as long as nobody owns the server. */
export function NeedsOwner({ onLook, onSignIn }: { onLook: () => void; onSignIn: () => void }) {
  return (
    <div class="gate">
      <span class="gate-mark" />
      <h1>{words.needsOwnerTitle}</h1>
      <p class="gate-text">{words.needsOwnerText}</p>
      <Copyable text={words.needsOwnerCommand} label={words.needsOwnerCommand} />
      <Button look="primary" onClick={onLook}>
        {words.lookAgain}
      </Button>
      <Button look="plain" onClick={onSignIn}>
        {words.haveAccount}
      </Button>
    </div>
  );
}

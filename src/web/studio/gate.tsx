import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../parts/buttons.tsx';
import { StatePage } from '../parts/state-page.tsx';
import { signInTexts } from '../texts/studio/access/sign-in.ts';
import { shellTexts } from '../texts/studio/shell.ts';
import { texts } from '../texts/texts.ts';
import { useTitle } from './parts/frame.tsx';
import { usePlace } from './shell/navigation.tsx';
import { InvitationForm, OwnerForm, SignInForm } from './sign-in/forms.tsx';
import type { GateState } from './sign-in/gate-state.ts';
import { GoOn } from './sign-in/go-on.tsx';
import { NeedsOwner } from './sign-in/needs-owner.tsx';
import { OverPage } from './sign-in/over-page.tsx';
import './sign-in/sign-in.css';
import { type GateKeeper, useGate } from './sign-in/use-gate.ts';
import { mayOf, type Who, WhoContext } from './who.tsx';

/**
 * Lets in who is signed in, and shows the sign-in to everybody else. Whose sign-in is over while they work finds it over
 * their page, which goes on when they are back.
 */
export function Gate({ children }: { children: ComponentChildren }) {
  const gate = useGate();
  const { place } = usePlace();
  const { state } = gate;
  if (state.kind !== 'in' && state.kind !== 'over') return <Outside {...gate} state={state} />;
  const { me } = state;
  if (place.kind === 'sign-in' && state.kind === 'in') return <GoOn />;
  const who: Who = { me, may: mayOf(me.role), renew: gate.enter, signOut: gate.signOut };
  return (
    <>
      <div key={me.id} class="studio-beneath" inert={state.kind === 'over'}>
        <WhoContext.Provider value={who}>{children}</WhoContext.Provider>
      </div>
      {state.kind === 'over' && <OverPage me={me} other={state.other} onEnter={gate.enter} />}
    </>
  );
}

type OutsideProps = Omit<GateKeeper, 'state'> & Readonly<{ state: Exclude<GateState, { kind: 'in' | 'over' }> }>;

function Outside({ state, enter, look, arrive }: OutsideProps) {
  useTitle(signInTexts.title);
  const giveUp = (note: string): void => void look(note);
  switch (state.kind) {
    case 'asking':
      return <div class="studio-gate" role="status" aria-busy="true" aria-label={texts.general.loading} />;
    case 'unreachable':
      return (
        <main class="studio-gate">
          <StatePage isPage icon="lost" title={shellTexts.name} text={shellTexts.unreachable}>
            <Button look="primary" onClick={() => void arrive(state.brought)}>
              {texts.general.tryAgain}
            </Button>
          </StatePage>
        </main>
      );
    case 'owner':
      return (
        <main class="studio-gate">
          <OwnerForm token={state.token} onEnter={enter} onGiveUp={giveUp} />
        </main>
      );
    case 'invitation':
      return (
        <main class="studio-gate">
          <InvitationForm token={state.token} onEnter={enter} onGiveUp={giveUp} />
        </main>
      );
    case 'out':
      return (
        <main class="studio-gate">
          <Out {...{ state, enter, look }} />
        </main>
      );
  }
}

type OutProps = Pick<GateKeeper, 'enter' | 'look'> & Readonly<{ state: GateState & { kind: 'out' } }>;

function Out({ state: { offer, note }, enter, look }: OutProps) {
  const [hasAccount, setHasAccount] = useState(false);
  if (offer.needs_owner && !hasAccount && note === null) {
    return <NeedsOwner onLook={() => void look()} onSignIn={() => setHasAccount(true)} />;
  }
  return <SignInForm title={signInTexts.title} {...{ offer, note }} onEnter={enter} />;
}

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../parts/buttons.tsx';
import { StatePage } from '../parts/state-page.tsx';
import { shellTexts } from '../texts/studio/shell.ts';
import { texts } from '../texts/texts.ts';
import { askAt, onSignedOut } from './api/ask.ts';
import { type Me, mayOf, type Who, WhoContext } from './who.tsx';

type State =
  | Readonly<{ kind: 'asking' }>
  | Readonly<{ kind: 'unreachable' }>
  | Readonly<{ kind: 'out' }>
  | Readonly<{ kind: 'in'; me: Me }>;

/** Lets in who is signed in, and shows the sign-in to everybody else. */
export function Gate({ children }: { children: ComponentChildren }) {
  const [state, setState] = useState<State>({ kind: 'asking' });
  const look = async (): Promise<void> => {
    setState({ kind: 'asking' });
    const answer = await askAt<{ person: Me }>('GET /me');
    if (answer.kind === 'ok') setState({ kind: 'in', me: answer.body.person });
    else setState({ kind: answer.kind === 'unreachable' ? 'unreachable' : 'out' });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is there is asked once.
  useEffect(() => {
    void look();
    return onSignedOut(() => setState({ kind: 'out' }));
  }, []);
  switch (state.kind) {
    case 'asking':
      return <div class="studio-gate" role="status" aria-busy="true" aria-label={texts.general.loading} />;
    case 'unreachable':
      return (
        <div class="studio-gate">
          <StatePage isPage icon="lost" title={shellTexts.name} text={shellTexts.unreachable}>
            <Button look="primary" onClick={() => void look()}>
              {texts.general.tryAgain}
            </Button>
          </StatePage>
        </div>
      );
    case 'out':
      return <div class="studio-gate" />;
    case 'in': {
      const signOut = async (): Promise<void> => {
        await askAt('POST /sign-out');
        setState({ kind: 'out' });
      };
      const who: Who = { me: state.me, may: mayOf(state.me.role), signOut };
      return <WhoContext.Provider value={who}>{children}</WhoContext.Provider>;
    }
  }
}

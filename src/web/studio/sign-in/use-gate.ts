import { useEffect, useRef, useState } from 'preact/hooks';
import { shellTexts } from '../../texts/studio/shell.ts';
import { ask, onSignedOut } from '../api/ask.ts';
import { tell } from '../parts/toasts.tsx';
import { mayLeave } from '../shell/navigation.tsx';
import type { Me } from '../who.tsx';
import { type Brought, takeBrought } from './address.ts';
import { arrive, askMe, whoIsThere } from './arrive.ts';
import { type GateState, lookedAgain, over } from './gate-state.ts';

export type GateKeeper = Readonly<{
  state: GateState;
  /** Somebody has signed in, or is known anew. */
  enter: (me: Me) => void;
  /** Lets in whom the address brings. */
  arrive: (brought: Brought | null) => Promise<void>;
  /** Asks who is there. @param note stands above the form when it is nobody. */
  look: (note?: string) => Promise<void>;
  signOut: () => Promise<void>;
}>;

/** So soon a page that nobody touches shows that its sign-in is over, or its person's role another. */
const everyMs = 5_000;

/** Who is there: asked when the page opens, and again and again, for a sign-in can end from elsewhere. */
export function useGate(): GateKeeper {
  const [state, setState] = useState<GateState>({ kind: 'asking' });
  const waiting = useWaiting(state, () => setState((before) => (before.kind === 'in' ? over(before.me) : before)));
  const settled = (next: GateState): void => {
    waiting.settle(next);
    setState(next);
  };
  const enter = (me: Me): void => settled({ kind: 'in', me });
  const begin = async (arriving: Promise<GateState>): Promise<void> => {
    settled({ kind: 'asking' });
    settled(await arriving);
  };
  const signOut = async (): Promise<void> => {
    if (!mayLeave()) return;
    const answer = await ask('signOut');
    if (answer.kind === 'unreachable') tell(shellTexts.unreachable, 'bad');
    else await begin(whoIsThere(null));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is there is asked once, and again for a new link.
  useEffect(() => {
    void begin(arrive(takeBrought()));
    const changed = (): void => {
      const brought = takeBrought();
      if (brought !== null) void begin(arrive(brought));
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  useLooking(state, settled);
  return {
    ...{ state, enter, signOut },
    arrive: (brought) => begin(arrive(brought)),
    look: (note) => begin(whoIsThere(note ?? null)),
  };
}

/** Calls that found nobody signed in wait for who was, and are given up when somebody else comes or they leave. */
function useWaiting(state: GateState, onOver: () => void): Readonly<{ settle: (next: GateState) => void }> {
  const calls = useRef<Readonly<{ me: Me; back: (isBack: boolean) => void }>[]>([]);
  const now = useRef(state);
  now.current = state;
  const told = useRef(onOver);
  told.current = onOver;
  useEffect(
    () =>
      onSignedOut(() => {
        const { current } = now;
        if (current.kind !== 'in' && current.kind !== 'over') return Promise.resolve(false);
        told.current();
        return new Promise((back) => calls.current.push({ me: current.me, back }));
      }),
    [],
  );
  const settle = (next: GateState): void => {
    if (next.kind === 'over') return;
    for (const { me, back } of calls.current.splice(0)) back(next.kind === 'in' && next.me.id === me.id);
  };
  return { settle };
}

function useLooking(state: GateState, settled: (next: GateState) => void): void {
  const now = useRef(state);
  now.current = state;
  const isInside = state.kind === 'in' || state.kind === 'over';
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came meanwhile is read when an answer comes.
  useEffect(() => {
    if (!isInside) return;
    const look = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      const asked = now.current;
      const answer = await askMe();
      // Who came or left meanwhile is known better than by an answer to an earlier question.
      if (now.current !== asked) return;
      const next = lookedAgain(asked, answer);
      if (next !== asked) settled(next);
    };
    const timer = setInterval(() => void look(), everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [isInside]);
}

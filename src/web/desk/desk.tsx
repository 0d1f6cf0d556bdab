import { useEffect, useMemo, useState } from 'preact/hooks';
import type { DeskPerson } from '../../contract/desk-api.ts';
import { Button } from '../parts/buttons.tsx';
import { StatePage } from '../parts/state-page.tsx';
import { texts } from '../texts/texts.ts';
import './desk.css';
import { deskCalls } from './desk-calls.ts';
import { DeskClient } from './desk-client.ts';
import { OwnerForm, SignInForm } from './sign-in.tsx';
import { type EmptyHint, Workspace } from './workspace.tsx';

export type DeskProps = Readonly<{
  /** Whether it is the page: it then names it, and takes its address. */
  isPage?: boolean;
  isShown?: boolean;
  onNews?: () => void;
  emptyHint?: EmptyHint;
  /** Gives a token that signs in by itself, when there is such a thing here. */
  askLink?: () => Promise<string | null>;
}>;

type Gate =
  | Readonly<{ kind: 'checking' }>
  | Readonly<{ kind: 'unreachable'; again: () => Promise<Gate> }>
  | Readonly<{ kind: 'signed-out'; note: string | null }>
  | Readonly<{ kind: 'owner'; token: string }>
  | Readonly<{ kind: 'in'; me: DeskPerson }>;

/** The live agents' desk, behind its sign-in. */
export function Desk({ isPage = true, isShown = true, onNews, emptyHint, askLink }: DeskProps) {
  const [gate, setGate] = useState<Gate>({ kind: 'checking' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is there is asked once, and again for a new link.
  useEffect(() => {
    void whoIsThere(isPage, askLink).then(setGate);
    return isPage ? watchForToken(() => check(() => whoIsThere(isPage, askLink))) : undefined;
  }, []);
  const isIn = gate.kind === 'in';
  useEffect(() => {
    if (isPage && !isIn) document.title = texts.desk.title(0);
  }, [isPage, isIn]);
  const check = (ask: () => Promise<Gate>): void => {
    setGate({ kind: 'checking' });
    void ask().then(setGate);
  };
  const enter = (me: DeskPerson): void => setGate({ kind: 'in', me });
  switch (gate.kind) {
    case 'checking':
      return <div class="desk desk-gate" role="status" aria-busy="true" aria-label={texts.general.loading} />;
    case 'unreachable':
      return (
        <div class="desk desk-gate">
          <StatePage isPage={isPage} icon="lost" title={texts.desk.name} text={texts.general.unreachable}>
            <Button look="primary" onClick={() => check(gate.again)}>
              {texts.general.tryAgain}
            </Button>
          </StatePage>
        </div>
      );
    case 'signed-out':
      return <SignInForm note={gate.note} isPage={isPage} onEnter={enter} />;
    case 'owner':
      return (
        <OwnerForm token={gate.token} onEnter={enter} onGiveUp={(note) => setGate({ kind: 'signed-out', note })} />
      );
    case 'in':
      return (
        <SignedIn
          key={gate.me.id}
          {...{ me: gate.me, isPage, isShown, emptyHint, onNews }}
          onSignedOut={() => setGate({ kind: 'signed-out', note: null })}
        />
      );
  }
}

const tokenInAddress = /^#(setup|link)=(.+)$/;

/** A link may also be pasted into a desk that is open. @returns how to stop. */
function watchForToken(found: () => void): () => void {
  const changed = (): void => {
    if (tokenInAddress.test(location.hash)) found();
  };
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

/** A token in the address is used at once and taken out of it, so that it stays in no history. */
function takeToken(): { setup?: string; link?: string } {
  const [, kind = '', token = ''] = tokenInAddress.exec(location.hash) ?? [];
  if (kind !== '') history.replaceState(null, '', location.pathname + location.search);
  return { [kind]: token };
}

async function whoIsThere(isPage: boolean, askLink: DeskProps['askLink']): Promise<Gate> {
  const { setup, link } = isPage ? takeToken() : {};
  if (setup !== undefined) return { kind: 'owner', token: setup };
  if (link !== undefined) return enterByLink(link);
  const answer = await deskCalls.me();
  if (answer.kind === 'ok') return { kind: 'in', me: answer.body.person };
  if (answer.kind === 'unreachable') return { kind: 'unreachable', again: () => whoIsThere(isPage, askLink) };
  const offered = (await askLink?.()) ?? null;
  return offered === null ? { kind: 'signed-out', note: null } : enterByLink(offered);
}

async function enterByLink(token: string): Promise<Gate> {
  const answer = await deskCalls.signInByLink(token);
  if (answer.kind === 'ok') return { kind: 'in', me: answer.body.person };
  if (answer.kind === 'unreachable') return { kind: 'unreachable', again: () => enterByLink(token) };
  const isTooSoon = answer.kind === 'refused' && answer.status === 429;
  return { kind: 'signed-out', note: isTooSoon ? texts.signIn.slowDown : texts.signIn.wrongLink };
}

type SignedInProps = Readonly<{
  me: DeskPerson;
  isPage: boolean;
  isShown: boolean;
  emptyHint: EmptyHint | undefined;
  onNews: (() => void) | undefined;
  onSignedOut: () => void;
}>;

function SignedIn({ me, isPage, isShown, emptyHint, onNews, onSignedOut }: SignedInProps) {
  const client = useMemo(() => new DeskClient(me), [me]);
  useEffect(() => client.start(), [client]);
  return <Workspace {...{ client, isPage, isShown, emptyHint, onNews, onSignedOut }} />;
}

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
  /** Signs in by itself, when there is such a thing here. @returns whether somebody is in now. */
  letIn?: () => Promise<boolean>;
}>;

type Gate =
  | Readonly<{ kind: 'checking' }>
  | Readonly<{ kind: 'unreachable'; again: () => Promise<Gate> }>
  | Readonly<{ kind: 'signed-out'; note: string | null }>
  | Readonly<{ kind: 'owner'; token: string }>
  /** One signs in there, and comes back. */
  | Readonly<{ kind: 'elsewhere'; at: string }>
  | Readonly<{ kind: 'no-seat'; why: string }>
  | Readonly<{ kind: 'in'; me: DeskPerson }>;

/** The live agents' desk, behind its sign-in. */
export function Desk({ isPage = true, isShown = true, onNews, emptyHint, letIn }: DeskProps) {
  const [gate, setGate] = useState<Gate>({ kind: 'checking' });
  const check = (ask: () => Promise<Gate>): void => {
    setGate({ kind: 'checking' });
    void ask().then(setGate);
  };
  const checkAddress = (): void => check(() => whoIsThere(isPage ? takeToken() : null, letIn));
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is there is asked once, and again for a new link.
  useEffect(() => {
    checkAddress();
    return isPage ? watchForToken(checkAddress) : undefined;
  }, []);
  const isIn = gate.kind === 'in';
  useEffect(() => {
    if (isPage && !isIn) document.title = texts.desk.title(0);
  }, [isPage, isIn]);
  if (gate.kind !== 'in') {
    const enter = (me: DeskPerson): void => setGate({ kind: 'in', me });
    return <Outside {...{ gate, isPage, check, onEnter: enter, onGate: setGate }} />;
  }
  const { me } = gate;
  return (
    <SignedIn
      key={me.id}
      {...{ me, isPage, isShown, emptyHint, onNews }}
      onSignedOut={() => check(() => whoIsThere(null, undefined))}
    />
  );
}

type OutsideProps = Readonly<{
  gate: Exclude<Gate, { kind: 'in' }>;
  isPage: boolean;
  check: (ask: () => Promise<Gate>) => void;
  onEnter: (me: DeskPerson) => void;
  onGate: (gate: Gate) => void;
}>;

/** What stands there while nobody is in. */
function Outside({ gate, isPage, check, onEnter, onGate }: OutsideProps) {
  switch (gate.kind) {
    case 'checking':
      return <Wait />;
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
      return <SignInForm note={gate.note} isPage={isPage} onEnter={onEnter} />;
    case 'owner':
      return (
        <OwnerForm token={gate.token} onEnter={onEnter} onGiveUp={(note) => onGate({ kind: 'signed-out', note })} />
      );
    case 'elsewhere':
      return <Elsewhere at={gate.at} isPage={isPage} />;
    case 'no-seat':
      return (
        <div class="desk desk-gate">
          <StatePage isPage={isPage} icon="person" title={texts.signIn.noSeat} text={gate.why} />
        </div>
      );
  }
}

const Wait = () => <div class="desk desk-gate" role="status" aria-busy="true" aria-label={texts.general.loading} />;

/** A page of its own goes there at once; a part of another one asks first. */
function Elsewhere({ at, isPage }: { at: string; isPage: boolean }) {
  useEffect(() => {
    if (isPage) location.replace(at);
  }, [at, isPage]);
  if (isPage) return <Wait />;
  return (
    <div class="desk desk-gate">
      <StatePage icon="person" title={texts.signIn.title} text={texts.signIn.elsewhere}>
        <Button look="primary" onClick={() => location.assign(at)}>
          {texts.signIn.submit}
        </Button>
      </StatePage>
    </div>
  );
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

type Token = Readonly<{ kind: string; token: string }>;

/** A token in the address is used at once and taken out of it, so that it stays in no history. */
function takeToken(): Token | null {
  const [, kind = '', token = ''] = tokenInAddress.exec(location.hash) ?? [];
  if (kind === '') return null;
  history.replaceState(null, '', location.pathname + location.search);
  return { kind, token };
}

async function whoIsThere(token: Token | null, letIn: DeskProps['letIn']): Promise<Gate> {
  const answer = await deskCalls.me();
  if (answer.kind === 'unreachable') return { kind: 'unreachable', again: () => whoIsThere(token, letIn) };
  if (answer.kind === 'refused') return { kind: 'no-seat', why: answer.message };
  const signInAt = (answer.kind === 'ok' ? answer.body.signInAt : answer.signInAt) ?? null;
  if (token !== null) return follow(token, signInAt);
  if (answer.kind === 'ok') return { kind: 'in', me: answer.body.person };
  if (await letIn?.()) return whoIsThere(null, undefined);
  return signInAt === null ? { kind: 'signed-out', note: null } : { kind: 'elsewhere', at: signInAt };
}

/** A link that points here is carried on to where one signs in. */
function follow({ kind, token }: Token, signInAt: string | null): Gate | Promise<Gate> {
  if (signInAt !== null) return { kind: 'elsewhere', at: `${signInAt}#${kind}=${token}` };
  return kind === 'setup' ? { kind: 'owner', token } : enterByLink(token);
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

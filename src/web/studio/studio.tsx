import { Component, type ComponentChildren } from 'preact';
import { lazy, Suspense } from 'preact/compat';
import { Button } from '../parts/buttons.tsx';
import { StatePage } from '../parts/state-page.tsx';
import { shellTexts } from '../texts/studio/shell.ts';
import { texts } from '../texts/texts.ts';
import { Gate } from './gate.tsx';
import { PageFrame, Skeleton } from './parts/frame.tsx';
import { Toasts } from './parts/toasts.tsx';
import { Navigation } from './shell/nav.tsx';
import { goTo, usePlace } from './shell/navigation.tsx';
import type { Place } from './shell/places.ts';
import './studio.css';
import { type May, useWho } from './who.tsx';

// Each page is loaded when it is first gone to.
const AgentsPage = lazy(async () => (await import('./agents/agents-page.tsx')).AgentsPage);
const EditorPage = lazy(async () => (await import('./editor/editor-page.tsx')).EditorPage);
const SettingsPage = lazy(async () => (await import('./settings/settings-page.tsx')).SettingsPage);
const VersionsPage = lazy(async () => (await import('./versions/versions-page.tsx')).VersionsPage);
const DeliveriesPage = lazy(async () => (await import('./deliveries/deliveries-page.tsx')).DeliveriesPage);
const SessionsPage = lazy(async () => (await import('./logs/sessions-page.tsx')).SessionsPage);
const SessionPage = lazy(async () => (await import('./logs/session-page.tsx')).SessionPage);
const KeysPage = lazy(async () => (await import('./keys/keys-page.tsx')).KeysPage);
const PeoplePage = lazy(async () => (await import('./people/people-page.tsx')).PeoplePage);
const AccountPage = lazy(async () => (await import('./people/account-page.tsx')).AccountPage);

/** The whole studio: who it is, where they are, and the page that belongs there. */
export function Studio() {
  return (
    <>
      <Gate>
        <Inside />
      </Gate>
      <Toasts />
    </>
  );
}

function Inside() {
  const { place, query } = usePlace();
  const { may } = useWho();
  const isNarrow = place.kind === 'agent';
  return (
    <div class="studio" data-place={place.kind}>
      <a class="skip" href="#page">
        {shellTexts.skip}
      </a>
      <Navigation place={place} isNarrow={isNarrow} />
      <main id="page" class="studio-page" tabIndex={-1}>
        <Broken key={JSON.stringify(place)}>
          <Suspense fallback={<Loading />}>{mayOpen(place, may) ? pageOf(place, query) : <NotForRole />}</Suspense>
        </Broken>
      </main>
    </div>
  );
}

function mayOpen({ kind }: Place, may: May): boolean {
  if (kind === 'keys' || kind === 'people') return may.own;
  return may.read || kind === 'account' || kind === 'nowhere';
}

function pageOf(place: Place, query: URLSearchParams): ComponentChildren {
  switch (place.kind) {
    case 'agents':
      return <AgentsPage query={query} />;
    case 'agent':
      return <EditorPage key={place.agentId} agentId={place.agentId} />;
    case 'agent-settings':
      return <SettingsPage key={place.agentId} agentId={place.agentId} />;
    case 'versions':
      return <VersionsPage key={place.agentId} agentId={place.agentId} />;
    case 'deliveries':
      return <DeliveriesPage query={query} />;
    case 'sessions':
      return <SessionsPage query={query} />;
    case 'session':
      return <SessionPage key={place.sessionId} sessionId={place.sessionId} />;
    case 'keys':
      return <KeysPage />;
    case 'people':
      return <PeoplePage />;
    case 'account':
      return <AccountPage />;
    case 'sign-in':
      return <Loading />;
    case 'nowhere':
      return <Nowhere />;
  }
}

const Loading = () => (
  <div class="page-frame" role="status" aria-busy="true" aria-label={texts.general.loading}>
    <Skeleton />
  </div>
);

function Nowhere() {
  return (
    <StatePage isPage icon="info" title={shellTexts.nowhereTitle} text={shellTexts.nowhereText}>
      <Button look="primary" onClick={() => goTo({ kind: 'agents' })}>
        {shellTexts.toAgents}
      </Button>
    </StatePage>
  );
}

function NotForRole() {
  const { me, may } = useWho();
  if (may.read) {
    const text = shellTexts.noAccessText(shellTexts.roles[me.role]);
    return <StatePage isPage icon="info" title={shellTexts.noAccessTitle} text={text} />;
  }
  return (
    <StatePage isPage icon="headset" title={shellTexts.liveAgentOnlyTitle} text={shellTexts.liveAgentOnlyText}>
      <a class="button button-primary" href="/desk">
        {shellTexts.openDesk}
      </a>
    </StatePage>
  );
}

/** A page whose files could not be loaded, or that broke: it says so, and the rest of the studio stays. */
class Broken extends Component<{ children: ComponentChildren }, { isBroken: boolean }> {
  override state = { isBroken: false };

  override componentDidCatch(error: unknown): void {
    reportError(error);
    this.setState({ isBroken: true });
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <PageFrame title={shellTexts.brokenTitle}>
        <StatePage icon="warning" title={shellTexts.brokenTitle} text={shellTexts.brokenText}>
          <Button look="primary" onClick={() => location.reload()}>
            {shellTexts.loadAgain}
          </Button>
        </StatePage>
      </PageFrame>
    );
  }
}

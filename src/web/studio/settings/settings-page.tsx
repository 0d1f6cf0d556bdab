import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { draftTexts } from '../../texts/studio/draft.ts';
import { settingsTexts as words } from '../../texts/studio/settings.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { texts } from '../../texts/texts.ts';
import { AgentPlaces, ToAgents } from '../agents/agent-places.tsx';
import { TodoButton } from '../agents/todo-list.tsx';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { useDraft } from '../draft/use-draft.ts';
import { PageFrame, Skeleton, sentenceOf } from '../parts/frame.tsx';
import { goTo, Link, usePlace } from '../shell/navigation.tsx';
import { useWho } from '../who.tsx';
import { DraftNote, Overtaken } from './draft-note.tsx';
import { EntitiesSection } from './entities/entities-section.tsx';
import { GeneralSection } from './general-section.tsx';
import { IntentsSection } from './intents/intents-section.tsx';
import { ParametersSection } from './parameters/parameters-section.tsx';
import { SecretsSection } from './secrets/secrets-section.tsx';
import { findingsAt, type SectionProps } from './section.ts';
import './settings.css';

type Section = keyof typeof words.section;

/** Everything of a virtual agent that is no node, as its draft has it. */
export function SettingsPage({ agentId }: { agentId: string }) {
  const { client, state } = useDraft(agentId);
  const frame = { above: <ToAgents />, title: words.heading };
  switch (state.kind) {
    case 'loading':
      return (
        <PageFrame {...frame}>
          <div role="status" aria-busy="true" aria-label={texts.general.loading}>
            <Skeleton />
          </div>
        </PageFrame>
      );
    case 'failed':
      return (
        <PageFrame {...frame}>
          <StatePage icon="lost" title={shellTexts.failedTitle} text={sentenceOf(state.failure)}>
            <Button look="primary" onClick={() => void client.open()}>
              {texts.general.tryAgain}
            </Button>
          </StatePage>
        </PageFrame>
      );
    case 'none':
      return (
        <PageFrame {...frame}>
          <StatePage icon="flow" title={draftTexts.noneTitle} text={draftTexts.noneText}>
            <Button look="primary" onClick={() => goTo({ kind: 'agents' })}>
              {shellTexts.toAgents}
            </Button>
          </StatePage>
        </PageFrame>
      );
    case 'open':
      return <Settings agentId={agentId} client={client} state={state} />;
  }
}

type OpenProps = Readonly<{ agentId: string; client: DraftClient; state: OpenDraft }>;

function Settings({ agentId, client, state }: OpenProps) {
  const { may } = useWho();
  const section = useSection(may.design);
  const { definition } = state.editor;
  const name = definition.name || agentId;
  const props: SectionProps = {
    ...{ agentId, definition, findings: state.findings, isLocked: !may.design },
    edit: (edit, what) => client.edit(edit, what === '' ? '' : `settings:${what}`),
    save: async () => (await client.save(true)) !== null,
  };
  return (
    <PageFrame
      title={name}
      above={<ToAgents />}
      lead={may.design ? words.draftLead : words.locked}
      actions={
        may.design && (
          <>
            <TodoButton agentId={agentId} name={name} />
            <DraftNote client={client} state={state} />
          </>
        )
      }
    >
      <AgentPlaces agentId={agentId} here="agent-settings" />
      <Overtaken client={client} state={state} />
      <div class="settings-page">
        <Sections agentId={agentId} here={section} state={state} hasSecrets={may.design} />
        <div class="settings-section">{shown(section, props, state)}</div>
      </div>
    </PageFrame>
  );
}

/** The section that the address names; the first one when it names none. */
function useSection(hasSecrets: boolean): Section {
  const named = usePlace().query.get('section') ?? '';
  const isKnown = Object.hasOwn(words.section, named) && (named !== 'secrets' || hasSecrets);
  return isKnown ? (named as Section) : 'general';
}

function shown(section: Section, props: SectionProps, { published }: OpenDraft): ComponentChildren {
  switch (section) {
    case 'general':
      return <GeneralSection {...props} isPublished={published !== null} />;
    case 'parameters':
      return <ParametersSection {...props} />;
    case 'intents':
      return <IntentsSection {...props} />;
    case 'entities':
      return <EntitiesSection {...props} />;
    case 'secrets':
      return <SecretsSection agentId={props.agentId} />;
  }
}

const pathsOf: Readonly<Record<Section, readonly string[]>> = {
  general: ['name', 'region', 'timeZone', 'webChat', 'allowedOrigins'],
  parameters: ['parameters'],
  intents: ['intents'],
  entities: ['entities'],
  secrets: [],
};

type SectionsProps = Readonly<{ agentId: string; here: Section; state: OpenDraft; hasSecrets: boolean }>;

function Sections({ agentId, here, state, hasSecrets }: SectionsProps) {
  const nav = useRef<HTMLElement>(null);
  // On a phone they lie side by side, and not all of them are seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another section is another link to be seen.
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [here]);
  const sections = (Object.keys(words.section) as Section[]).filter((one) => one !== 'secrets' || hasSecrets);
  return (
    <nav ref={nav} class="settings-sections" aria-label={words.sections}>
      {sections.map((section) => {
        const faults = pathsOf[section].flatMap((path) => findingsAt(state.findings, path)).length;
        return (
          <Link
            key={section}
            to={{ kind: 'agent-settings', agentId }}
            query={`?section=${section}`}
            class="settings-link"
            aria-current={section === here ? 'page' : undefined}
          >
            {words.section[section]}
            {faults > 0 && (
              <span class="settings-faults" title={words.faults(faults)}>
                {faults}
                <span class="only-read-aloud"> {words.faults(faults)}</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}

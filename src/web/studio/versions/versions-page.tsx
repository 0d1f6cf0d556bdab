import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { draftTexts } from '../../texts/studio/draft.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { versionsTexts as words } from '../../texts/studio/versions.ts';
import { AgentPlaces, ToAgents } from '../agents/agent-places.tsx';
import { useAsked } from '../api/use-asked.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { DraftState, OpenDraft } from '../draft/draft-state.ts';
import { useDraft } from '../draft/use-draft.ts';
import { AskedView, PageFrame } from '../parts/frame.tsx';
import { goTo } from '../shell/navigation.tsx';
import { useWho } from '../who.tsx';
import { Compare } from './compare.tsx';
import type { Doing } from './doing.ts';
import { type Listed, listUpTo, pageSize } from './listed.ts';
import { PublishDraft } from './publish-draft.tsx';
import { VersionDialogs } from './version-dialogs.tsx';
import { VersionList } from './version-list.tsx';
import './versions.css';

/** Every version of a virtual agent, the draft, and what changed between any two of them. */
export function VersionsPage({ agentId }: { agentId: string }) {
  const { may } = useWho();
  const { client, state } = useDraft(agentId);
  const [most, setMost] = useState(pageSize);
  const [doing, setDoing] = useState<Doing | null>(null);
  const { asking, again } = useAsked(agentId, () => listUpTo(agentId, most));
  useEffect(() => {
    if (most > pageSize) void again();
  }, [most, again]);
  const newest = asking.kind === 'ready' ? asking.body.versions[0] : undefined;
  const name = (state.kind === 'open' && state.editor.definition.name) || newest?.name || agentId;
  const publish = (
    <Button look="primary" onClick={() => setDoing({ kind: 'publish' })}>
      {words.publish}
    </Button>
  );
  return (
    <PageFrame
      title={name}
      above={<ToAgents />}
      lead={words.lead}
      actions={may.design && draftOf(state) !== null && publish}
    >
      <AgentPlaces agentId={agentId} here="versions" />
      <AskedView asking={asking} again={again}>
        {(listed) => (
          <Inside
            {...{ agentId, client, state, listed, doing, onDo: setDoing, again }}
            onMore={() => setMost(most + pageSize)}
          />
        )}
      </AskedView>
    </PageFrame>
  );
}

/** The draft where there is one, beside what is published. */
const draftOf = (state: DraftState): OpenDraft | null =>
  state.kind === 'open' && state.stored.revision !== null ? state : null;

type InsideProps = Readonly<{
  agentId: string;
  client: DraftClient;
  state: DraftState;
  listed: Listed;
  doing: Doing | null;
  onDo: (doing: Doing | null) => void;
  again: () => Promise<void>;
  onMore: () => void;
}>;

function Inside({ agentId, client, state, listed, doing, onDo, again, onMore }: InsideProps) {
  const compared = useRef<HTMLDivElement>(null);
  if (listed.versions.length === 0 && state.kind === 'none') return <Nobody />;
  const draft = draftOf(state);
  const shared = { agentId, client, versions: listed.versions, draft };
  const close = (): void => onDo(null);
  // Where there is no room beside the list, what changed stands far below it.
  const shown = (): void => {
    if (matchMedia('(max-width: 999px)').matches) compared.current?.scrollIntoView({ block: 'start' });
  };
  const done = async (): Promise<void> => {
    await Promise.all([again(), client.open()]);
  };
  return (
    <div class="versions">
      <VersionList {...shared} hasMore={listed.next !== null} onMore={onMore} onDo={onDo} onShown={shown} />
      <div ref={compared} class="versions-compared">
        <Compare {...shared} />
      </div>
      {doing?.kind === 'publish' && draft && <PublishDraft {...shared} draft={draft} onDone={done} onClose={close} />}
      {doing && doing.kind !== 'publish' && <VersionDialogs {...shared} doing={doing} onDone={done} onClose={close} />}
    </div>
  );
}

function Nobody() {
  return (
    <StatePage icon="flow" title={draftTexts.noneTitle} text={draftTexts.noneText}>
      <Button look="primary" onClick={() => goTo({ kind: 'agents' })}>
        {shellTexts.toAgents}
      </Button>
    </StatePage>
  );
}

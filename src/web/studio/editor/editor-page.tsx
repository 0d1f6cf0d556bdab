import { ReactFlowProvider } from '@xyflow/react';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { draftTexts } from '../../texts/studio/draft.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { texts } from '../../texts/texts.ts';
import { useDraft } from '../draft/use-draft.ts';
import { sentenceOf, useTitle } from '../parts/frame.tsx';
import { goTo } from '../shell/navigation.tsx';
import { Editor } from './editor.tsx';
import './editor.css';
import { NarrowEditor } from './narrow-editor.tsx';

/** The draft of one virtual agent, on a canvas. */
export function EditorPage({ agentId }: { agentId: string }) {
  const { client, state } = useDraft(agentId);
  const isWide = useIsWide();
  useTitle(state.kind === 'open' ? (state.editor.definition.name ?? agentId) : agentId);
  switch (state.kind) {
    case 'loading':
      return (
        <div class="editor editor-loading" role="status" aria-busy="true" aria-label={texts.general.loading}>
          <span class="skeleton" />
          <span class="skeleton" />
          <span class="skeleton" />
        </div>
      );
    case 'none':
      return (
        <StatePage isPage icon="info" title={draftTexts.noneTitle} text={draftTexts.noneText}>
          <Button look="primary" onClick={() => goTo({ kind: 'agents' })}>
            {shellTexts.toAgents}
          </Button>
        </StatePage>
      );
    case 'failed':
      return (
        <StatePage isPage icon="lost" title={shellTexts.failedTitle} text={sentenceOf(state.failure)}>
          <Button look="primary" onClick={() => void client.open()}>
            {texts.general.tryAgain}
          </Button>
        </StatePage>
      );
    case 'open':
      if (!isWide) return <NarrowEditor {...{ agentId, client, draft: state }} />;
      return (
        <ReactFlowProvider>
          <Editor {...{ agentId, client, draft: state }} />
        </ReactFlowProvider>
      );
  }
}

const wide = '(min-width: 900px)';

function useIsWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(wide).matches);
  useEffect(() => {
    const query = matchMedia(wide);
    const changed = (): void => setWide(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return isWide;
}

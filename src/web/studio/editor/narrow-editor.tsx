import { useState } from 'preact/hooks';
import { StatePage } from '../../parts/state-page.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { Tester } from '../tester/tester.tsx';
import { useWho } from '../who.tsx';
import { Overtaken } from './overtaken.tsx';
import { Problems } from './problems.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { TopBar } from './top-bar.tsx';

type Props = Readonly<{ agentId: string; client: DraftClient; draft: OpenDraft }>;
type Open = 'publish' | 'problems' | null;

/** On a phone everything but the canvas: the tester, what is wrong, and publishing. */
export function NarrowEditor({ agentId, client, draft }: Props) {
  const { may } = useWho();
  const [isTesting, setTesting] = useState(false);
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const ignore = (): void => undefined;
  return (
    <div class="editor editor-narrow">
      <TopBar
        {...{ agentId, draft, isTesting, isLocked: !may.design }}
        onTest={() => setTesting(!isTesting)}
        onPublish={() => setOpen('publish')}
        onProblems={() => setOpen('problems')}
      />
      <Overtaken client={client} draft={draft} />
      {isTesting ? (
        <Tester
          agentId={agentId}
          definition={draft.editor.definition}
          save={() => client.save(true)}
          faults={draft.findings.filter(({ severity }) => severity === 'fault').length}
          onTrace={ignore}
          onShowNode={null}
          onClose={() => setTesting(false)}
        />
      ) : (
        <StatePage icon="flow" title={words.narrowTitle} text={words.narrowText} />
      )}
      {open === 'publish' && <PublishDialog {...{ agentId, client, draft }} onShow={ignore} onClose={close} />}
      {open === 'problems' && <Problems findings={draft.findings} onShow={ignore} onClose={close} />}
    </div>
  );
}

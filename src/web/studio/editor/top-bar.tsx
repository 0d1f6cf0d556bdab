import type { ComponentChildren } from 'preact';
import { Button, IconButton } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { draftTexts } from '../../texts/studio/draft.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { Badge } from '../parts/small.tsx';
import { Link } from '../shell/navigation.tsx';

export type TopBarProps = Readonly<{
  agentId: string;
  draft: OpenDraft;
  isLocked: boolean;
  isTesting: boolean;
  onTest: () => void;
  onPublish: () => void;
  onProblems: () => void;
  /** Buttons of the canvas, where there is one. */
  tools?: ComponentChildren;
}>;

/** What is worked on, whether it is kept, what is wrong with it, and what can be done with it. */
export function TopBar({ agentId, draft, isLocked, isTesting, onTest, onPublish, onProblems, tools }: TopBarProps) {
  const { definition } = draft.editor;
  return (
    <header class="top-bar">
      <div class="top-bar-names">
        <Link to={{ kind: 'agents' }} class="top-bar-back" aria-label={words.back} title={words.back}>
          <Icon name="back" />
        </Link>
        <span class="top-bar-words">
          <h1>{definition.name || words.untitled}</h1>
          <KeptState draft={draft} />
        </span>
      </div>
      {tools && <div class="top-bar-tools">{tools}</div>}
      <div class="top-bar-actions">
        <ProblemsButton draft={draft} onProblems={onProblems} />
        <Link
          to={{ kind: 'agent-settings', agentId }}
          class="icon-button icon-button-plain"
          aria-label={words.settings}
          title={words.settings}
        >
          <Icon name="settings" />
        </Link>
        <Link
          to={{ kind: 'versions', agentId }}
          class="icon-button icon-button-plain"
          aria-label={words.versions}
          title={words.versions}
        >
          <Icon name="history" />
        </Link>
        {!isLocked && (
          <>
            <Button aria-pressed={isTesting} onClick={onTest}>
              <Icon name="play" size={18} />
              {words.tester}
            </Button>
            <Button look="primary" onClick={onPublish}>
              {words.publish}
            </Button>
          </>
        )}
      </div>
    </header>
  );
}

/** Whether the draft is kept, in a few words that are read aloud when they change. */
function KeptState({ draft: { saving, stored, published } }: { draft: OpenDraft }) {
  const plain = (): string => {
    if (stored.revision !== null) return `${draftTexts.draft} · ${draftTexts.saved}`;
    return published === null ? draftTexts.neverPublished : draftTexts.publishedUnchanged(published);
  };
  const text = {
    saved: plain,
    dirty: () => draftTexts.unsaved,
    saving: () => draftTexts.saving,
    overtaken: () => draftTexts.unsaved,
    failed: () =>
      saving.kind === 'failed' && saving.failure.kind === 'refused'
        ? draftTexts.refused(saving.failure.message)
        : draftTexts.notSaved,
  }[saving.kind]();
  return (
    <span class="kept-state" role="status" data-state={saving.kind}>
      {text}
    </span>
  );
}

function ProblemsButton({ draft: { findings }, onProblems }: Pick<TopBarProps, 'draft' | 'onProblems'>) {
  const faults = findings.filter(({ severity }) => severity === 'fault').length;
  const tone = faults > 0 ? 'bad' : 'warn';
  if (findings.length === 0) return null;
  return (
    <button type="button" class="problems-button" onClick={onProblems}>
      <Badge tone={tone}>
        <Icon name={faults > 0 ? 'warning' : 'info'} size={16} />
        {words.problems(faults, findings.length - faults)}
      </Badge>
    </button>
  );
}

type ToolsProps = Readonly<{
  canUndo: boolean;
  canRedo: boolean;
  isLocked: boolean;
  onAdd: (button: HTMLElement) => void;
  onUndo: () => void;
  onRedo: () => void;
  onArrange: () => void;
  onSearch: () => void;
  onJson: () => void;
}>;

/** What can be done on the canvas. */
export function CanvasTools({
  canUndo,
  canRedo,
  isLocked,
  onAdd,
  onUndo,
  onRedo,
  onArrange,
  onSearch,
  onJson,
}: ToolsProps) {
  return (
    <>
      {!isLocked && (
        <>
          <Button onClick={({ currentTarget }) => onAdd(currentTarget)}>
            <Icon name="plus" size={18} />
            {words.addNode}
          </Button>
          <IconButton icon="undo" label={words.undo} disabled={!canUndo} onClick={onUndo} />
          <IconButton icon="redo" label={words.redo} disabled={!canRedo} onClick={onRedo} />
          <IconButton icon="arrange" label={words.arrange} onClick={onArrange} />
        </>
      )}
      <IconButton icon="search" label={words.search} onClick={onSearch} />
      <IconButton icon="code" label={words.json} onClick={onJson} />
    </>
  );
}

import { useState } from 'preact/hooks';
import { Button } from '../../../parts/buttons.tsx';
import { agentsTexts as words } from '../../../texts/studio/agents.ts';
import type { AnswerTo } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { goTo } from '../../shell/navigation.tsx';
import type { AgentRow } from '../rows.ts';
import { TodoList } from '../todo-list.tsx';
import { type Beginning, Beginnings, type Template } from './beginnings.tsx';
import { BlankForm, DuplicateForm, type Made, TemplateForm } from './forms.tsx';
import { ImportForm } from './import-form.tsx';
import { ImportReport } from './import-report.tsx';

export type CreateProps = Readonly<{
  rows: readonly AgentRow[];
  templates: readonly Template[];
  /** How it is begun, where that was chosen already. */
  beginning: Beginning | null;
  onClose: () => void;
  /** Something was made; the list is old now. */
  onMade: () => void;
}>;

type Done =
  | Readonly<{ kind: 'made'; made: Made }>
  | Readonly<{ kind: 'imported'; id: string; answer: AnswerTo<'importAgent'> }>;

/** The way to a new virtual agent: how it begins, what it is called, and what is to be done with it then. */
export function CreateDialog({ rows, templates, beginning: chosen, onClose, onMade }: CreateProps) {
  const [beginning, setBeginning] = useState(chosen);
  const [done, setDone] = useState<Done | null>(null);
  if (done?.kind === 'imported') return <ImportReport id={done.id} answer={done.answer} onClose={onClose} />;
  if (done?.kind === 'made') return <MadeDialog made={done.made} onClose={onClose} />;
  if (beginning === null) {
    return (
      <Dialog title={words.chooseTitle} size="wide" onClose={onClose}>
        <Beginnings templates={templates} hasAgents={rows.length > 0} onBegin={setBeginning} heading="h3" />
      </Dialog>
    );
  }
  const dialog = {
    taken: new Set(rows.map(({ id }) => id)),
    onBack: chosen === null ? () => setBeginning(null) : null,
    onClose,
  };
  const made = (draft: Made): void => {
    if (draft.todo === null || draft.todo.tasks.length === 0) return goTo({ kind: 'agent', agentId: draft.id });
    onMade();
    setDone({ kind: 'made', made: draft });
  };
  switch (beginning.kind) {
    case 'blank':
      return <BlankForm {...dialog} onMade={made} />;
    case 'template':
      return <TemplateForm {...dialog} template={beginning.template} onMade={made} />;
    case 'duplicate':
      return <DuplicateForm {...dialog} rows={rows} from={beginning.from} onMade={made} />;
    case 'import': {
      const imported = (id: string, answer: AnswerTo<'importAgent'>): void => {
        onMade();
        setDone({ kind: 'imported', id, answer });
      };
      return <ImportForm {...dialog} onImported={imported} />;
    }
  }
}

/** What a template wants changed, said once and kept as a list. */
function MadeDialog({ made: { id, name }, onClose }: { made: Made; onClose: () => void }) {
  return (
    <Dialog
      title={words.madeTitle(name)}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={() => goTo({ kind: 'agent', agentId: id })}>
          {words.openEditor}
        </Button>
      }
    >
      <p>{words.madeText}</p>
      <TodoList agentId={id} />
      <p class="setting-hint">{words.madeAgain}</p>
    </Dialog>
  );
}

import { useMemo, useState } from 'preact/hooks';
import { agentsTexts as words } from '../../../texts/studio/agents.ts';
import { ChoiceSetting } from '../../parts/fields.tsx';
import type { AgentRow } from '../rows.ts';
import { keepTodo, type Todo } from '../todo.ts';
import type { Template } from './beginnings.tsx';
import { DetailsDialog, type FormProps, useMaking } from './details.tsx';
import { makeCopy, makeDraft, makeFromTemplate } from './make.ts';
import { IdField, NameField, useNaming } from './naming.tsx';

/** A draft that was just made. */
export type Made = Readonly<{ id: string; name: string; todo: Todo | null }>;

type Props = FormProps & Readonly<{ onMade: (made: Made) => void }>;

const submit = { submit: words.make, busy: words.making };

export function BlankForm({ taken, onMade, ...dialog }: Props) {
  const naming = useNaming(words.blankName, taken);
  const name = naming.name.trim();
  const making = useMaking(
    naming,
    () => makeDraft(naming.id, { name, nodes: {} }),
    () => onMade({ id: naming.id, name, todo: null }),
  );
  return (
    <DetailsDialog title={words.blankTitle} making={making} {...submit} {...dialog}>
      <NameField naming={naming} />
      <IdField naming={naming} />
    </DetailsDialog>
  );
}

export function TemplateForm({ template, taken, onMade, ...dialog }: Props & Readonly<{ template: Template }>) {
  const naming = useNaming(template.title, taken);
  const name = naming.name.trim();
  const todo = { template: template.title, tasks: template.todo.map((text) => ({ text, isDone: false })) };
  const making = useMaking(
    naming,
    () => makeFromTemplate(template.name, naming.id, name),
    () => {
      keepTodo(naming.id, todo);
      onMade({ id: naming.id, name, todo });
    },
  );
  return (
    <DetailsDialog title={words.templateTitle(template.title)} making={making} {...submit} {...dialog}>
      <p>{template.description}</p>
      <NameField naming={naming} />
      <IdField naming={naming} />
      {template.todo.length > 0 && (
        <div class="setting">
          <h3 class="setting-label">{words.todo}</h3>
          <ul class="todo-plain">
            {template.todo.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
    </DetailsDialog>
  );
}

export function DuplicateForm({
  rows,
  from: chosen,
  taken,
  onMade,
  ...dialog
}: Props & Readonly<{ rows: readonly AgentRow[]; from: string | null }>) {
  const [fromId, setFrom] = useState(chosen ?? rows[0]?.id ?? '');
  const row = rows.find(({ id }) => id === fromId);
  const [what, setWhat] = useState<'version' | 'draft'>('draft');
  const source = row?.draft == null ? 'version' : row.published === null ? 'draft' : what;
  const naming = useNaming(words.copyOf(row?.name ?? fromId), taken);
  const name = naming.name.trim();
  const making = useMaking(
    naming,
    () => makeCopy({ id: fromId, what: source }, naming.id, name),
    () => onMade({ id: naming.id, name, todo: null }),
  );
  const options = useMemo(
    () => rows.map(({ id, name: title }) => ({ value: id, label: title === null ? id : `${title} · ${id}` })),
    [rows],
  );
  return (
    <DetailsDialog title={words.duplicateTitle} making={making} {...submit} {...dialog}>
      <ChoiceSetting label={words.from} value={fromId} options={options} onValue={setFrom} />
      {row?.published && row.draft && (
        <ChoiceSetting
          label={words.fromWhat}
          value={what}
          options={[
            { value: 'draft', label: words.fromDraft },
            { value: 'version', label: words.fromVersion(row.published.version) },
          ]}
          onValue={setWhat}
        />
      )}
      <NameField naming={naming} />
      <IdField naming={naming} />
    </DetailsDialog>
  );
}

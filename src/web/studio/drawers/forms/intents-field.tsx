import { useState } from 'preact/hooks';
import { systemIntents } from '../../../../core/understanding.ts';
import { Button } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import type { DraftIntent } from '../../draft/definition.ts';
import type { Edit } from '../../draft/edit.ts';
import { type CheckGroup, Checklist } from '../pieces/checklist.tsx';
import { useForm } from '../pieces/form.tsx';
import { listOf, nodeWith, strangeIn, stringsOf, toggledIn } from '../reading.ts';
import { NewIntent } from './new-intent.tsx';

const system: readonly string[] = systemIntents;

const declareIntent =
  (intent: DraftIntent): Edit =>
  (before) => ({ ...before, intents: [...(before.intents ?? []), intent] });

/** The flow's own, those that are named and not declared, and the system's. */
function groupsOf(declared: readonly DraftIntent[], chosen: readonly unknown[]): readonly CheckGroup[] {
  // A flow may add examples to the system's intents; they are offered once.
  const own = declared.filter(({ name }) => !system.includes(name));
  const known = new Set([...system, ...own.map(({ name }) => name)]);
  const undeclared = [...new Set(stringsOf(chosen))].filter((name) => !known.has(name));
  return [
    {
      title: drawerTexts.intentsOwn,
      items: own.map(({ name, examples }) => ({
        value: name,
        label: name,
        note: drawerTexts.examples(examples.length),
      })),
    },
    { title: drawerTexts.intentsUndeclared, items: undeclared.map((name) => ({ value: name, label: name })) },
    {
      title: drawerTexts.intentsSystem,
      items: systemIntents.map((name) => ({ value: name, label: drawerTexts.systemIntents[name], note: name })),
    },
  ].filter(({ items }) => items.length > 0);
}

/** What end users may want here. */
export function IntentsField({ hint }: { hint: string }) {
  const { node, definition, update, editWith, isLocked } = useForm();
  const [isAsking, setAsking] = useState(false);
  const chosen = listOf(node.intents);
  const declared = definition.intents ?? [];
  return (
    <>
      <Checklist
        path="intents"
        label={drawerTexts.intents}
        hint={hint}
        strange={strangeIn(node.intents, Array.isArray)}
        groups={groupsOf(declared, chosen)}
        chosen={chosen}
        empty=""
        onToggle={(name) =>
          update((now) => nodeWith(now, { intents: toggledIn(listOf(now.intents), name) }), 'intents')
        }
        foot={
          <span>
            <Button look="plain" disabled={isLocked} onClick={() => setAsking(true)}>
              {drawerTexts.newIntent}
            </Button>
          </span>
        }
      />
      {isAsking && (
        <NewIntent
          taken={[...system, ...declared.map(({ name }) => name)]}
          onClose={() => setAsking(false)}
          onDeclare={(intent) => {
            setAsking(false);
            editWith(declareIntent(intent), (now) =>
              nodeWith(now, { intents: [...new Set([...listOf(now.intents), intent.name])] }),
            );
          }}
        />
      )}
    </>
  );
}

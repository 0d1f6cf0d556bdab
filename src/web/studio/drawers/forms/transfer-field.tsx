import { useState } from 'preact/hooks';
import { systemParameterNames } from '../../../../core/flow/parameters.ts';
import { Button } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import type { Definition } from '../../draft/definition.ts';
import { declareParameter } from '../../draft/edit.ts';
import { declaredGroups, type GroupOfNames } from '../parameters.ts';
import { type CheckGroup, Checklist } from '../pieces/checklist.tsx';
import { useForm } from '../pieces/form.tsx';
import { NewParameter } from '../pieces/new-parameter.tsx';
import { listOf, nodeWith, orNothing, strangeIn, stringsOf, toggledIn } from '../reading.ts';

const field = 'transferParameters';

/** Those that are declared, and those that are named although nobody declared them. */
function groupsOf(definition: Definition, chosen: readonly unknown[], withSystem: boolean): readonly CheckGroup[] {
  const declared: readonly GroupOfNames[] = [
    ...declaredGroups(definition),
    ...(withSystem ? [{ group: 'system' as const, names: systemParameterNames }] : []),
  ];
  const known = new Set(declared.flatMap(({ names }) => names));
  const undeclared = [...new Set(stringsOf(chosen))].filter((name) => !known.has(name));
  return [...declared, { group: 'undeclared' as const, names: undeclared }]
    .filter(({ names }) => names.length > 0)
    .map(({ group, names }) => ({
      title: drawerTexts.groups[group],
      items: names.map((name) => ({ value: name, label: name })),
    }));
}

/** Which parameters others are told. @param withSystem whether those that Baton fills have to be chosen, too. */
export function TransferField({ hint, withSystem = false }: { hint: string; withSystem?: boolean }) {
  const { node, definition, set, update, editWith, isLocked } = useForm();
  const [isAsking, setAsking] = useState(false);
  const chosen = listOf(node[field]);
  return (
    <>
      <Checklist
        path={field}
        label={routingTexts.transfer}
        hint={hint}
        strange={strangeIn(node[field], Array.isArray)}
        groups={groupsOf(definition, chosen, withSystem)}
        chosen={chosen}
        empty={routingTexts.transferEmpty}
        onToggle={(name) =>
          update((now) => nodeWith(now, { [field]: orNothing(toggledIn(listOf(now[field]), name)) }), field)
        }
        onAll={(names) => set({ [field]: orNothing(names) }, field)}
        foot={
          <span>
            <Button look="plain" disabled={isLocked} onClick={() => setAsking(true)}>
              {drawerTexts.newParameter}
            </Button>
          </span>
        }
      />
      {isAsking && (
        <NewParameter
          onClose={() => setAsking(false)}
          onDeclare={(parameter) => {
            setAsking(false);
            editWith(declareParameter(parameter), (now) =>
              nodeWith(now, { [field]: [...listOf(now[field]), parameter.name] }),
            );
          }}
        />
      )}
    </>
  );
}

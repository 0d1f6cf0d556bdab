import { useState } from 'preact/hooks';
import { systemParameterNames } from '../../../../core/flow/parameters.ts';
import { Button } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { declareParameter } from '../../draft/edit.ts';
import { declaredGroups, type GroupOfNames } from '../parameters.ts';
import { Checklist } from '../pieces/checklist.tsx';
import { useForm } from '../pieces/form.tsx';
import { NewParameter } from '../pieces/new-parameter.tsx';
import { listOf, nodeWith, orNothing, strangeIn, stringsOf, toggledIn } from '../reading.ts';

const field = 'transferParameters';

/** Which parameters others are told. @param withSystem whether those that Baton fills have to be chosen, too. */
export function TransferField({ hint, withSystem = false }: { hint: string; withSystem?: boolean }) {
  const { node, definition, set, editWith, isLocked } = useForm();
  const [isAsking, setAsking] = useState(false);
  const chosen = listOf(node[field]);
  const declared: readonly GroupOfNames[] = [
    ...declaredGroups(definition),
    ...(withSystem ? [{ group: 'system' as const, names: systemParameterNames }] : []),
  ];
  const known = new Set(declared.flatMap(({ names }) => names));
  const undeclared = [...new Set(stringsOf(chosen))].filter((name) => !known.has(name));
  const groups = [...declared, { group: 'undeclared' as const, names: undeclared }]
    .filter(({ names }) => names.length > 0)
    .map(({ group, names }) => ({
      title: drawerTexts.groups[group],
      items: names.map((name) => ({ value: name, label: name })),
    }));
  return (
    <>
      <Checklist
        path={field}
        label={routingTexts.transfer}
        hint={hint}
        strange={strangeIn(node[field], Array.isArray)}
        groups={groups}
        chosen={chosen}
        empty={routingTexts.transferEmpty}
        onToggle={(name) => set({ [field]: orNothing(toggledIn(chosen, name)) }, field)}
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
            const add = [...chosen, parameter.name];
            editWith(declareParameter(parameter), (before) => nodeWith(before, { [field]: add }));
          }}
        />
      )}
    </>
  );
}

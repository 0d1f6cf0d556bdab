import { fixedOutputs } from '../../../../core/flow/node-outputs.ts';
import { Button, IconButton } from '../../../parts/buttons.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import type { DraftNode } from '../../draft/definition.ts';
import { freeId } from '../../draft/edit.ts';
import { useForm } from '../pieces/form.tsx';
import { NameControl } from '../pieces/name-control.tsx';
import { SettingGroup } from '../pieces/setting.tsx';
import {
  type Fields,
  fieldsOf,
  isObject,
  listOf,
  movedAt,
  nodeWith,
  replacedAt,
  strangeIn,
  textOf,
  withFields,
} from '../reading.ts';
import { RuleControl } from './rule-control.tsx';
import { newComparison, unwrapped } from './rules.ts';

const words = kindTexts.conditions;
const conditionsOf = (node: DraftNode): readonly unknown[] => listOf(node.conditions);
const withConditions = (node: DraftNode, conditions: readonly unknown[]): DraftNode => nodeWith(node, { conditions });

const outputsIn = (conditions: readonly unknown[]): readonly string[] =>
  conditions.map((condition) => textOf(fieldsOf(condition).output));

/** Outputs in their order, each with what it stands for. */
export function ConditionsForm() {
  const { node, update, isLocked } = useForm();
  const conditions = conditionsOf(node);
  const add = (): void =>
    update((before) => {
      const taken = Object.fromEntries(
        [...outputsIn(conditionsOf(before)), ...fixedOutputs.conditions].map((name) => [name, true]),
      );
      const condition = { output: freeId(taken, words.newOutput), when: newComparison };
      return withConditions(before, [...conditionsOf(before), condition]);
    }, '');
  return (
    <SettingGroup
      path="conditions"
      label={words.list}
      hint={words.listHint}
      strange={strangeIn(node.conditions, Array.isArray)}
    >
      <ol class="drawer-cards">
        {conditions.map((condition, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions are told apart by their place.
          <li key={index} class="drawer-card">
            <Condition condition={condition} index={index} count={conditions.length} />
          </li>
        ))}
      </ol>
      {conditions.length < 50 && (
        <span>
          <Button disabled={isLocked} onClick={add}>
            <Icon name="plus" size={16} />
            {words.add}
          </Button>
        </span>
      )}
    </SettingGroup>
  );
}

type ConditionProps = Readonly<{ condition: unknown; index: number; count: number }>;

function Condition({ condition, index, count }: ConditionProps) {
  const { node, update } = useForm();
  const path = `conditions.${index}`;
  const name = words.condition(index + 1);
  const { output, when } = fieldsOf(condition);
  const put = (before: DraftNode, next: (condition: Fields) => Fields): DraftNode => {
    const all = conditionsOf(before);
    const now = fieldsOf(all[index]);
    return withConditions(before, replacedAt(all, index, withFields(now, next(now))));
  };
  const rename = (wanted: string): string | null => {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(wanted)) return words.outputFaults.form;
    const others = outputsIn(conditionsOf(node).toSpliced(index, 1));
    if ([...others, ...fixedOutputs.conditions].includes(wanted)) return words.outputFaults.taken;
    update((before) => put(before, () => ({ output: wanted })), `${path}.output`);
    return null;
  };
  return (
    <SettingGroup path={path} label={name} isBare strange={strangeIn(condition, isObject)}>
      <div class="drawer-card-head">
        <span class="drawer-card-title">{name}</span>
        <Order index={index} count={count} name={name} />
      </div>
      <NameControl
        path={`${path}.output`}
        label={words.output}
        hint={index === 0 ? words.outputHint : undefined}
        name={textOf(output)}
        onName={rename}
      />
      <p class="setting-label">{words.when}</p>
      <RuleControl
        rule={when}
        path={`${path}.when`}
        label={name}
        depth={1}
        put={(before, next) => put(before, (now) => ({ when: unwrapped(next(now.when)) }))}
      />
    </SettingGroup>
  );
}

/** Moves a condition, or takes it away. */
function Order({ index, count, name }: Readonly<{ index: number; count: number; name: string }>) {
  const { update, isLocked } = useForm();
  const move = (step: -1 | 1): void =>
    update((before) => withConditions(before, movedAt(conditionsOf(before), index, step)), '');
  const remove = (): void =>
    update((before) => withConditions(before, replacedAt(conditionsOf(before), index, undefined)), '');
  return (
    <span class="drawer-buttons">
      <IconButton
        icon="raise"
        label={drawerTexts.moveUp(name)}
        disabled={isLocked || index === 0}
        onClick={() => move(-1)}
      />
      <IconButton
        icon="down"
        label={drawerTexts.moveDown(name)}
        disabled={isLocked || index === count - 1}
        onClick={() => move(1)}
      />
      <IconButton icon="trash" label={drawerTexts.removeRow(name)} disabled={isLocked} onClick={remove} />
    </span>
  );
}

import { comparisonOperators } from '../../../../core/flow/conditions.ts';
import { Button, IconButton } from '../../../parts/buttons.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import type { DraftNode } from '../../draft/definition.ts';
import { ChoiceControl } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { ParameterControl } from '../pieces/parameter-control.tsx';
import { Note, SettingGroup } from '../pieces/setting.tsx';
import { TemplateControl } from '../pieces/template-control.tsx';
import { TextList } from '../pieces/text-list.tsx';
import { type Fields, fieldsOf, isObject, isText, rowsOf, strangeIn, textOf, withFields } from '../reading.ts';
import {
  deepestGroup,
  type GroupKind,
  groupOf,
  mayIgnoreCase,
  newComparison,
  takesSeveral,
  takesValue,
  withAnother,
  withInner,
  withKind,
  withOperator,
} from './rules.ts';

const words = kindTexts.conditions;

type RuleProps = Readonly<{
  rule: unknown;
  /** Of the rule within the node. */
  path: string;
  /** What it belongs to, for whoever does not see it. */
  label: string;
  /** 1 for the outermost. */
  depth: number;
  /** Makes the node with another rule here. @param next makes the rule; undefined takes it away. */
  put: (node: DraftNode, next: (rule: unknown) => unknown) => DraftNode;
}>;

/** A comparison, or a group of rules in which others may lie. */
export function RuleControl(props: RuleProps) {
  return groupOf(props.rule) === null ? <Comparison {...props} /> : <Group {...props} />;
}

const kinds = (['all', 'any'] as const).map((value) => ({ value, label: words.groups[value] }));

function Group({ rule, path, label, depth, put }: RuleProps) {
  const { update } = useForm();
  const group = groupOf(rule);
  if (group === null) return null;
  return (
    <div class="drawer-group" data-depth={depth}>
      <div class="drawer-line">
        <ChoiceControl<GroupKind>
          path={path}
          label={words.of(words.group, label)}
          isBare
          value={group.kind}
          options={kinds}
          onValue={(kind) => update((node) => put(node, (now) => withKind(now, kind)), path)}
        />
        {depth > 1 && <RemoveRule path={path} label={words.of(words.group, label)} put={put} />}
      </div>
      <ul class="drawer-rules">
        {group.inner.map((inner, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules are told apart by their place.
          <li key={index}>
            <RuleControl
              rule={inner}
              path={`${path}.${group.kind}.${index}`}
              label={`${label}.${index + 1}`}
              depth={depth + 1}
              put={(node, next) => put(node, (now) => withInner(now, index, next))}
            />
          </li>
        ))}
      </ul>
      <AddRule rule={rule} path={path} label={label} depth={depth} put={put} />
    </div>
  );
}

/** Adds to a group; a comparison that gets company becomes a group. */
function AddRule({ label, depth, put }: RuleProps) {
  const { update, isLocked } = useForm();
  const add = (another: unknown): void => update((node) => put(node, (now) => withAnother(now, another)), '');
  return (
    <span class="drawer-buttons">
      <Button
        look="plain"
        disabled={isLocked}
        aria-label={words.addComparisonTo(label)}
        onClick={() => add(newComparison)}
      >
        <Icon name="plus" size={16} />
        {words.addComparison}
      </Button>
      {depth < deepestGroup && (
        <Button
          look="plain"
          disabled={isLocked}
          aria-label={words.addGroupTo(label)}
          onClick={() => add({ any: [newComparison] })}
        >
          <Icon name="plus" size={16} />
          {words.addGroup}
        </Button>
      )}
    </span>
  );
}

function RemoveRule({ path, label, put }: Pick<RuleProps, 'path' | 'label' | 'put'>) {
  const { update, isLocked } = useForm();
  return (
    <IconButton
      icon="trash"
      label={drawerTexts.removeRow(label)}
      disabled={isLocked}
      onClick={() => update((node) => put(node, () => undefined), path)}
    />
  );
}

const operators = comparisonOperators.map((value) => ({ value, label: words.operators[value] }));
const isOperator = (value: unknown): boolean => (comparisonOperators as readonly unknown[]).includes(value);

function Comparison(props: RuleProps) {
  const { rule, path, label, depth, put } = props;
  const { update } = useForm();
  const comparison = fieldsOf(rule);
  const operator = textOf(comparison.operator) || 'equals';
  const of = (part: string): string => words.of(part, label);
  const change = (next: (now: Fields) => Fields, what: string): void =>
    update((node) => put(node, (now) => next(fieldsOf(now))), `${path}.${what}`);
  return (
    <SettingGroup path={path} label={of(words.comparison)} isBare>
      {!isObject(rule) && rule !== undefined && <Note tone="warning">{words.strange(JSON.stringify(rule))}</Note>}
      <div class="drawer-line">
        <ParameterControl
          path={`${path}.parameter`}
          label={of(words.parameter)}
          isBare
          withSystem
          value={comparison.parameter}
          put={(node, parameter) => put(node, (now) => withFields(fieldsOf(now), { parameter }))}
        />
        {depth > 1 && <RemoveRule path={path} label={of(words.comparison)} put={put} />}
      </div>
      <div class="drawer-compared">
        <ChoiceControl
          path={`${path}.operator`}
          label={of(words.operator)}
          isBare
          value={isOperator(operator) ? operator : 'equals'}
          strange={strangeIn(comparison.operator, isOperator)}
          options={operators}
          onValue={(next) => change((now) => withOperator(now, next), 'operator')}
        />
        {takesValue(operator) && <Value path={`${path}.value`} comparison={comparison} label={label} change={change} />}
      </div>
      {(mayIgnoreCase(operator) || comparison.ignoreCase !== undefined) && (
        <IgnoreCase comparison={comparison} change={change} />
      )}
      {depth === 1 && <AddRule {...props} />}
    </SettingGroup>
  );
}

type PartProps = Readonly<{
  comparison: Fields;
  change: (next: (now: Fields) => Fields, what: string) => void;
}>;

function Value({ path, comparison, label, change }: PartProps & Readonly<{ path: string; label: string }>) {
  const { operator, value } = comparison;
  if (takesSeveral(textOf(operator)) || Array.isArray(value)) {
    return (
      <TextList
        path={path}
        label={words.of(words.values, label)}
        one={words.of(words.value, label)}
        isBare
        most={100}
        rows={rowsOf(value)}
        strange={strangeIn(value, (one) => isText(one) || Array.isArray(one))}
        onRows={(next) => change((now) => withFields(now, { value: next(rowsOf(now.value)) }), 'value')}
      />
    );
  }
  return (
    <TemplateControl
      path={path}
      label={words.of(operator === 'matches' ? words.pattern : words.value, label)}
      isBare
      isLine
      placeholder={operator === 'matches' ? words.pattern : words.value}
      value={value}
      onValue={(text) => change((now) => withFields(now, { value: text }), 'value')}
    />
  );
}

function IgnoreCase({ comparison, change }: PartProps) {
  const { isLocked } = useForm();
  return (
    <label class="drawer-check">
      <input
        type="checkbox"
        checked={comparison.ignoreCase === true}
        disabled={isLocked}
        onChange={({ currentTarget: { checked } }) =>
          change((now) => withFields(now, { ignoreCase: checked ? true : undefined }), 'ignoreCase')
        }
      />
      <span>{words.ignoreCase}</span>
    </label>
  );
}

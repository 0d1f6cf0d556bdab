import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import { nodeWords } from '../../../texts/studio/nodes.ts';
import { declaredIn } from '../parameters.ts';
import { ChoiceControl, ChoiceField, NumberField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { ParameterField } from '../pieces/parameter-control.tsx';
import { TemplateControl } from '../pieces/template-control.tsx';
import { TextList } from '../pieces/text-list.tsx';
import { isText, isTextOrList, nodeWith, rowsOf, strangeIn, textOf } from '../reading.ts';

const words = kindTexts.set;

export function SetParameterForm() {
  const { node, definition } = useForm();
  const keepsSeveral = declaredIn(definition, textOf(node.parameter))?.multi === true;
  return (
    <>
      <ParameterField label={words.parameter} hint={words.parameterHint} />
      <ChoiceField
        field="operation"
        label={words.operation}
        hint={words.operationHint}
        usual="set"
        words={words.operations}
        except={keepsSeveral ? [] : ['append']}
      />
      {(node.operation !== 'clear' || node.value !== undefined) && <ValueField keepsSeveral={keepsSeveral} />}
    </>
  );
}

/** One value, or several where the parameter keeps several or the draft has them already. */
function ValueField({ keepsSeveral }: { keepsSeveral: boolean }) {
  const { node, set, update } = useForm();
  const { value } = node;
  if (!keepsSeveral && !Array.isArray(value)) {
    return (
      <TemplateControl
        path="value"
        label={words.value}
        hint={words.valueHint}
        value={value}
        strange={strangeIn(value, isText)}
        onValue={(text) => set({ value: text }, 'value')}
      />
    );
  }
  return (
    <TextList
      path="value"
      label={words.values}
      one={words.value}
      hint={words.valueHint}
      most={100}
      rows={rowsOf(value)}
      strange={strangeIn(value, isTextOrList)}
      onRows={(next) => update((now) => nodeWith(now, { value: next(rowsOf(now.value)) }), 'value')}
    />
  );
}

export function CounterForm() {
  const own = kindTexts.counter;
  return (
    <>
      <ParameterField label={own.parameter} hint={own.parameterHint} />
      <NumberField field="limit" label={own.limit} hint={own.limitHint} min={1} max={1_000_000} step={1} />
    </>
  );
}

export const ResetCounterForm = () => (
  <ParameterField label={kindTexts.counter.parameter} hint={kindTexts.counter.resetHint} />
);

export function SubFlowForm() {
  const own = kindTexts.subFlow;
  const { node, definition, id, set } = useForm();
  const start = textOf(node.start);
  const others = Object.entries(definition.nodes).filter(([other]) => other !== id || other === start);
  const isGone = start !== '' && !Object.hasOwn(definition.nodes, start);
  return (
    <ChoiceControl
      path="start"
      label={own.start}
      hint={own.startHint}
      value={start}
      strange={strangeIn(node.start, isText)}
      options={[
        { value: '', label: own.choose, disabled: true },
        ...(isGone ? [{ value: start, label: drawerTexts.gone(start) }] : []),
        ...others.map(([other, { type }]) => ({ value: other, label: drawerTexts.node(other, nodeWords(type).title) })),
      ]}
      onValue={(chosen) => set({ start: chosen }, 'start')}
    />
  );
}

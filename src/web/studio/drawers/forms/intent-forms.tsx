import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import { ChoiceControl, NumberField, ToggleField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { ParameterField } from '../pieces/parameter-control.tsx';
import { TemplateField } from '../pieces/template-control.tsx';
import { IntentsField } from './intents-field.tsx';
import { RetryFields } from './retry-fields.tsx';

const words = kindTexts.classification;

function ScoreField({ hint, usual }: { hint: string; usual: number }) {
  return (
    <NumberField
      field="minScore"
      label={words.minScore}
      hint={hint}
      optional
      usual={usual}
      min={0}
      max={1}
      step={0.05}
    />
  );
}

export function ClassificationForm() {
  const { node, set } = useForm();
  const readsText = node.text !== undefined;
  return (
    <>
      <IntentsField hint={words.intentsHint} />
      <ChoiceControl
        path="#source"
        label={words.source}
        hint={words.sourceHint}
        value={readsText ? 'text' : 'answer'}
        options={[
          { value: 'answer', label: words.sources.answer },
          { value: 'text', label: words.sources.text },
        ]}
        onValue={(source) => set({ text: source === 'text' ? '' : undefined }, 'text')}
      />
      {readsText ? (
        <TemplateField field="text" label={words.text} hint={words.textHint} />
      ) : (
        <>
          <TemplateField
            field="prompt"
            label={kindTexts.ask.prompt}
            hint={`${kindTexts.ask.promptHint} ${drawerTexts.templateHint}`}
            optional
          />
          <RetryFields />
        </>
      )}
      <ScoreField hint={words.minScoreHint} usual={0.5} />
      <ParameterField label={words.parameter} hint={words.parameterHint} optional />
    </>
  );
}

export function ContextSwitchForm() {
  const own = kindTexts.contextSwitch;
  return (
    <>
      <IntentsField hint={own.intentsHint} />
      <ScoreField hint={own.minScoreHint} usual={0.7} />
      <ToggleField field="returns" usual={false} label={own.returns} hint={own.returnsHint} />
    </>
  );
}

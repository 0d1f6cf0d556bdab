import { defaultHistory } from '../../../../core/flow/asking.ts';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { CodeArea } from '../pieces/code-area.tsx';
import { NumberField, TextField, ToggleField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { ParameterField } from '../pieces/parameter-control.tsx';
import { Fold, Setting } from '../pieces/setting.tsx';
import { Counter, TemplateField } from '../pieces/template-control.tsx';
import { isText, strangeIn, textOf } from '../reading.ts';
import { CredentialField, TimeoutField } from './calling-fields.tsx';
import { TransferField } from './transfer-field.tsx';

const longestCode = 65_536;

export function CustomCodeForm() {
  const { node, set } = useForm();
  const words = kindTexts.code;
  const code = textOf(node.code);
  return (
    <>
      <Setting
        path="code"
        label={words.code}
        hint={`${words.codeHint} ${drawerTexts.tabHint}`}
        strange={strangeIn(node.code, isText)}
      >
        {(described) => (
          <>
            <CodeArea described={described} value={code} onValue={(text) => set({ code: text }, 'code')} rows={12} />
            <Counter text={code} most={longestCode} />
          </>
        )}
      </Setting>
      <TimeoutField hint={words.timeoutHint} usual={1} most={5} />
    </>
  );
}

export function GenerativeAiForm() {
  const words = kindTexts.model;
  return (
    <>
      <TextField
        field="url"
        type="url"
        isCode
        label={words.url}
        hint={words.urlHint}
        placeholder="https://api.openai.com/v1"
      />
      <TextField field="model" label={words.model} hint={words.modelHint} isCode />
      <CredentialField />
      <TemplateField
        field="instructions"
        label={words.instructions}
        hint={`${words.instructionsHint} ${drawerTexts.templateHint}`}
        rows={6}
        most={32_768}
      />
      <ToggleField field="say" usual label={words.say} hint={words.sayHint} />
      <ParameterField label={words.parameter} hint={words.parameterHint} optional />
      <FinerModelSettings />
    </>
  );
}

function FinerModelSettings() {
  const words = kindTexts.model;
  return (
    <Fold title={drawerTexts.moreSettings} paths={['history', 'maxTokens', 'temperature', 'timeout']}>
      <NumberField
        field="history"
        label={words.history}
        hint={words.historyHint}
        optional
        usual={defaultHistory}
        min={0}
        max={100}
        step={1}
      />
      <NumberField
        field="maxTokens"
        label={words.maxTokens}
        hint={words.maxTokensHint}
        optional
        unit={words.tokens}
        min={1}
        max={100_000}
        step={1}
      />
      <NumberField
        field="temperature"
        label={words.temperature}
        hint={words.temperatureHint}
        optional
        min={0}
        max={2}
        step={0.1}
      />
      <TimeoutField hint={words.timeoutHint} usual={20} most={60} />
    </Fold>
  );
}

export function ExternalBotForm() {
  const words = kindTexts.bot;
  return (
    <>
      <TextField
        field="url"
        type="url"
        isCode
        label={words.url}
        hint={words.urlHint}
        placeholder={routingTexts.address}
      />
      <CredentialField />
      <TransferField hint={routingTexts.transferBotHint} withSystem />
      <TimeoutField hint={words.timeoutHint} usual={10} most={30} />
    </>
  );
}

import { systemEntities } from '../../../../core/understanding.ts';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import { ToggleField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { ParameterField } from '../pieces/parameter-control.tsx';
import { Setting } from '../pieces/setting.tsx';
import { TemplateField } from '../pieces/template-control.tsx';
import { isText, strangeIn, textOf } from '../reading.ts';
import { RetryFields } from './retry-fields.tsx';

const words = kindTexts.collect;

export function SendMessageForm() {
  return (
    <TemplateField
      field="text"
      label={kindTexts.sendMessage.text}
      hint={`${kindTexts.sendMessage.textHint} ${drawerTexts.templateHint}`}
      rows={4}
    />
  );
}

export const EndForm = () => <p class="setting-hint">{kindTexts.end}</p>;

export function CollectInputForm() {
  return (
    <>
      <TemplateField
        field="prompt"
        label={kindTexts.ask.prompt}
        hint={`${kindTexts.ask.promptHint} ${drawerTexts.templateHint}`}
        optional
      />
      <ParameterField label={words.parameter} hint={words.parameterHint} />
      <EntityField />
      <RetryFields />
      <ToggleField field="skipWhenFilled" usual={false} label={words.skip} hint={words.skipHint} />
    </>
  );
}

const usualEntity = '@sys.any';
const system: readonly string[] = systemEntities;

function EntityField() {
  const { node, definition, set, isLocked } = useForm();
  const value = textOf(node.entity) || usualEntity;
  const own = [...new Set((definition.entities ?? []).map(({ name }) => name))].filter(
    (name) => !system.includes(name),
  );
  const isDeclared = system.includes(value) || own.includes(value);
  return (
    <Setting path="entity" label={words.entity} hint={words.entityHint} strange={strangeIn(node.entity, isText)}>
      {(described) => (
        <select
          {...described}
          class="input input-choice"
          value={value}
          disabled={isLocked}
          onChange={({ currentTarget: { value: name } }) =>
            set({ entity: name === usualEntity ? undefined : name }, 'entity')
          }
        >
          {!isDeclared && <option value={value}>{words.notDeclared(value)}</option>}
          <optgroup label={words.entitiesSystem}>
            {systemEntities.map((name) => (
              <option key={name} value={name}>
                {words.entities[name]}
              </option>
            ))}
          </optgroup>
          {own.length > 0 && (
            <optgroup label={words.entitiesOwn}>
              {own.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      )}
    </Setting>
  );
}

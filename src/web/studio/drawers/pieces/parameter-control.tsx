import { useState } from 'preact/hooks';
import { isSystemParameter, systemParameterNames } from '../../../../core/flow/parameters.ts';
import { IconButton } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import type { Definition, DraftNode } from '../../draft/definition.ts';
import { declareParameter } from '../../draft/edit.ts';
import { declaredGroups, declaredIn, type GroupOfNames, undeclaredNames } from '../parameters.ts';
import { isText, nodeWith, strangeIn, textOf } from '../reading.ts';
import { useForm } from './form.tsx';
import { NewParameter } from './new-parameter.tsx';
import { type Described, Setting, type SettingProps } from './setting.tsx';

type ParameterProps = Omit<SettingProps, 'strange' | 'fault' | 'action'> &
  Readonly<{
    value: unknown;
    /** Makes the node that names this parameter here; the empty name is none. */
    put: (node: DraftNode, name: string) => DraftNode;
    /** Whether those that Baton fills may be chosen too. */
    withSystem?: boolean;
  }>;

/** Which parameter is meant: one of those that are declared, or a new one. */
export function ParameterControl({ value, put, withSystem = false, ...setting }: ParameterProps) {
  const { update, editWith, isLocked } = useForm();
  const [isAsking, setAsking] = useState(false);
  return (
    <Setting {...setting} strange={strangeIn(value, isText)}>
      {(described) => (
        <>
          <span class="drawer-line">
            <Names
              described={described}
              name={textOf(value)}
              isOptional={setting.optional === true}
              withSystem={withSystem}
              onName={(name) => update((node) => put(node, name), setting.path)}
            />
            <IconButton
              icon="plus"
              label={drawerTexts.newParameterFor(setting.label)}
              disabled={isLocked}
              onClick={() => setAsking(true)}
            />
          </span>
          <DeclareIt name={textOf(value)} />
          {isAsking && (
            <NewParameter
              onClose={() => setAsking(false)}
              onDeclare={(parameter) => {
                setAsking(false);
                editWith(declareParameter(parameter), (node) => put(node, parameter.name));
              }}
            />
          )}
        </>
      )}
    </Setting>
  );
}

/** The groups of a select, with the name that is chosen whatever it is. */
function offered(definition: Definition, name: string, withSystem: boolean): readonly GroupOfNames[] {
  const isSystem = isSystemParameter(name);
  const others = undeclaredNames(definition);
  const own = name === '' || isSystem || declaredIn(definition, name) !== undefined || others.includes(name);
  const undeclared = own ? others : [name, ...others];
  const system = withSystem ? systemParameterNames : isSystem ? [name] : [];
  return [
    ...declaredGroups(definition),
    { group: 'undeclared' as const, names: undeclared },
    { group: 'system' as const, names: system },
  ].filter(({ names }) => names.length > 0);
}

type NamesProps = Readonly<{
  described: Described;
  name: string;
  isOptional: boolean;
  withSystem: boolean;
  onName: (name: string) => void;
}>;

function Names({ described, name, isOptional, withSystem, onName }: NamesProps) {
  const { definition, isLocked } = useForm();
  return (
    <select
      {...described}
      class="input input-choice input-code"
      value={name}
      disabled={isLocked}
      onChange={({ currentTarget }) => onName(currentTarget.value)}
    >
      <option value="" disabled={!isOptional}>
        {isOptional ? drawerTexts.noParameter : drawerTexts.chooseParameter}
      </option>
      {offered(definition, name, withSystem).map(({ group, names }) => (
        <optgroup key={group} label={drawerTexts.groups[group]}>
          {names.map((one) => (
            <option key={one} value={one}>
              {group === 'undeclared' ? drawerTexts.notDeclared(one) : one}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

function DeclareIt({ name }: { name: string }) {
  const { definition, editWith, isLocked } = useForm();
  if (name === '' || isLocked || isSystemParameter(name) || declaredIn(definition, name) !== undefined) return null;
  return (
    <span>
      <button
        type="button"
        class="link-button drawer-small"
        onClick={() => editWith(declareParameter({ name, kind: 'custom' }), (node) => node)}
      >
        {drawerTexts.declareIt}
      </button>
    </span>
  );
}

type ParameterFieldProps = Omit<ParameterProps, 'path' | 'value' | 'put'> & Readonly<{ field?: string }>;

/** A field of the node that names a parameter. */
export function ParameterField({ field = 'parameter', ...rest }: ParameterFieldProps) {
  const { node } = useForm();
  const put = (before: DraftNode, name: string): DraftNode =>
    nodeWith(before, { [field]: name === '' && rest.optional ? undefined : name });
  return <ParameterControl {...rest} path={field} value={node[field]} put={put} />;
}

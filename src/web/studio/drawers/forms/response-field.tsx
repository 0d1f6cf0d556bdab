import { IconButton } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import type { DraftNode } from '../../draft/definition.ts';
import { TextControl } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { ParameterControl } from '../pieces/parameter-control.tsx';
import { SettingGroup } from '../pieces/setting.tsx';
import { AddRow } from '../pieces/text-list.tsx';
import { type Fields, fieldsOf, listOf, nodeWith, orNothing, replacedAt, strangeIn, withFields } from '../reading.ts';

const words = kindTexts.webhook;
const field = 'response';

const withRow = (node: DraftNode, index: number, fields: Fields | undefined): DraftNode => {
  const rows = listOf(node[field]);
  const row = fields && withFields(fieldsOf(rows[index]), fields);
  return nodeWith(node, { [field]: orNothing(replacedAt(rows, index, row)) });
};

/** What of an answer goes into which parameter. */
export function ResponseField() {
  const { node, update } = useForm();
  const rows = listOf(node[field]);
  const add = (): void =>
    update((before) => nodeWith(before, { [field]: [...listOf(before[field]), { path: '', parameter: '' }] }), '');
  return (
    <SettingGroup
      path={field}
      label={words.response}
      hint={words.responseHint}
      optional
      strange={strangeIn(node[field], Array.isArray)}
    >
      <div class="drawer-rows">
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place.
          <Mapping key={index} row={fieldsOf(row)} index={index} />
        ))}
        {rows.length < 100 && <AddRow label={words.response} onAdd={add} />}
      </div>
    </SettingGroup>
  );
}

function Mapping({ row, index }: { row: Fields; index: number }) {
  const { update, isLocked } = useForm();
  const path = `${field}.${index}`;
  return (
    <div class="drawer-row">
      <div class="drawer-mapping">
        <TextControl
          path={`${path}.path`}
          label={words.path(index + 1)}
          isBare
          isCode
          placeholder={words.pathShort}
          value={row.path}
          onValue={(way) => update((node) => withRow(node, index, { path: way }), `${path}.path`)}
        />
        <ParameterControl
          path={`${path}.parameter`}
          label={words.parameter(index + 1)}
          isBare
          value={row.parameter}
          put={(node, parameter) => withRow(node, index, { parameter })}
        />
      </div>
      <IconButton
        icon="trash"
        label={drawerTexts.removeRow(words.mapping(index + 1))}
        disabled={isLocked}
        onClick={() => update((node) => withRow(node, index, undefined), '')}
      />
    </div>
  );
}

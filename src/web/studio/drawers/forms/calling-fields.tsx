import { useId } from 'preact/hooks';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { NumberField, TextField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { textOf } from '../reading.ts';
import { useServerFacts } from '../server-facts.ts';

/** Names a secret of the server: one of those that it has, or whatever is typed. */
export function CredentialField() {
  const { node } = useForm();
  const { facts } = useServerFacts();
  const list = useId();
  const name = textOf(node.credential);
  const known = facts?.credentials ?? [];
  const origin = known.find((one) => one.name === name)?.origin;
  const isUnknown = facts !== null && name !== '' && origin === undefined;
  return (
    <>
      <TextField
        field="credential"
        label={drawerTexts.credential}
        optional
        isCode
        list={list}
        hint={
          isUnknown
            ? drawerTexts.credentialUnknown(name)
            : origin === undefined
              ? drawerTexts.credentialHint
              : drawerTexts.credentialOrigin(origin)
        }
      />
      <datalist id={list}>
        {known.map((one) => (
          <option key={one.name} value={one.name}>
            {one.origin}
          </option>
        ))}
      </datalist>
    </>
  );
}

export function TimeoutField({ hint, usual, most }: { hint: string; usual: number; most: number }) {
  return (
    <NumberField
      field="timeout"
      label={drawerTexts.timeout}
      hint={hint}
      optional
      unit={drawerTexts.seconds}
      usual={usual}
      min={0.1}
      max={most}
    />
  );
}

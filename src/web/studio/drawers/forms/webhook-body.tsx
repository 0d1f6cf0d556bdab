import { useRef } from 'preact/hooks';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import { readJson, showJson } from '../json-text.ts';
import { CodeArea } from '../pieces/code-area.tsx';
import { ChoiceControl, TextControl } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { PairsControl } from '../pieces/pairs-control.tsx';
import { Setting } from '../pieces/setting.tsx';
import { TemplateControl } from '../pieces/template-control.tsx';
import { useLocal } from '../pieces/use-local.ts';
import { type Fields, fieldsOf, isObject, nodeWith, strangeIn, withFields } from '../reading.ts';

const words = kindTexts.webhook;
const longest = 32_768;

type BodyKind = keyof typeof words.bodyKinds;

const beginnings: Readonly<Record<Exclude<BodyKind, 'none'>, Fields>> = {
  json: { kind: 'json', value: {} },
  form: { kind: 'form', fields: {} },
  text: { kind: 'text', text: '' },
};

const options = (Object.keys(words.bodyKinds) as BodyKind[]).map((value) => ({
  value,
  label: words.bodyKinds[value],
}));

function kindOf(body: unknown): BodyKind {
  const { kind } = fieldsOf(body);
  return kind === 'json' || kind === 'form' || kind === 'text' ? kind : 'none';
}

/** What a webhook sends along. */
export function WebhookBody() {
  const { node, set, update } = useForm();
  const body = fieldsOf(node.body);
  const kind = kindOf(node.body);
  // Who looks at another kind and comes back finds what was there.
  const before = useRef<Partial<Record<BodyKind, Fields>>>({});
  const choose = (next: BodyKind): void => {
    before.current[kind] = body;
    set({ body: next === 'none' ? undefined : (before.current[next] ?? beginnings[next]) }, 'body');
  };
  const put = (fields: Fields, what: string): void =>
    update((now) => nodeWith(now, { body: withFields(fieldsOf(now.body), fields) }), `body.${what}`);
  const isStrange = kind === 'none' && node.body !== undefined;
  return (
    <>
      <ChoiceControl
        path="body"
        label={words.body}
        hint={node.method === 'GET' && kind !== 'none' ? words.bodyUnsent : words.bodyHint}
        value={kind}
        options={options}
        strange={strangeIn(node.body, (value) => isObject(value) && !isStrange)}
        onValue={choose}
      />
      {kind === 'json' && <JsonBody value={body.value} onValue={(value) => put({ value }, 'value')} />}
      {kind === 'form' && (
        <PairsControl
          path="body.fields"
          label={words.fields}
          one={words.field}
          hint={words.fieldsHint}
          value={body.fields}
          onValue={(fields) => put({ fields: fields ?? {} }, 'fields')}
        />
      )}
      {kind === 'text' && <TextBody body={body} put={put} />}
    </>
  );
}

function TextBody({ body, put }: Readonly<{ body: Fields; put: (fields: Fields, what: string) => void }>) {
  return (
    <>
      <TemplateControl
        path="body.text"
        label={words.text}
        value={body.text}
        most={longest}
        onValue={(text) => put({ text }, 'text')}
      />
      <TextControl
        path="body.contentType"
        label={words.contentType}
        hint={words.contentTypeHint}
        optional
        isCode
        value={body.contentType}
        onValue={(text) => put({ contentType: text === '' ? undefined : text }, 'contentType')}
      />
    </>
  );
}

/** JSON as it is written; the draft has what was last right of it. */
function JsonBody({ value, onValue }: Readonly<{ value: unknown; onValue: (value: unknown) => void }>) {
  const [text, write] = useLocal(value, showJson);
  const read = readJson(text);
  const put = (next: string): void => {
    const json = readJson(next);
    write(
      () => next,
      () => (json.ok ? json.value : value),
    );
    if (json.ok) onValue(json.value);
  };
  return (
    <Setting
      path="body.value"
      label={words.json}
      hint={words.jsonHint}
      fault={read.ok ? null : words.jsonFault(read.line)}
    >
      {(described) => <CodeArea described={described} value={text} onValue={put} rows={6} />}
    </Setting>
  );
}

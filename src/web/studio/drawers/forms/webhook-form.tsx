import { webhookMethods } from '../../../../core/flow/asking.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import { ChoiceField, ToggleField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { PairsControl } from '../pieces/pairs-control.tsx';
import { TemplateField } from '../pieces/template-control.tsx';
import { CredentialField, TimeoutField } from './calling-fields.tsx';
import { ResponseField } from './response-field.tsx';
import { WebhookBody } from './webhook-body.tsx';

const words = kindTexts.webhook;
const methods = Object.fromEntries(webhookMethods.map((method) => [method, method])) as Record<
  (typeof webhookMethods)[number],
  string
>;

export function WebhookForm() {
  const { node, set } = useForm();
  return (
    <>
      <ChoiceField field="method" label={words.method} hint={words.methodHint} usual="POST" words={methods} />
      <TemplateField field="url" label={words.url} hint={words.urlHint} isLine most={2048} />
      <CredentialField />
      <PairsControl
        path="query"
        label={words.query}
        one={words.queryField}
        hint={words.queryHint}
        optional
        value={node.query}
        onValue={(query) => set({ query }, 'query')}
      />
      <PairsControl
        path="headers"
        label={words.headers}
        one={words.header}
        hint={words.headersHint}
        optional
        value={node.headers}
        onValue={(headers) => set({ headers }, 'headers')}
      />
      <WebhookBody />
      <ResponseField />
      <TimeoutField hint={words.timeoutHint} usual={5} most={30} />
      <ToggleField field="asynchronous" usual={false} label={words.asynchronous} hint={words.asynchronousHint} />
    </>
  );
}

import { defaultRetries } from '../../../../core/flow/flow.ts';
import { kindTexts } from '../../../texts/studio/drawers-kinds.ts';
import { NumberField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { TextList } from '../pieces/text-list.tsx';
import { isTextOrList, nodeWith, rowsOf, strangeIn } from '../reading.ts';

const words = kindTexts.ask;

/** One text as it is, several as a list, none as nothing. */
const kept = (rows: readonly unknown[]): unknown => (rows.length > 1 ? rows : rows[0]);

/** How often a node asks again, and in which words. */
export function RetryFields() {
  const { node, update } = useForm();
  return (
    <>
      <NumberField
        field="retries"
        label={words.retries}
        hint={words.retriesHint}
        optional
        usual={defaultRetries}
        min={0}
        max={20}
        step={1}
      />
      <TextList
        path="retryPrompt"
        label={words.retryPrompts}
        one={words.retryPrompt}
        hint={words.retryPromptsHint}
        optional
        isLong
        most={20}
        rows={rowsOf(node.retryPrompt)}
        strange={strangeIn(node.retryPrompt, isTextOrList)}
        onRows={(next) =>
          update((now) => nodeWith(now, { retryPrompt: kept(next(rowsOf(now.retryPrompt))) }), 'retryPrompt')
        }
      />
    </>
  );
}

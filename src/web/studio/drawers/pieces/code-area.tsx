import { useRef } from 'preact/hooks';
import { indented } from '../indent.ts';
import { useForm } from './form.tsx';
import type { Described } from './setting.tsx';

type CodeAreaProps = Readonly<{ described: Described; value: string; onValue: (value: string) => void; rows: number }>;

/** A field for code. Tab indents what is selected; after Escape it leaves the field, as everywhere else. */
export function CodeArea({ described, value, onValue, rows }: CodeAreaProps) {
  const { isLocked } = useForm();
  const mayLeave = useRef(false);
  const pressed = (event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      mayLeave.current = true;
      return;
    }
    const leaves = mayLeave.current;
    if (event.key !== 'Shift') mayLeave.current = false;
    if (event.key !== 'Tab' || leaves || isLocked) return;
    event.preventDefault();
    const area = event.currentTarget;
    const next = indented(area.value, [area.selectionStart, area.selectionEnd], event.shiftKey ? 'less' : 'more');
    area.value = next.text;
    area.setSelectionRange(...next.selected);
    onValue(next.text);
  };
  return (
    <textarea
      {...described}
      class="input input-area input-code drawer-code"
      rows={rows}
      value={value}
      readOnly={isLocked}
      spellcheck={false}
      autoCapitalize="off"
      autoComplete="off"
      wrap="off"
      onKeyDown={pressed}
      onBlur={() => {
        mayLeave.current = false;
      }}
      onInput={({ currentTarget }) => onValue(currentTarget.value)}
    />
  );
}

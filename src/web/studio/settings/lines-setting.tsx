import { useState } from 'preact/hooks';
import { AreaSetting } from '../parts/fields.tsx';

type Props = Readonly<{
  label: string;
  hint?: string;
  fault?: string | undefined;
  optional?: boolean;
  disabled?: boolean;
  isCode?: boolean;
  rows?: number;
  placeholder?: string;
  lines: readonly string[];
  onLines: (lines: readonly string[]) => void;
}>;

/** The lines of a text that hold something. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Several texts, one a line. A line that is only begun stays as it is typed. */
export function LinesSetting({ lines, onLines, ...rest }: Props) {
  const [text, setText] = useState('');
  const isTyped = linesOf(text).join('\n') === lines.join('\n');
  const change = (typed: string): void => {
    setText(typed);
    onLines(linesOf(typed));
  };
  return <AreaSetting {...rest} value={isTyped ? text : lines.join('\n')} onValue={change} />;
}

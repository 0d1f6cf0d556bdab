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

/** Several texts, one a line. What is typed stays as it is until one goes elsewhere: a blank line may be only begun. */
export function LinesSetting({ lines, onLines, ...rest }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const change = (text: string): void => {
    setTyped(text);
    onLines(linesOf(text));
  };
  return <AreaSetting {...rest} value={typed ?? lines.join('\n')} onValue={change} onBlur={() => setTyped(null)} />;
}

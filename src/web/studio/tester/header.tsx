import type { ComponentChildren } from 'preact';
import { IconButton } from '../../parts/buttons.tsx';
import { testerTexts } from '../../texts/studio/tester.ts';

type HeaderProps = Readonly<{
  /** Where the conversation is now. */
  status?: string;
  /** Buttons before the one that closes. */
  children?: ComponentChildren;
  onClose: () => void;
}>;

export function TesterHeader({ status, children, onClose }: HeaderProps) {
  return (
    <header class="tester-head">
      <div class="tester-head-words">
        <h2>{testerTexts.title}</h2>
        {status && (
          <p role="status" title={status}>
            {status}
          </p>
        )}
      </div>
      {children}
      <IconButton icon="close" label={testerTexts.close} onClick={onClose} />
    </header>
  );
}

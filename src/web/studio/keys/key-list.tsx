import { useState } from 'preact/hooks';
import { StatePage } from '../../parts/state-page.tsx';
import { keyTexts as words } from '../../texts/studio/access/keys.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../api/use-asked.ts';
import { AskDialog } from '../parts/ask-dialog.tsx';
import { AskedView } from '../parts/frame.tsx';
import { When } from '../parts/small.tsx';
import { tell } from '../parts/toasts.tsx';
import { type Key, KeysTable } from './keys-table.tsx';
import { MakeKeyDialog, type NewKey } from './make-key-dialog.tsx';
import { NewKeyShown } from './new-key-shown.tsx';
import { RotateDialog } from './rotate-dialog.tsx';

type Open = Readonly<{ kind: 'rotate'; key: Key } | { kind: 'revoke'; key: Key } | { kind: 'made'; made: NewKey }>;

type KeyListProps = Readonly<{
  /** Whether a key is being made. */
  isMaking: boolean;
  onMade: () => void;
}>;

export function KeyList({ isMaking, onMade }: KeyListProps) {
  const { asking, again } = useAsked('keys', () => ask('listKeys'));
  const [open, setOpen] = useState<Open | null>(null);
  const made = (key: NewKey): void => {
    onMade();
    setOpen({ kind: 'made', made: key });
    void again();
  };
  const close = (): void => setOpen(null);
  return (
    <>
      <AskedView asking={asking} again={again}>
        {({ keys }) => <Listed keys={keys} onOpen={setOpen} />}
      </AskedView>
      {isMaking && <MakeKeyDialog onDone={made} onClose={onMade} />}
      {open?.kind === 'made' && <NewKeyShown made={open.made} onClose={close} />}
      {open?.kind === 'rotate' && <RotateDialog of={open.key} onDone={made} onClose={close} />}
      {open?.kind === 'revoke' && <Revoke of={open.key} again={again} onClose={close} />}
    </>
  );
}

function Listed({ keys, onOpen }: { keys: readonly Key[]; onOpen: (open: Open) => void }) {
  const valid = keys.filter(({ state }) => state === 'valid');
  const over = keys.filter(({ state }) => state !== 'valid');
  return (
    <>
      {valid.length === 0 ? (
        <StatePage icon="key" title={words.emptyTitle} text={words.emptyText} />
      ) : (
        <KeysTable
          keys={valid}
          all={keys}
          onRotate={(key) => onOpen({ kind: 'rotate', key })}
          onRevoke={(key) => onOpen({ kind: 'revoke', key })}
        />
      )}
      {over.length > 0 && (
        <details class="folded">
          <summary>{words.folded(over.length)}</summary>
          <KeysTable keys={over} all={keys} />
        </details>
      )}
    </>
  );
}

type RevokeProps = Readonly<{ of: Key; again: () => Promise<void>; onClose: () => void }>;

function Revoke({ of: key, again, onClose }: RevokeProps) {
  const done = (): void => {
    tell(words.revoked(key.label));
    onClose();
    void again();
  };
  return (
    <AskDialog
      title={words.revokeTitle(key.label)}
      action={words.revoke}
      isDanger
      run={() => ask('revokeKey', { path: { key_id: key.id } })}
      onDone={done}
      onClose={onClose}
    >
      <p>{words.revokeText}</p>
      {key.last_used_at && (
        <p>
          {words.revokeUsed} <When at={key.last_used_at} />
        </p>
      )}
    </AskDialog>
  );
}

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../../parts/buttons.tsx';
import { agentsTexts as words } from '../../../texts/studio/agents.ts';
import type { Answer } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { sentenceOf } from '../../parts/frame.tsx';
import type { Naming } from './naming.tsx';

/** What every way to begin is given. */
export type FormProps = Readonly<{
  /** Ids that are taken. */
  taken: ReadonlySet<string>;
  /** Goes back to the ways to begin; null where one did not come from there. */
  onBack: (() => void) | null;
  onClose: () => void;
}>;

export type Making<Body> = Readonly<{
  isBusy: boolean;
  /** Why it was refused, when it is not the id's fault; null otherwise. */
  failure: string | null;
  run: () => void;
}> &
  Readonly<{ body?: Body }>;

/**
 * Makes the draft once name and id are good; an id that the server knows to be taken is told at its field.
 * @param ready what else has to be so.
 */
export function useMaking<Body>(
  naming: Naming,
  make: () => Promise<Answer<Body>>,
  done: (body: Body) => void,
  ready: () => boolean = () => true,
): Making<Body> {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    const isGood = naming.check();
    if (!ready() || !isGood || isBusy) return;
    setBusy(true);
    setFailure(null);
    const answer = await make();
    setBusy(false);
    if (answer.kind === 'ok') return done(answer.body);
    if (answer.kind === 'refused' && answer.code === 'draft-overtaken') return naming.refuseId();
    setFailure(sentenceOf(answer));
  };
  return { isBusy, failure, run: () => void run() };
}

type Props = Omit<FormProps, 'taken'> &
  Readonly<{
    title: string;
    making: Pick<Making<unknown>, 'isBusy' | 'failure' | 'run'>;
    submit: string;
    busy: string;
    children: ComponentChildren;
  }>;

/** The dialog in which a new virtual agent gets its name. */
export function DetailsDialog({ title, making, submit, busy, onBack, onClose, children }: Props) {
  const fields = useRef<HTMLDivElement>(null);
  // The button that led here is gone; whoever came by keyboard goes on in the first field.
  useLayoutEffect(() => fields.current?.querySelector<HTMLElement>('input, select, button')?.focus(), []);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={making.run}
      actions={
        <>
          {onBack && <Button onClick={onBack}>{words.back}</Button>}
          <Button look="primary" type="submit" disabled={making.isBusy}>
            {making.isBusy ? busy : submit}
          </Button>
        </>
      }
    >
      <div ref={fields} class="settings">
        {children}
      </div>
      {making.failure && (
        <p class="setting-fault" role="alert">
          {making.failure}
        </p>
      )}
    </Dialog>
  );
}

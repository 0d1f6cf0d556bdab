import { useRef, useState } from 'preact/hooks';
import { Button, IconButton } from '../../parts/buttons.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { tell } from '../parts/toasts.tsx';
import type { Delivery } from './filter.ts';
import { type Deed, mayBe, resultOf, settleAll, skipText } from './settle.ts';

type SelectionProps = Readonly<{
  deliveries: readonly Delivery[];
  onClear: () => void;
  onSettled: () => void;
}>;

type Progress = Readonly<{ deed: Deed; done: number; all: number }>;

/** What can be done with several at once. It stays in sight while there is a selection, or something is being done. */
export function SelectionBar(props: SelectionProps) {
  const { deliveries, onClear } = props;
  const [isAsking, setAsking] = useState(false);
  const { progress, settle, stop } = useSettling(props);
  if (progress !== null) return <ProgressBar progress={progress} onStop={stop} />;
  if (deliveries.length === 0) return null;
  const replayable = deliveries.filter(mayBe.replay);
  const skippable = deliveries.filter(mayBe.skip);
  return (
    <div class="selection-bar">
      <p role="status">{words.selected(deliveries.length)}</p>
      <IconButton icon="close" label={words.unselect} onClick={onClear} />
      <span class="selection-buttons">
        <Button disabled={skippable.length === 0} onClick={() => setAsking(true)}>
          {words.skipMany(skippable.length)}
        </Button>
        <Button look="primary" disabled={replayable.length === 0} onClick={() => void settle('replay', replayable)}>
          {words.replayMany(replayable.length)}
        </Button>
      </span>
      {isAsking && (
        <Confirm
          title={words.skipTitle(skippable.length)}
          text={skipText(skippable)}
          confirm={words.skipMany(skippable.length)}
          onConfirm={() => void settle('skip', skippable)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function useSettling({ onClear, onSettled }: SelectionProps) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const isStopped = useRef(false);
  const settle = async (deed: Deed, deliveries: readonly Delivery[]): Promise<void> => {
    const ids = deliveries.map(({ id }) => id);
    isStopped.current = false;
    const onProgress = (done: number): void => setProgress({ deed, done: done + 1, all: ids.length });
    const outcome = await settleAll(deed, ids, { onProgress, isStopped: () => isStopped.current });
    setProgress(null);
    const { text, isGood } = resultOf(deed, outcome);
    tell(text, isGood ? 'good' : 'bad');
    // What is tried again may soon be stuck again: that is to be selected anew.
    onClear();
    onSettled();
  };
  const stop = (): void => {
    isStopped.current = true;
  };
  return { progress, settle, stop };
}

function ProgressBar({ progress: { deed, done, all }, onStop }: { progress: Progress; onStop: () => void }) {
  return (
    <div class="selection-bar">
      <p role="status">{words.progress[deed](done, all)}</p>
      <progress value={done} max={all} aria-hidden="true" />
      <Button onClick={onStop}>{words.stop}</Button>
    </div>
  );
}

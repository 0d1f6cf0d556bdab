import { Button } from '../../parts/buttons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';

/** A canvas with nothing on it says how to begin. */
export function EmptyFlow({ onMessage, onOther }: { onMessage: () => void; onOther: (button: HTMLElement) => void }) {
  return (
    <div class="empty-flow">
      <StatePage icon="flow" title={words.emptyTitle} text={words.emptyText}>
        <Button look="primary" onClick={onMessage}>
          {words.emptyMessage}
        </Button>
        <Button onClick={({ currentTarget }) => onOther(currentTarget)}>{words.emptyOther}</Button>
      </StatePage>
    </div>
  );
}

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.tsx';
import { shellTexts } from '../../texts/studio/shell.ts';

type Toast = Readonly<{ number: number; text: string; tone: 'good' | 'bad' }>;

const shownMs = 5_000;
const told = new EventTarget();
let last = 0;

/** Says in a sentence that something is done or was not; it is read aloud and goes by itself. */
export function tell(text: string, tone: 'good' | 'bad' = 'good'): void {
  last += 1;
  told.dispatchEvent(new CustomEvent<Toast>('toast', { detail: { number: last, text, tone } }));
}

/** @returns whether it is copied. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    tell(shellTexts.copied);
    return true;
  } catch {
    tell(shellTexts.copyFailed, 'bad');
    return false;
  }
}

/** Where the sentences appear. */
export function Toasts() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const add = (event: Event): void => {
      const toast = (event as CustomEvent<Toast>).detail;
      setToasts((before) => [...before.slice(-2), toast]);
      setTimeout(() => setToasts((before) => before.filter(({ number }) => number !== toast.number)), shownMs);
    };
    told.addEventListener('toast', add);
    return () => told.removeEventListener('toast', add);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new sentence is to lie above all else.
  useLayoutEffect(() => {
    // A dialog that was opened meanwhile lies above what was shown before it.
    if (element.current?.matches(':popover-open')) element.current.hidePopover();
    element.current?.showPopover();
  }, [toasts]);
  return (
    <div ref={element} class="toasts" popover="manual" role="status">
      {toasts.map(({ number, text, tone }) => (
        <p key={number} class="toast" data-tone={tone}>
          <Icon name={tone === 'good' ? 'tick' : 'warning'} size={18} />
          {text}
        </p>
      ))}
    </div>
  );
}

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button, IconButton } from '../../parts/buttons.tsx';
import { useNow } from '../../parts/use-now.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { texts } from '../../texts/texts.ts';
import { copyText } from './toasts.tsx';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'accent';

/** A word or two about the state of something. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return (
    <span class="badge" data-tone={tone}>
      {children}
    </span>
  );
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How long ago, or how soon; the exact instant when pointed at. */
export function When({ at }: { at: string | null }) {
  const now = useNow(30_000, Date.now);
  if (at === null) return <span>{shellTexts.never}</span>;
  const ms = Date.parse(at) - now;
  const [unit, length] = units.find(([, size]) => Math.abs(ms) >= size) ?? [null, 1];
  return (
    <time dateTime={at} title={exact.format(Date.parse(at))}>
      {unit === null ? shellTexts.justNow : relative.format(Math.round(ms / length), unit)}
    </time>
  );
}

/** So long a button shows that it has copied. */
const copiedMs = 2_000;

/** A text to be taken elsewhere, with a button that copies it. */
export function Copyable({ text, label, isBlock = false }: { text: string; label: string; isBlock?: boolean }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <div class={isBlock ? 'copyable copyable-block' : 'copyable'}>
      {isBlock ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its box is scrolled by keyboard, too.
        <pre tabIndex={0}>{text}</pre>
      ) : (
        <code>{text}</code>
      )}
      <IconButton
        icon={isCopied ? 'tick' : 'copy'}
        label={`${texts.general.copy}: ${label}`}
        onClick={() => void copyText(text).then(setCopied)}
      />
      <span class="only-read-aloud" role="status">
        {isCopied && shellTexts.copied}
      </span>
    </div>
  );
}

/** The foot of a list that goes on. */
export function More({ onMore }: { onMore: () => void }) {
  return (
    <div class="more">
      <Button onClick={onMore}>{shellTexts.more}</Button>
    </div>
  );
}

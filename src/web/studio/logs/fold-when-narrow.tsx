import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

type FoldProps = Readonly<{
  /** What it is called when it is folded. */
  title: string;
  /** Up to which width of the window it is folded, px. */
  upTo: number;
  isOpen?: boolean;
  children: ComponentChildren;
}>;

/** What may be folded away where there is little room, so that what one came for is in sight. */
export function FoldWhenNarrow({ title, upTo, isOpen = false, children }: FoldProps) {
  const isNarrow = useNarrow(upTo);
  if (!isNarrow) return <>{children}</>;
  return (
    <details class="fold" open={isOpen}>
      <summary>{title}</summary>
      <div>{children}</div>
    </details>
  );
}

function useNarrow(upTo: number): boolean {
  const query = `(max-width: ${upTo}px)`;
  const [isNarrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = (): void => setNarrow(list.matches);
    changed();
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return isNarrow;
}

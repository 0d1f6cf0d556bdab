import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Gives the keyboard to the field within an element when it appears; a dialog's first stop is what closes it. */
export function useFirstField(): RefObject<HTMLDivElement | null> {
  const around = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => around.current?.querySelector('input')?.focus(), []);
  return around;
}

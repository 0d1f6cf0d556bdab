import { useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { giveKeyboard } from './keyboard.ts';
import type { CardNode } from './project.ts';

/** Chooses a node, shows it in the middle and gives it the keyboard. @param choose draws the editor anew. */
export function useShowNode(choose: (ids: readonly string[]) => void): (id: string) => void {
  const { getNode, setCenter } = useReactFlow<CardNode>();
  const pending = useRef<string | null>(null);
  // A node that was added just now is on the canvas with this drawing, or with a later one.
  useLayoutEffect(() => {
    const node = pending.current === null ? undefined : getNode(pending.current);
    if (node === undefined) return;
    pending.current = null;
    const width = node.measured?.width ?? node.initialWidth ?? 0;
    const height = node.measured?.height ?? node.initialHeight ?? 0;
    void setCenter(node.position.x + width / 2, node.position.y + height / 2, { zoom: 1, duration: 240 });
    giveKeyboard(node.id);
  });
  return useCallback(
    (id: string) => {
      pending.current = id;
      choose([id]);
    },
    [choose],
  );
}

/** Moves the view as far as a node needs to be seen: when its settings take a part of the canvas, or a conversation comes to it. */
export function useKeepInSight(id: string | null): void {
  const { getNode, getViewport, setViewport, flowToScreenPosition } = useReactFlow<CardNode>();
  useEffect(() => {
    // The canvas has its new size with the next drawing.
    const frame = requestAnimationFrame(() => {
      const node = id === null ? undefined : getNode(id);
      const canvas = document.querySelector('.react-flow')?.getBoundingClientRect();
      if (node === undefined || canvas === undefined) return;
      const { x, y, zoom } = getViewport();
      const from = flowToScreenPosition(node.position);
      const width = (node.measured?.width ?? 0) * zoom;
      const height = (node.measured?.height ?? 0) * zoom;
      const right = Math.min(0, canvas.right - margin - width - from.x) || Math.max(0, canvas.left + margin - from.x);
      // The overview stands in the corner at the right.
      const isInCorner = from.x + width + right > canvas.right - overview.width;
      const bottom = canvas.bottom - (isInCorner ? overview.height : margin);
      const down = Math.min(0, bottom - height - from.y) || Math.max(0, canvas.top + margin - from.y);
      if (right !== 0 || down !== 0) void setViewport({ x: x + right, y: y + down, zoom }, { duration: 200 });
    });
    return () => cancelAnimationFrame(frame);
  }, [id, getNode, getViewport, setViewport, flowToScreenPosition]);
}

const margin = 24;
const overview = { width: 232, height: 188 };

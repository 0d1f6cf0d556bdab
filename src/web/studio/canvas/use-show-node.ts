import { useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { CardNode } from './project.ts';

/** Shows a node in the middle and gives it the keyboard. */
export function useShowNode(): (id: string) => void {
  const { getNode, setCenter, setNodes } = useReactFlow<CardNode>();
  const pending = useRef<string | null>(null);
  const show = useCallback(
    (id: string) => {
      const node = getNode(id);
      pending.current = node === undefined ? id : null;
      if (node === undefined) return;
      setNodes((before) =>
        before.map((one) => (one.selected === (one.id === id) ? one : { ...one, selected: one.id === id })),
      );
      const width = node.measured?.width ?? node.initialWidth ?? 0;
      const height = node.measured?.height ?? node.initialHeight ?? 0;
      void setCenter(node.position.x + width / 2, node.position.y + height / 2, { zoom: 1, duration: 240 });
    },
    [getNode, setCenter, setNodes],
  );
  // A node that was added just now is on the canvas with the next drawing.
  useEffect(() => {
    if (pending.current !== null) show(pending.current);
  });
  return show;
}

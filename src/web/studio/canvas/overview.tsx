import { MiniMap, Panel, useReactFlow } from '@xyflow/react';
import { IconButton } from '../../parts/buttons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { wholeView } from './first-view.ts';
import { familyOf } from './kind-icons.ts';
import { sizeOf } from './places.ts';
import type { CardNode } from './project.ts';

/**
 * Shows all of the flow. The library's own way waits until every card was drawn once, and of a large flow only those are
 * drawn that are seen.
 */
export function useShowAll(): () => void {
  const { getNodes, setViewport } = useReactFlow<CardNode>();
  return () => {
    const room = document.querySelector('.react-flow')?.getBoundingClientRect();
    if (room === undefined) return;
    const boxes = getNodes().map(({ position, measured, data }) => {
      const { width, height } = sizeOf(data.node);
      return { ...position, width: measured?.width ?? width, height: measured?.height ?? height };
    });
    void setViewport(wholeView(boxes, room), { duration: 240 });
  };
}

const colours: Readonly<Record<string, string>> = {
  talk: 'var(--kind-talk)',
  human: 'var(--kind-human)',
  logic: 'var(--kind-logic)',
  beyond: 'var(--kind-beyond)',
  end: 'var(--kind-end)',
};

/** The whole flow, small, to be moved about in. */
export const Overview = () => (
  <MiniMap<CardNode>
    pannable
    zoomable
    ariaLabel={words.minimap}
    nodeColor={({ data }) => colours[familyOf(data.node.type)] ?? 'var(--line-strong)'}
    nodeBorderRadius={12}
    maskColor="var(--minimap-mask)"
    bgColor="var(--surface)"
  />
);

/** Nearer, further, and all of it. */
export function View() {
  const { zoomIn, zoomOut } = useReactFlow();
  const showAll = useShowAll();
  return (
    <Panel position="bottom-left" className="canvas-view">
      <IconButton icon="plus" label={words.zoomIn} onClick={() => void zoomIn()} />
      <IconButton icon="minus" label={words.zoomOut} onClick={() => void zoomOut()} />
      <IconButton icon="fit" label={words.fit} onClick={showAll} />
    </Panel>
  );
}

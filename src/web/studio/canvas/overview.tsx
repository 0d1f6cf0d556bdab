import { MiniMap, Panel, useReactFlow } from '@xyflow/react';
import { IconButton } from '../../parts/buttons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { familyOf } from './kind-icons.ts';
import type { CardNode } from './project.ts';

export const fitOptions = { padding: 0.16, maxZoom: 1 };

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
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Panel position="bottom-left" className="canvas-view">
      <IconButton icon="plus" label={words.zoomIn} onClick={() => void zoomIn()} />
      <IconButton icon="minus" label={words.zoomOut} onClick={() => void zoomOut()} />
      <IconButton icon="fit" label={words.fit} onClick={() => void fitView(fitOptions)} />
    </Panel>
  );
}

import {
  Background,
  BackgroundVariant,
  type Connection,
  type Edge,
  type EdgeChange,
  type NodeChange,
  type OnConnectEnd,
  ReactFlow,
  SelectionMode,
  useEdgesState,
  useNodesState,
  useReactFlow,
  useStore,
  useStoreApi,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import type { ComponentChildren } from 'preact';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { nodeOf, type Point } from '../draft/definition.ts';
import { connect, type Edit, moveNodes, removeNodes, setNode } from '../draft/edit.ts';
import './canvas.css';
import { firstView } from './first-view.ts';
import { type CardActions, CardActionsContext, NodeCard } from './node-card.tsx';
import { Overview, View } from './overview.tsx';
import { type CardNode, type Drawn, drawEdges, drawNodes, innerStart } from './project.ts';

export type CanvasProps = Drawn &
  Readonly<{
    isLocked: boolean;
    /** Other nodes are chosen than before. */
    onChosen: (next: (chosen: readonly string[]) => readonly string[]) => void;
    edit: (edit: Edit, what: string) => void;
    /** An output was let go over nothing, or its button pressed: something is to follow there. */
    onAddAfter: (from: Readonly<{ id: string; output: string }>, at: Point, screen: Point) => void;
    /** A kind of node was dropped here. */
    onDropKind: (type: string, at: Point) => void;
    children?: ComponentChildren;
  }>;

export const dragKind = 'application/x-baton-node-kind';

const nodeTypes = { card: NodeCard };

/** The flow as cards and lines. What is dragged is its own until it is let go; then it is an edit of the draft. */
export function Canvas(props: CanvasProps) {
  const { definition, isLocked, edit, children } = props;
  const { nodes, edges, nodesChanged, edgesChanged } = useDrawn(props);
  const actions = useActions(props);
  const connected = useCallback(
    ({ source, sourceHandle, target }: Connection) => edit(leadTo(source, sourceHandle ?? 'default', target), ''),
    [edit],
  );
  const connectEnded = useConnectEnd(props);
  const dropped = useDrop(props);
  const distance = useStore(({ transform }) => distanceAt(transform[2]));
  const [view] = useState(() => firstView(definition, props.places, roomNow()));
  return (
    <CardActionsContext.Provider value={actions}>
      <ReactFlow
        {...{ nodes, edges, nodeTypes }}
        onNodesChange={nodesChanged}
        onEdgesChange={edgesChanged}
        onConnect={connected}
        onConnectEnd={connectEnded}
        defaultViewport={view}
        className={distance}
        onDragOver={(event) => event.preventDefault()}
        onDrop={dropped}
        nodesDraggable={!isLocked}
        nodesConnectable={!isLocked}
        onlyRenderVisibleElements={Object.keys(definition.nodes).length > 150}
        {...manners}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} />
        <Overview />
        <View />
        {children}
      </ReactFlow>
    </CardActionsContext.Provider>
  );
}

/** The canvas' size before it is drawn: the window without the bars at its left and top. */
const roomNow = () => ({ width: innerWidth - 64, height: innerHeight - 64 });

/**
 * What is left of a card further away: first its buttons go, which would be too small to be pressed (what they do, drawers
 * and keys do too), then its words, which nobody could read and every frame would have to draw.
 */
function distanceAt(zoom: number): '' | 'is-far' | 'is-far is-distant' {
  if (zoom >= 0.99) return '';
  return zoom >= 0.4 ? 'is-far' : 'is-far is-distant';
}

const grid: [number, number] = [16, 16];
const manners = {
  edgesReconnectable: false,
  // A node that is dragged is not meant to be opened: its settings would take away the ground under the mouse.
  selectNodesOnDrag: false,
  // The editor's own keys remove, for they know what is chosen before it is drawn.
  deleteKeyCode: null,
  multiSelectionKeyCode: ['Meta', 'Control', 'Shift'],
  selectionMode: SelectionMode.Partial,
  ...{ minZoom: 0.05, maxZoom: 1.6, snapToGrid: true, snapGrid: grid },
  // The library's name stands on the page of what Baton is made of.
  proOptions: { hideAttribution: true },
  'aria-label': words.canvas,
  ariaLabelConfig: { 'node.a11yDescription.default': words.canvasHelp, 'minimap.ariaLabel': words.minimap },
};

function useDrawn(props: CanvasProps) {
  const { definition, places, chosen, findings, trace, edit, onChosen } = props;
  const drawn = useMemo(
    () => ({ definition, places, chosen, findings, trace }),
    [definition, places, chosen, findings, trace],
  );
  const [first] = useState(() => ({ nodes: drawNodes(drawn, []), edges: drawEdges(drawn, []) }));
  const [nodes, setNodes, changeNodes] = useNodesState<CardNode>(first.nodes);
  const [edges, setEdges, changeEdges] = useEdgesState<Edge>(first.edges);
  const { getState } = useStoreApi<CardNode>();
  const now = useRef(first);
  now.current = { nodes, edges };
  useLayoutEffect(() => {
    const next = { nodes: drawNodes(drawn, now.current.nodes), edges: drawEdges(drawn, now.current.edges) };
    setNodes(next.nodes);
    setEdges(next.edges);
    // The library learns of it with the next frame; a key that is pressed before that is to find it there.
    getState().setNodes(next.nodes);
    getState().setEdges(next.edges);
  }, [drawn, setNodes, setEdges, getState]);
  const nodesChanged = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      // What is removed is removed from the draft, from which it is drawn.
      changeNodes(changes.filter(({ type }) => type !== 'remove'));
      if (changes.some(({ type }) => type === 'select')) onChosen((before) => chosenAfter(before, changes));
      const moved = movedBy(changes);
      if (moved !== null) edit((before) => moveNodes({ ...places, ...moved })(before), 'move');
    },
    [changeNodes, edit, places, onChosen],
  );
  const edgesChanged = useCallback(
    (changes: EdgeChange[]) => changeEdges(changes.filter(({ type }) => type !== 'remove')),
    [changeEdges],
  );
  return { nodes, edges, nodesChanged, edgesChanged };
}

function chosenAfter(before: readonly string[], changes: readonly NodeChange<CardNode>[]): readonly string[] {
  const chosen = new Set(before);
  for (const change of changes) {
    if (change.type !== 'select') continue;
    if (change.selected) chosen.add(change.id);
    else chosen.delete(change.id);
  }
  return [...chosen];
}

/** Where nodes were let go, by mouse or by key; null while they are moving, or when none is. */
function movedBy(changes: readonly NodeChange<CardNode>[]): Record<string, Point> | null {
  const moved = changes.flatMap((change) =>
    change.type === 'position' && change.dragging !== true && change.position
      ? [[change.id, change.position] as const]
      : [],
  );
  return moved.length === 0 ? null : Object.fromEntries(moved);
}

/** Where an output leads, be it one of the wire's or the way into a sub-flow. */
export const leadTo =
  (id: string, output: string, target: string | null): Edit =>
  (before) => {
    const node = nodeOf(before, id);
    if (output !== innerStart || node === undefined) return connect(id, output, target)(before);
    return setNode(id, { ...node, start: target ?? '' })(before);
  };

/** Takes away nodes and lines. */
export const without =
  (ids: ReadonlySet<string>, edges: readonly Edge[]): Edit =>
  (before) => {
    const cut = edges.filter(({ source, target }) => !ids.has(source) && !ids.has(target));
    const left = cut.reduce((draft, edge) => leadTo(edge.source, edge.sourceHandle ?? 'default', null)(draft), before);
    return ids.size === 0 ? left : removeNodes(ids)(left);
  };

function useActions({ isLocked, onAddAfter }: CanvasProps): CardActions {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(
    () => ({
      isLocked,
      addAfter: (id, output, button) => {
        const { right, top } = button.getBoundingClientRect();
        const screen = { x: right + 8, y: top };
        onAddAfter({ id, output }, screenToFlowPosition({ x: right + 96, y: top - 40 }), screen);
      },
    }),
    [isLocked, onAddAfter, screenToFlowPosition],
  );
}

/** A line that is let go over nothing asks what is to follow there. */
function useConnectEnd({ onAddAfter }: CanvasProps): OnConnectEnd {
  const { screenToFlowPosition } = useReactFlow();
  return useCallback(
    (event, { isValid, fromNode, fromHandle }) => {
      if (isValid || fromNode === null || fromHandle?.type !== 'source' || !(event instanceof MouseEvent)) return;
      const over = document.elementFromPoint(event.clientX, event.clientY);
      if (over?.closest('.react-flow__node')) return;
      const screen = { x: event.clientX, y: event.clientY };
      onAddAfter({ id: fromNode.id, output: fromHandle.id ?? 'default' }, screenToFlowPosition(screen), screen);
    },
    [onAddAfter, screenToFlowPosition],
  );
}

function useDrop({ onDropKind, isLocked }: CanvasProps) {
  const { screenToFlowPosition } = useReactFlow();
  return useCallback(
    (event: DragEvent) => {
      const type = event.dataTransfer?.getData(dragKind) ?? '';
      if (type === '' || isLocked) return;
      event.preventDefault();
      onDropKind(type, screenToFlowPosition({ x: event.clientX - 100, y: event.clientY - 24 }));
    },
    [onDropKind, isLocked, screenToFlowPosition],
  );
}

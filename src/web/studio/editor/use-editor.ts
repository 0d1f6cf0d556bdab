import { useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { leadTo } from '../canvas/canvas.tsx';
import { useShowAll } from '../canvas/overview.tsx';
import { arrange, cardWidth, lacksPlaces, type Places, placesOf } from '../canvas/places.ts';
import type { CardNode } from '../canvas/project.ts';
import { useShowNode } from '../canvas/use-show-node.ts';
import { type Definition, type NodeType, nodeOf, type Point } from '../draft/definition.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { addNode, type Edit, freeId, moveNodes, renameNode } from '../draft/edit.ts';
import { type DraftFinding, findingsByNode } from '../draft/findings.ts';
import { idWishes } from '../draft/new-node.ts';
import type { Trace } from '../tester/tester.tsx';
import { useWho } from '../who.tsx';

export type EditorProps = Readonly<{ agentId: string; client: DraftClient; draft: OpenDraft }>;

export type From = Readonly<{ id: string; output: string }>;

/** What is open over the canvas. A palette knows where it opens, where its choice goes, and what it is to follow. */
export type Over =
  | Readonly<{ kind: 'nothing' | 'search' | 'json' | 'publish' | 'problems' }>
  | Readonly<{ kind: 'palette'; screen: Point; at: Point | null; from: From | null }>;

/** All that the parts of the editor share. */
export type EditorModel = EditorProps &
  Readonly<{
    definition: Definition;
    isLocked: boolean;
    over: Over;
    setOver: (over: Over) => void;
    chosen: readonly string[];
    /** Chooses nodes, or others than before. They need not be drawn yet. */
    choose: (ids: readonly string[] | ((chosen: readonly string[]) => readonly string[])) => void;
    /** Null until they are known: a flow that says nothing is arranged first. */
    places: Places | null;
    findings: ReadonlyMap<string, readonly DraftFinding[]>;
    faults: number;
    trace: Trace | null;
    setTrace: (trace: Trace | null) => void;
    edit: (edit: Edit, what: string) => void;
    showNode: (id: string) => void;
    /** Gives a node another id; its settings stay as they are, with the keyboard in them. */
    rename: (from: string, to: string) => void;
    /** Tells the settings of one node from those of another, whatever they are called. */
    panelOf: (id: string) => number;
    /** @param at left out: beside what it follows, or in the middle of what is seen. */
    add: (type: NodeType, at: Point | null, from: From | null) => void;
    arrangeAll: () => Promise<void>;
  }>;

export function useEditor(props: EditorProps): EditorModel {
  const { client, draft } = props;
  const { definition } = draft.editor;
  const [over, setOver] = useState<Over>({ kind: 'nothing' });
  const [wanted, choose] = useState<readonly string[]>([]);
  const chosen = useMemo(() => wanted.filter((id) => nodeOf(definition, id) !== undefined), [wanted, definition]);
  const [trace, setTrace] = useState<Trace | null>(null);
  const edit = useCallback((change: Edit, what: string) => client.edit(change, what), [client]);
  const places = usePlaces(definition);
  const showNode = useShowNode(choose);
  const findings = useMemo(() => findingsByNode(draft.findings), [draft.findings]);
  const faults = draft.findings.filter(({ severity }) => severity === 'fault').length;
  const add = useAdd({ definition, edit, places, chosen, showNode });
  return {
    ...props,
    ...{ definition, isLocked: !useWho().may.design, over, setOver, chosen, choose },
    ...{ places, findings, faults, trace, setTrace, edit, showNode, add, ...useRename(edit, choose) },
    arrangeAll: useArrange(definition, edit),
  };
}

/** Where the nodes stand. What a flow does not say is found out once, and is part of the draft when something is moved. */
function usePlaces(definition: Definition): Places | null {
  const [arranged, setArranged] = useState<Places | null>(null);
  const isAsked = useRef(false);
  const isNeeded = lacksPlaces(definition) && Object.keys(definition.layout ?? {}).length === 0;
  useEffect(() => {
    if (!isNeeded || isAsked.current) return;
    isAsked.current = true;
    // Without the library that arranges they stand in rows.
    void arrange(definition, new Map()).then(setArranged, () => setArranged({}));
  }, [isNeeded, definition]);
  return useMemo(
    () => (isNeeded && arranged === null ? null : placesOf(definition, arranged)),
    [definition, arranged, isNeeded],
  );
}

function useRename(edit: EditorModel['edit'], choose: EditorModel['choose']): Pick<EditorModel, 'rename' | 'panelOf'> {
  const panels = useRef(new Map<string, number>());
  const most = useRef(0);
  const panelOf = (id: string): number => {
    const known = panels.current.get(id);
    if (known !== undefined) return known;
    most.current += 1;
    panels.current.set(id, most.current);
    return most.current;
  };
  const rename = (from: string, to: string): void => {
    panels.current.set(to, panelOf(from));
    panels.current.delete(from);
    edit(renameNode(from, to), '');
    choose((before) => before.map((id) => (id === from ? to : id)));
  };
  return { rename, panelOf };
}

type Adding = Pick<EditorModel, 'definition' | 'edit' | 'places' | 'chosen' | 'showNode'>;

function useAdd({ definition, edit, places, chosen, showNode }: Adding): EditorModel['add'] {
  const { screenToFlowPosition, getNode } = useReactFlow<CardNode>();
  const middle = (): Point => {
    const { left, top, width, height } =
      document.querySelector('.react-flow')?.getBoundingClientRect() ?? new DOMRect();
    return screenToFlowPosition({ x: left + width / 2 - cardWidth / 2, y: top + height / 2 - 60 });
  };
  return (type, at, from) => {
    const id = freeId(definition.nodes, idWishes[type]);
    // What is added by its button follows the one node that is chosen, where an output of that leads nowhere yet.
    const source = from ?? (at === null ? openOutput(definition, chosen) : null);
    const before = source === null ? undefined : places?.[source.id];
    const width = source === null ? 0 : (getNode(source.id)?.measured?.width ?? cardWidth);
    const place = at ?? (before === undefined ? middle() : { x: before.x + width + 88, y: before.y });
    edit((draft) => {
      const added = addNode(id, type, free(place, places ?? {}))({ ...draft, layout: { ...places, ...draft.layout } });
      return source === null || type === 'context-switch' ? added : leadTo(source.id, source.output, id)(added);
    }, '');
    showNode(id);
  };
}

function openOutput({ nodes }: Definition, chosen: readonly string[]): From | null {
  const [id] = chosen;
  const node = id === undefined || chosen.length !== 1 ? undefined : nodes[id];
  if (id === undefined || node === undefined || node.type === 'end-conversation') return null;
  return node.outputs?.default == null ? { id, output: 'default' } : null;
}

/** A place on which no card lies yet: further down, if need be. */
function free({ x, y }: Point, places: Places): Point {
  const taken = Object.values(places);
  let at = { x, y };
  while (taken.some((place) => Math.abs(place.x - at.x) < cardWidth && Math.abs(place.y - at.y) < 140)) {
    at = { x: at.x, y: at.y + 160 };
  }
  return at;
}

function useArrange(definition: Definition, edit: EditorModel['edit']): () => Promise<void> {
  const { getNodes } = useReactFlow<CardNode>();
  const showAll = useShowAll();
  return async () => {
    const sizes = getNodes().flatMap(({ id, measured }) =>
      measured?.width && measured.height ? [[id, { width: measured.width, height: measured.height }] as const] : [],
    );
    const places = await arrange(definition, new Map(sizes));
    edit(moveNodes(places), '');
    // They are in their places with the next drawing.
    requestAnimationFrame(() => requestAnimationFrame(showAll));
  };
}

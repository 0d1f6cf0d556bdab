import { useReactFlow } from '@xyflow/react';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { without } from '../canvas/canvas.tsx';
import { leaveCards } from '../canvas/keyboard.ts';
import { readDefinition } from '../draft/definition.ts';
import { type Clipping, clip, type Edit, paste } from '../draft/edit.ts';
import { tell } from '../parts/toasts.tsx';
import { useShortcuts } from './shortcuts.ts';
import type { EditorModel } from './use-editor.ts';

/** Says that a text on the clipboard holds nodes of a flow. */
const mark = 'baton/nodes';

const written = (clipping: Clipping): string => JSON.stringify({ kind: mark, ...clipping });

function readClipping(text: string): Clipping | null {
  try {
    const value = JSON.parse(text) as { kind?: unknown };
    if (value?.kind !== mark) return null;
    const { nodes, layout = {} } = readDefinition(value);
    return { nodes, layout };
  } catch {
    return null;
  }
}

/** What the keys do in the editor. */
export function useEditorKeys(editor: EditorModel): void {
  const { client, definition, places, chosen, choose, isLocked, setOver } = editor;
  const { getEdges } = useReactFlow();
  const pasteAt = usePaste(editor);
  const ids = new Set(chosen);
  const remove = (): void => {
    leaveCards(ids);
    const lines = getEdges().filter(({ selected }) => selected);
    if (ids.size + lines.length > 0) client.edit(without(ids, lines), '');
  };
  const unlocked = (task: () => void) => (): void => {
    if (!isLocked) task();
  };
  useShortcuts({
    undo: unlocked(() => client.undo()),
    redo: unlocked(() => client.redo()),
    search: () => setOver({ kind: 'search' }),
    add: unlocked(() => setOver({ kind: 'palette', screen: { x: 96, y: 72 }, at: null, from: null })),
    selectAll: () => choose(Object.keys(definition.nodes)),
    letGo: () => choose([]),
    remove: unlocked(remove),
    duplicate: unlocked(() => {
      if (chosen.length > 0) pasteAt(clip(definition, ids, places ?? {}), 48);
    }),
    copy: (isCut) => {
      if (chosen.length === 0) return null;
      const text = written(clip(definition, ids, places ?? {}));
      if (isCut && !isLocked) remove();
      else tell(words.copied(chosen.length));
      return text;
    },
    paste: (text) => {
      const clipping = isLocked ? null : readClipping(text);
      if (clipping !== null) pasteAt(clipping, null);
      return clipping !== null;
    },
  });
}

function usePaste({ client, places, choose }: EditorModel) {
  const { screenToFlowPosition } = useReactFlow();
  /** @param beside how far from where they were; null for the middle of what is seen. */
  return (clipping: Clipping, beside: number | null): void => {
    const { left, top, width, height } =
      document.querySelector('.react-flow')?.getBoundingClientRect() ?? new DOMRect();
    const corners = Object.values(clipping.layout);
    const corner = { x: Math.min(...corners.map(({ x }) => x)), y: Math.min(...corners.map(({ y }) => y)) };
    const middle = screenToFlowPosition({ x: left + width / 2 - 120, y: top + height / 2 - 80 });
    const at = beside === null ? middle : { x: corner.x + beside, y: corner.y + beside };
    let pasted: readonly string[] = [];
    const edit: Edit = (before) => {
      const { after, ids } = paste({ ...before, layout: { ...places, ...before.layout } }, clipping, at);
      pasted = ids;
      return after;
    };
    client.edit(edit, '');
    choose(pasted);
  };
}

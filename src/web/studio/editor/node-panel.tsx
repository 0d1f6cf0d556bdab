import { Button, IconButton } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { useKeepInSight } from '../canvas/use-show-node.ts';
import type { DraftNode } from '../draft/definition.ts';
import { clip, paste, removeNodes, setNode, setStart } from '../draft/edit.ts';
import { NodeDrawer } from '../drawers/node-drawer.tsx';
import type { EditorModel } from './use-editor.ts';

type Props = Readonly<{ editor: EditorModel; id: string; node: DraftNode }>;

/** The settings of the node that is chosen, and what can be done with it. */
export function NodePanel({ editor, id, node }: Props) {
  const { agentId, definition, findings, isLocked, edit, choose } = editor;
  useKeepInSight(id);
  const rename = (to: string): string | null => {
    if (to === id) return null;
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(to)) return words.nameWrong;
    // The server takes no JSON in which something is called so.
    if (to === '__proto__') return words.nameRefused(to);
    if (Object.hasOwn(definition.nodes, to)) return words.nameTaken(to);
    editor.rename(id, to);
    return null;
  };
  return (
    <aside class="node-panel" aria-label={words.settingsOf(id)}>
      <div class="node-panel-actions">
        {!isLocked && <NodeActions {...{ editor, id, node }} />}
        <IconButton icon="close" label={words.closeDrawer} onClick={() => choose([])} />
      </div>
      <NodeDrawer
        {...{ agentId, id, node, definition, isLocked, edit, rename }}
        findings={findings.get(id) ?? []}
        change={(changed, what) => edit(setNode(id, changed), `node ${id} ${what}`)}
      />
    </aside>
  );
}

function NodeActions({ editor: { definition, places, edit, choose, showNode }, id, node }: Props) {
  const duplicate = (): void => {
    const ids = new Set([id]);
    const { x, y } = places?.[id] ?? { x: 0, y: 0 };
    const copy = clip(definition, ids, places ?? {});
    edit((before) => paste(before, copy, { x: x + 48, y: y + 48 }).after, '');
    showNode(paste(definition, copy, { x, y }).ids[0] ?? id);
  };
  const canStart = definition.start !== id && node.type !== 'context-switch';
  return (
    <>
      {canStart && (
        <Button look="plain" onClick={() => edit(setStart(id), '')}>
          <Icon name="play" size={16} />
          {words.setStart}
        </Button>
      )}
      <IconButton icon="copy" label={words.duplicate} onClick={duplicate} />
      <IconButton
        icon="trash"
        label={words.remove}
        onClick={() => [choose([]), edit(removeNodes(new Set([id])), '')]}
      />
    </>
  );
}

import { Panel } from '@xyflow/react';
import { useCallback, useState } from 'preact/hooks';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { Canvas } from '../canvas/canvas.tsx';
import { EmptyFlow } from '../canvas/empty-flow.tsx';
import { Palette } from '../canvas/palette.tsx';
import { SearchBox } from '../canvas/search-box.tsx';
import { useKeepInSight } from '../canvas/use-show-node.ts';
import { isNodeType, nodeOf, type Point } from '../draft/definition.ts';
import { Tester } from '../tester/tester.tsx';
import { useEditorKeys } from './editor-keys.ts';
import { JsonDialog } from './json-dialog.tsx';
import { NodePanel } from './node-panel.tsx';
import { Overtaken } from './overtaken.tsx';
import { Problems } from './problems.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { CanvasTools, TopBar } from './top-bar.tsx';
import { type EditorModel, type EditorProps, type From, useEditor } from './use-editor.ts';

/** The canvas with all that stands around it. */
export function Editor(props: EditorProps) {
  const editor = useEditor(props);
  const [isTesting, setTesting] = useState(false);
  const { agentId, client, draft, definition, isLocked, chosen, faults, setTrace, setOver, showNode } = editor;
  useEditorKeys(editor);
  const [only] = chosen;
  const node = chosen.length === 1 ? nodeOf(definition, only) : undefined;
  return (
    <div class="editor">
      <TopBar
        {...{ agentId, draft, isLocked, isTesting }}
        onTest={() => setTesting(!isTesting)}
        onPublish={() => setOver({ kind: 'publish' })}
        onProblems={() => setOver({ kind: 'problems' })}
        tools={<Tools editor={editor} />}
      />
      <Overtaken client={client} draft={draft} />
      <div class="editor-body">
        <Stage editor={editor} />
        {node !== undefined && only !== undefined && (
          <NodePanel key={editor.panelOf(only)} {...{ editor, id: only, node }} />
        )}
        {isTesting && (
          <aside class="tester-panel" aria-label={words.tester}>
            <Tester
              {...{ agentId, definition, faults }}
              save={() => client.save(true)}
              onTrace={setTrace}
              onShowNode={showNode}
              onClose={() => [setTesting(false), setTrace(null)]}
            />
          </aside>
        )}
      </div>
      <Overlays editor={editor} />
    </div>
  );
}

const below = (button: HTMLElement): Point => {
  const { left, bottom } = button.getBoundingClientRect();
  return { x: left, y: bottom + 8 };
};

function Tools({ editor: { client, draft, isLocked, setOver, arrangeAll } }: { editor: EditorModel }) {
  const { past, future } = draft.editor;
  return (
    <CanvasTools
      {...{ isLocked, canUndo: past.length > 0, canRedo: future.length > 0 }}
      onAdd={(button) => setOver({ kind: 'palette', screen: below(button), at: null, from: null })}
      onUndo={() => client.undo()}
      onRedo={() => client.redo()}
      onArrange={() => void arrangeAll()}
      onSearch={() => setOver({ kind: 'search' })}
      onJson={() => setOver({ kind: 'json' })}
    />
  );
}

function Stage({ editor }: { editor: EditorModel }) {
  const { definition, places, chosen, findings, trace, isLocked, edit, add, over, setOver, choose, showNode } = editor;
  useKeepInSight(trace?.current ?? null);
  const addAfter = useCallback(
    (from: From, at: Point, screen: Point) => setOver({ kind: 'palette', screen, at, from }),
    [setOver],
  );
  const isEmpty = Object.keys(definition.nodes).length === 0;
  return (
    <div class="editor-canvas">
      {places !== null && (
        <Canvas
          {...{ definition, places, chosen, findings, trace, isLocked, edit }}
          onChosen={choose}
          onAddAfter={addAfter}
          onDropKind={(type, at) => isNodeType(type) && add(type, at, null)}
        >
          {isLocked && (
            <Panel position="top-center" className="canvas-note">
              {words.readOnly}
            </Panel>
          )}
        </Canvas>
      )}
      {isEmpty && !isLocked && (
        <EmptyFlow
          onMessage={() => add('send-message', null, null)}
          onOther={(button) => setOver({ kind: 'palette', screen: below(button), at: null, from: null })}
        />
      )}
      {over.kind === 'search' && (
        <SearchBox definition={definition} onShow={showNode} onClose={() => setOver({ kind: 'nothing' })} />
      )}
    </div>
  );
}

function Overlays({ editor }: { editor: EditorModel }) {
  const { agentId, client, draft, definition, isLocked, over, setOver, add, showNode } = editor;
  const close = (): void => setOver({ kind: 'nothing' });
  switch (over.kind) {
    case 'palette':
      return <Palette at={over.screen} onClose={close} onChoose={(type) => [close(), add(type, over.at, over.from)]} />;
    case 'json':
      return (
        <JsonDialog {...{ definition, isLocked }} onClose={close} onApply={(read) => client.edit(() => read, '')} />
      );
    case 'problems':
      return <Problems findings={draft.findings} onShow={showNode} onClose={close} />;
    case 'publish':
      return <PublishDialog {...{ agentId, client, draft }} onShow={showNode} onClose={close} />;
    default:
      return null;
  }
}

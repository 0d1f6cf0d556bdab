import { IconButton } from '../../parts/buttons.tsx';
import { drawerTexts } from '../../texts/studio/drawers.ts';
import { outputHint } from '../../texts/studio/drawers-outputs.ts';
import { nodeWords, outputTitle } from '../../texts/studio/nodes.ts';
import { type DraftNode, isNodeType, outputsOf, ownOf } from '../draft/definition.ts';
import { connect } from '../draft/edit.ts';
import { useForm } from './pieces/form.tsx';
import { Part, Setting } from './pieces/setting.tsx';
import { nodeWith } from './reading.ts';

/** Those of the node, and those that are only written down. */
function shownOutputs(node: DraftNode): readonly string[] {
  return [...new Set([...outputsOf(node), ...Object.keys(node.outputs ?? {})])];
}

/** Where each output leads: the keyboard's way to connect nodes. */
export function Outputs() {
  const { node } = useForm();
  const outputs = shownOutputs(node);
  if (outputs.length === 0) return null;
  return (
    <Part title={drawerTexts.outputs} lead={drawerTexts.outputsHint}>
      {outputs.map((output) => (
        <Output key={output} output={output} />
      ))}
    </Part>
  );
}

function Output({ output }: { output: string }) {
  const { id, node, definition, update, isLocked } = useForm();
  const target = ownOf(node.outputs, output) ?? '';
  const isOwn = !isNodeType(node.type) || outputsOf({ ...node, outputs: {} }).includes(output);
  const title = outputTitle(node.type, output);
  const path = `outputs.${output}`;
  const lead = (to: string): void =>
    update((before) => {
      const draft = { ...definition, nodes: { ...definition.nodes, [id]: before } };
      return connect(id, output, to === '' ? null : to)(draft).nodes[id] ?? before;
    }, path);
  const remove = (): void =>
    update((before) => {
      const { [output]: _, ...others } = before.outputs ?? {};
      return nodeWith(before, { outputs: others });
    }, path);
  return (
    <Setting path={path} label={title} hint={outputHint(node.type, output)}>
      {(described) => (
        <span class="drawer-line">
          <select
            {...described}
            class="input input-choice"
            value={target}
            disabled={isLocked}
            onChange={({ currentTarget }) => lead(currentTarget.value)}
          >
            <option value="">{drawerTexts.open}</option>
            {target !== '' && !Object.hasOwn(definition.nodes, target) && (
              <option value={target}>{drawerTexts.gone(target)}</option>
            )}
            {Object.entries(definition.nodes).map(([other, { type }]) => (
              <option key={other} value={other}>
                {drawerTexts.node(other, nodeWords(type).title)}
              </option>
            ))}
          </select>
          {!isOwn && (
            <IconButton icon="trash" label={drawerTexts.removeOutput(title)} disabled={isLocked} onClick={remove} />
          )}
        </span>
      )}
    </Setting>
  );
}

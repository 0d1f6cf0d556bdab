import { Handle, type NodeProps, Position } from '@xyflow/react';
import { createContext } from 'preact';
import { memo } from 'preact/compat';
import { useContext } from 'preact/hooks';
import { Icon } from '../../parts/icons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { nodeWords, outputTitle } from '../../texts/studio/nodes.ts';
import { outputsOf, ownOf } from '../draft/definition.ts';
import { familyOf, iconOf } from './kind-icons.ts';
import { type CardNode, innerStart } from './project.ts';
import { summaryOf } from './summary.ts';

/** What a card can ask of the canvas it stands on. */
export type CardActions = Readonly<{
  isLocked: boolean;
  /** Offers kinds of nodes to follow at an output. */
  addAfter: (id: string, output: string, button: HTMLElement) => void;
}>;

export const CardActionsContext = createContext<CardActions>({ isLocked: true, addAfter: () => undefined });

/** One node: what it is, what it does, and where it leads. */
export const NodeCard = memo(({ data }: NodeProps<CardNode>) => {
  const { id, node, isStart, faults, warnings, entered, isCurrent } = data;
  const { title } = nodeWords(node.type);
  const summary = summaryOf(node);
  const isEntrance = node.type !== 'context-switch';
  return (
    <div
      class="node-card"
      data-family={familyOf(node.type)}
      data-fault={faults > 0}
      data-entered={entered !== null && entered > 0}
      data-trying={entered !== null}
      data-current={isCurrent}
    >
      {isEntrance && <Handle type="target" position={Position.Left} className="node-in" />}
      <div class="node-head">
        <span class="node-icon">
          <Icon name={iconOf(node.type)} size={18} />
        </span>
        <span class="node-names">
          <span class="node-kind">{title}</span>
          <span class="node-id">{id}</span>
        </span>
        {isStart && <span class="node-start">{words.start}</span>}
        {faults + warnings > 0 && (
          <span class="node-problems" data-tone={faults > 0 ? 'bad' : 'warn'} title={words.faultsOf(faults, warnings)}>
            {faults > 0 ? faults : warnings}
            <span class="only-read-aloud"> {words.faultsOf(faults, warnings)}</span>
          </span>
        )}
      </div>
      {summary !== '' && <p class="node-summary">{summary}</p>}
      <Outputs data={data} />
      {entered !== null && entered > 0 && (
        <span class="node-entered" title={words.entered(entered)}>
          <Icon name="tick" size={14} />
          {entered}
          <span class="only-read-aloud"> {isCurrent ? words.isHere : words.entered(entered)}</span>
        </span>
      )}
    </div>
  );
});

function Outputs({ data: { id, node } }: Pick<NodeProps<CardNode>, 'data'>) {
  const inner = node.type === 'sub-flow' ? [innerStart] : [];
  const outputs = [...inner, ...outputsOf(node)];
  if (outputs.length === 0) return null;
  return (
    <ul class="node-outputs">
      {outputs.map((output) => (
        <Output key={output} id={id} type={node.type} output={output} isOpen={isOpen(node, output)} />
      ))}
    </ul>
  );
}

function isOpen(node: CardNode['data']['node'], output: string): boolean {
  const target = output === innerStart ? node.start : ownOf(node.outputs, output);
  return typeof target !== 'string' || target === '';
}

type OutputProps = Readonly<{ id: string; type: string; output: string; isOpen: boolean }>;

function Output({ id, type, output, isOpen: leadsNowhere }: OutputProps) {
  const { isLocked, addAfter } = useContext(CardActionsContext);
  const title = output === innerStart ? words.subFlowStart : outputTitle(type, output);
  return (
    <li class="node-output" data-open={leadsNowhere}>
      <span class="node-output-name">{title}</span>
      {leadsNowhere && !isLocked && (
        <button
          type="button"
          class="node-add nodrag nopan"
          aria-label={words.addNext(title, id)}
          title={words.addNode}
          onClick={({ currentTarget }) => addAfter(id, output, currentTarget)}
        >
          <Icon name="plus" size={14} />
        </button>
      )}
      <Handle type="source" id={output} position={Position.Right} className="node-out" />
    </li>
  );
}

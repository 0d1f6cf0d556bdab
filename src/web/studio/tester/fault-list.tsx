import { Icon } from '../../parts/icons.tsx';
import { nodeWords } from '../../texts/studio/nodes.ts';
import { testerTexts } from '../../texts/studio/tester.ts';
import type { Fault } from '../api/ask.ts';
import { type Definition, nodeOf } from '../draft/definition.ts';
import { type DraftFinding, readFindings } from '../draft/findings.ts';
import type { ShowNode } from './show-node.ts';

type FaultListProps = Readonly<{
  faults: readonly Fault[];
  definition: Definition;
  onShowNode: ShowNode;
}>;

/** What keeps a draft from running, each with the node where it is. */
export function FaultList({ faults, definition, onShowNode }: FaultListProps) {
  return (
    <section class="tester-faults" role="alert" aria-label={testerTexts.faultsTitle(faults.length)}>
      <h3>
        <Icon name="warning" size={18} />
        {testerTexts.faultsTitle(faults.length)}
      </h3>
      <ul>
        {readFindings(faults, []).map((finding) => (
          <li key={`${finding.node} ${finding.path} ${finding.message}`}>
            <Where {...{ finding, definition, onShowNode }} />
            <p>{finding.message}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

type WhereProps = Readonly<{ finding: DraftFinding }> & Pick<FaultListProps, 'definition' | 'onShowNode'>;

function Where({ finding: { node: id, path }, definition, onShowNode }: WhereProps) {
  const node = nodeOf(definition, id ?? undefined);
  if (id === null || node === undefined) return <code>{path === '' ? testerTexts.wholeDraft : path}</code>;
  return (
    <p class="tester-where">
      {onShowNode === null ? (
        <strong>{id}</strong>
      ) : (
        <button type="button" class="link-button" aria-label={testerTexts.showNode(id)} onClick={() => onShowNode(id)}>
          {id}
        </button>
      )}
      <span>{nodeWords(node.type).title}</span>
      {path !== '' && <code>{path}</code>}
    </p>
  );
}

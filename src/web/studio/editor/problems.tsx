import { Icon } from '../../parts/icons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import type { DraftFinding } from '../draft/findings.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Badge } from '../parts/small.tsx';

export type ProblemsProps = Readonly<{
  findings: readonly DraftFinding[];
  onShow: (node: string) => void;
  onClose: () => void;
}>;

/** All that is wrong with a draft; each leads to its node. */
export function ProblemList({ findings, onShow }: Omit<ProblemsProps, 'onClose'>) {
  return (
    <ul class="problems">
      {findings.map(({ node, path, message, severity }) => (
        <li
          key={`${severity} ${node} ${path} ${message}`}
          class="problem"
          data-tone={severity === 'fault' ? 'bad' : 'warn'}
        >
          <Icon name={severity === 'fault' ? 'warning' : 'info'} size={18} />
          <span>
            {node === null ? (
              <strong>{path === '' ? words.ofTheDraft : path}</strong>
            ) : (
              <button type="button" class="link-button" onClick={() => onShow(node)}>
                {node}
              </button>
            )}{' '}
            {node !== null && path !== '' && <Badge>{path}</Badge>}
            <span class="problem-text">{message}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Problems({ findings, onShow, onClose }: ProblemsProps) {
  const show = (node: string): void => {
    onClose();
    onShow(node);
  };
  return (
    <Dialog title={words.problemsTitle} onClose={onClose}>
      {findings.length === 0 ? <p>{words.noProblems}</p> : <ProblemList findings={findings} onShow={show} />}
    </Dialog>
  );
}

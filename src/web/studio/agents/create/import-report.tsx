import { Button } from '../../../parts/buttons.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { agentsTexts as words } from '../../../texts/studio/agents.ts';
import type { AnswerTo } from '../../api/ask.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { download } from '../../parts/download.ts';
import { Badge, type Tone } from '../../parts/small.tsx';
import { goTo } from '../../shell/navigation.tsx';

type Report = AnswerTo<'importAgent'>['report'];
type Note = Report['notes'][number];

/** What was lost comes first. */
const order = ['left-out', 'changed', 'taken'] as const;
const tones: Readonly<Record<Note['kind'], Tone>> = { 'left-out': 'warn', changed: 'accent', taken: 'plain' };

type Props = Readonly<{ id: string; answer: AnswerTo<'importAgent'>; onClose: () => void }>;

/** What became of each part of a file. */
export function ImportReport({ id, answer: { report, faults }, onClose }: Props) {
  const groups = order.flatMap((kind) => {
    const notes = report.notes.filter((note) => note.kind === kind);
    return notes.length === 0 ? [] : [{ kind, notes }];
  });
  const save = (): void => download(`${id}-import.txt`, asText(groups), 'text/plain');
  return (
    <Dialog
      title={words.importedTitle}
      size="wide"
      onClose={onClose}
      actions={
        <>
          {groups.length > 0 && (
            <Button onClick={save}>
              <Icon name="download" size={18} />
              {words.saveReport}
            </Button>
          )}
          <Button look="primary" onClick={() => goTo({ kind: 'agent', agentId: id })}>
            {words.openEditor}
          </Button>
        </>
      }
    >
      <div class="import-sums">
        <p>{words.importedText(id)}</p>
        {groups.length === 0 ? <p>{words.importedWhole}</p> : <Sums report={report} />}
        <p class="import-faults" data-faulty={faults.length > 0}>
          <Icon name={faults.length > 0 ? 'warning' : 'tick'} size={18} />
          {words.importFaults(faults.length)}
        </p>
      </div>
      {groups.map((group) => (
        <Group key={group.kind} {...group} />
      ))}
    </Dialog>
  );
}

type Notes = Readonly<{ kind: Note['kind']; notes: readonly Note[] }>;

function Group({ kind, notes }: Notes) {
  return (
    <details class="import-group" open={kind !== 'taken'}>
      <summary>
        {words.notes[kind]} <Badge tone={tones[kind]}>{notes.length}</Badge>
      </summary>
      <dl class="import-notes">
        {notes.map(({ where, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change.
          <div key={index}>
            <dt>{where}</dt>
            <dd>{message}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Sums({ report }: { report: Report }) {
  return (
    <p class="import-badges">
      <Badge tone={tones.taken}>{words.taken(report.taken)}</Badge>
      <Badge tone={tones.changed}>{words.changed(report.changed)}</Badge>
      <Badge tone={report.left_out > 0 ? 'warn' : 'plain'}>{words.leftOut(report.left_out)}</Badge>
    </p>
  );
}

const asText = (groups: readonly Notes[]): string =>
  groups
    .map(({ kind, notes }) => {
      const lines = notes.map(({ where, message }) => `- ${where}: ${message}`);
      return `${words.notes[kind]}\n${lines.join('\n')}\n`;
    })
    .join('\n');

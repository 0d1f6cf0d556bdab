import { useId, useState } from 'preact/hooks';
import { Icon } from '../../../parts/icons.tsx';
import { agentsTexts as words } from '../../../texts/studio/agents.ts';
import type { AnswerTo } from '../../api/ask.ts';
import { DetailsDialog, type FormProps, useMaking } from './details.tsx';
import { makeFromFile, mostBytes, nameOfFile } from './make.ts';
import { IdField, useNaming } from './naming.tsx';

type Props = FormProps & Readonly<{ onImported: (id: string, answer: AnswerTo<'importAgent'>) => void }>;

/** A file becomes the draft of a new virtual agent; its name comes with it. */
export function ImportForm({ taken, onImported, ...dialog }: Props) {
  const [file, setFile] = useState<File | null>(null);
  const [suggested, setSuggested] = useState('import');
  const [isTried, setTried] = useState(false);
  const naming = useNaming(suggested, taken);
  const fault =
    file === null ? (isTried ? words.fileMissing : null) : file.size > mostBytes ? words.fileTooLarge : null;
  const making = useMaking(
    naming,
    // It is asked for only once `file` is there.
    () => makeFromFile(naming.id, file as File),
    (answer) => onImported(naming.id, answer),
    () => {
      setTried(true);
      return file !== null && file.size <= mostBytes;
    },
  );
  const choose = (chosen: File | undefined): void => {
    if (chosen === undefined) return;
    setFile(chosen);
    void nameOfFile(chosen).then((name) => setSuggested(name.trim() === '' ? 'import' : name));
  };
  const texts = { title: words.importTitle, submit: words.importNow, busy: words.importing };
  return (
    <DetailsDialog making={making} {...texts} {...dialog}>
      <FileField file={file} fault={fault} onFile={choose} />
      <IdField naming={naming} />
    </DetailsDialog>
  );
}

type FileProps = Readonly<{ file: File | null; fault: string | null; onFile: (file: File | undefined) => void }>;

/** Where a file is chosen, or dropped. The browser's own field lies over the whole of it, so that all of it works by itself. */
function FileField({ file, fault, onFile }: FileProps) {
  const id = useId();
  const about = [`${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div class="setting" data-fault={fault !== null}>
      <label for={id}>{words.file}</label>
      <div class="file-field">
        <Icon name="upload" />
        <span>{file === null ? words.fileChoose : file.name}</span>
        <input
          id={id}
          type="file"
          accept=".zip,.json,application/zip,application/json"
          aria-invalid={fault !== null}
          aria-describedby={about}
          onChange={({ currentTarget }) => onFile(currentTarget.files?.[0])}
        />
      </div>
      {fault && (
        <p id={`${id}-fault`} class="setting-fault">
          {fault}
        </p>
      )}
      <p id={`${id}-hint`} class="setting-hint">
        {words.fileHint}
      </p>
    </div>
  );
}

import { useState } from 'preact/hooks';
import { agentsTexts as words } from '../../../texts/studio/agents.ts';
import { TextSetting } from '../../parts/fields.tsx';
import { isAgentId, suggestId } from './agent-id.ts';

export type Naming = Readonly<{
  name: string;
  id: string;
  setName: (name: string) => void;
  setId: (id: string) => void;
  nameFault: string | null;
  idFault: string | null;
  /** Whether both may be so; from then on it is shown what may not. */
  check: () => boolean;
  /** The server knows of another one with this id. */
  refuseId: () => void;
  /** Whether faults are shown yet. */
  isChecked: boolean;
}>;

const longestName = 200;

/** A name and an id for a new virtual agent. The id follows the name until it is written by hand. */
export function useNaming(suggested: string, taken: ReadonlySet<string>): Naming {
  const [name, setName] = useState<string | null>(null);
  const [id, setId] = useState<string | null>(null);
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const [isChecked, setChecked] = useState(false);
  const nameNow = name ?? suggested;
  const all = new Set([...taken, ...refused]);
  const idNow = id ?? suggestId(nameNow, all);
  const trimmed = nameNow.trim();
  const nameFault = trimmed === '' ? words.nameMissing : [...trimmed].length > longestName ? words.nameTooLong : null;
  const idFault = !isAgentId(idNow) ? words.idWrong : all.has(idNow) ? words.idTaken : null;
  return {
    ...{ name: nameNow, id: idNow, setName, setId, nameFault, idFault, isChecked },
    check: () => {
      setChecked(true);
      return nameFault === null && idFault === null;
    },
    refuseId: () => {
      setId(idNow);
      setRefused((before) => new Set([...before, idNow]));
    },
  };
}

export function NameField({ naming }: { naming: Naming }) {
  return (
    <TextSetting
      label={words.name}
      hint={words.nameHint}
      value={naming.name}
      onValue={naming.setName}
      fault={naming.isChecked ? (naming.nameFault ?? undefined) : undefined}
    />
  );
}

export function IdField({ naming }: { naming: Naming }) {
  // An id that is wrong is worth knowing at once: it was written by hand.
  return (
    <TextSetting
      label={words.id}
      hint={words.idHint}
      isCode
      value={naming.id}
      onValue={naming.setId}
      fault={naming.idFault ?? undefined}
    />
  );
}

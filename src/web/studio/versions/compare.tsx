import { StatePage } from '../../parts/state-page.tsx';
import { versionsTexts as words } from '../../texts/studio/versions.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { ChoiceSetting } from '../parts/fields.tsx';
import { AskedView } from '../parts/frame.tsx';
import { Changes } from './changes/changes-view.tsx';
import type { Version } from './listed.ts';
import { readSide, type Side } from './sides.ts';
import { useDefinitions } from './use-definitions.ts';
import { useSides } from './use-sides.ts';

type Props = Readonly<{ agentId: string; versions: readonly Version[]; draft: OpenDraft | null }>;

/** What changed between two, of which either may be chosen. */
export function Compare({ agentId, versions, draft }: Props) {
  const { before, after, compare } = useSides(agentId, versions, draft);
  const { asking, again } = useDefinitions(agentId, { before, after }, draft?.editor.definition ?? null);
  const listed = versions.map(({ version }) => version);
  if (after === null || versions.length === 0) return null;
  return (
    <section class="card compare" aria-label={words.compareTitle}>
      <h2>{words.compareTitle}</h2>
      {before === null ? (
        <StatePage icon="history" title={words.nothingTitle} text={words.firstVersion} />
      ) : (
        <>
          <div class="compare-sides">
            <SideChoice
              label={words.before}
              {...{ value: before, listed, hasDraft: draft !== null, not: after }}
              onSide={(side) => compare(side, after)}
            />
            <SideChoice
              label={words.after}
              {...{ value: after, listed, hasDraft: draft !== null, not: before }}
              onSide={(side) => compare(before, side)}
            />
          </div>
          <AskedView asking={asking} again={again}>
            {(pair) => pair.before && pair.after && <Changes before={pair.before} after={pair.after} />}
          </AskedView>
        </>
      )}
    </section>
  );
}

type ChoiceProps = Readonly<{
  label: string;
  value: Side;
  listed: readonly number[];
  hasDraft: boolean;
  /** The other side; with itself nothing is compared. */
  not: Side;
  onSide: (side: Side) => void;
}>;

function SideChoice({ label, value, listed, hasDraft, not, onSide }: ChoiceProps) {
  const numbers = typeof value === 'number' && !listed.includes(value) ? [...listed, value] : listed;
  const sides: readonly Side[] = [...(hasDraft ? (['draft'] as const) : []), ...numbers];
  return (
    <ChoiceSetting
      label={label}
      value={String(value)}
      options={sides.map((side) => ({ value: String(side), label: words.side(side), disabled: side === not }))}
      onValue={(text) => {
        const side = readSide(text);
        if (side !== null) onSide(side);
      }}
    />
  );
}

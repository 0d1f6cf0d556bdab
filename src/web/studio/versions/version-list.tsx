import { Menu, type MenuItem } from '../../parts/menu.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { versionsTexts as words } from '../../texts/studio/versions.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { Badge, More, When } from '../parts/small.tsx';
import { goTo } from '../shell/navigation.tsx';
import { useWho } from '../who.tsx';
import type { Doing } from './doing.ts';
import { exportSide } from './export-side.ts';
import type { Version } from './listed.ts';
import type { Side } from './sides.ts';
import { useSides } from './use-sides.ts';

type Props = Readonly<{
  agentId: string;
  versions: readonly Version[];
  draft: OpenDraft | null;
  hasMore: boolean;
  onMore: () => void;
  onDo: (doing: Doing) => void;
  /** Another one is shown now. */
  onShown: () => void;
}>;

/** What was published, the newest first, below the draft. */
export function VersionList({ agentId, versions, draft, hasMore, onMore, onDo, onShown }: Props) {
  const { may } = useWho();
  const { after, show } = useSides(agentId, versions, draft);
  const choose = (side: Side): void => {
    show(side);
    onShown();
  };
  const doing = { agentId, mayDesign: may.design, onDo, draft };
  return (
    <section class="version-list" aria-label={words.list}>
      <ol>
        {draft && (
          <Line side="draft" isShown={after === 'draft'} onShow={choose} items={draftItems(doing)}>
            <span class="version-facts">{words.follows(draft.stored.base)}</span>
          </Line>
        )}
        {versions.map((version) => (
          <Line
            key={version.version}
            side={version.version}
            isShown={after === version.version}
            onShow={choose}
            items={versionItems(version, doing)}
          >
            <Facts version={version} />
          </Line>
        ))}
      </ol>
      {versions.length === 0 && <StatePage icon="history" title={words.noneTitle} text={words.noneText} />}
      {hasMore && <More onMore={onMore} />}
    </section>
  );
}

function Facts({ version: { name, current, published_at: at, published_by: by, ...rest } }: { version: Version }) {
  const { restored_from: from } = rest;
  return (
    <>
      <span class="version-facts">
        {current && <Badge tone="good">{words.current}</Badge>}
        {from !== undefined && <Badge>{words.repeats(from)}</Badge>}
        <span>{name}</span>
      </span>
      <span class="version-facts">
        <When at={at} />
        {by !== undefined && <span>{words.by(by)}</span>}
      </span>
    </>
  );
}

type LineProps = Readonly<{
  side: Side;
  isShown: boolean;
  onShow: (side: Side) => void;
  items: readonly MenuItem[];
  children: preact.ComponentChildren;
}>;

function Line({ side, isShown, onShow, items, children }: LineProps) {
  const title = words.side(side);
  return (
    <li class="version-line" data-shown={isShown}>
      <div class="version-words">
        <button
          type="button"
          class="version-show"
          aria-pressed={isShown}
          aria-label={words.show(title)}
          onClick={() => onShow(side)}
        >
          {title}
        </button>
        {children}
      </div>
      <Menu label={words.more(title)} icon="more" items={items} />
    </li>
  );
}

type Doings = Readonly<{
  agentId: string;
  mayDesign: boolean;
  onDo: (doing: Doing) => void;
  draft: OpenDraft | null;
}>;

function draftItems({ agentId, mayDesign, onDo, draft }: Doings): readonly MenuItem[] {
  return [
    { icon: 'flow', label: words.toCanvas, onChoose: () => goTo({ kind: 'agent', agentId }) },
    ...lookItems('draft', { agentId, mayDesign, onDo, draft }),
    ...(mayDesign ? [{ icon: 'trash' as const, label: words.discard, onChoose: () => onDo({ kind: 'discard' }) }] : []),
  ];
}

function versionItems({ version, current }: Version, doings: Doings): readonly MenuItem[] {
  const { mayDesign, onDo } = doings;
  return [
    ...(mayDesign && !current
      ? [{ icon: 'history' as const, label: words.restore, onChoose: () => onDo({ kind: 'restore', version }) }]
      : []),
    ...(mayDesign
      ? [{ icon: 'edit' as const, label: words.asDraft, onChoose: () => onDo({ kind: 'as-draft', version }) }]
      : []),
    ...lookItems(version, doings),
  ];
}

const lookItems = (side: Side, { agentId, onDo, draft }: Doings): readonly MenuItem[] => [
  { icon: 'code', label: words.json, onChoose: () => onDo({ kind: 'json', side }) },
  { icon: 'download', label: words.export, onChoose: () => void exportSide(agentId, side, draft) },
];

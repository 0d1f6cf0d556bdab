import type { ComponentChildren } from 'preact';
import type { DeskConversation, DeskPerson } from '../../contract/desk-api.ts';
import { Menu } from '../parts/menu.tsx';
import { SchemeToggle } from '../parts/scheme-toggle.tsx';
import { StatePage } from '../parts/state-page.tsx';
import { ago } from '../parts/time.ts';
import { useNow } from '../parts/use-now.ts';
import { texts } from '../texts/texts.ts';
import { Timer } from './countdown.tsx';
import { serverNow } from './desk-calls.ts';
import type { Desk } from './desk-state.ts';
import { type GroupName, type Groups, groupsOf } from './groups.ts';

type ListProps = Readonly<{
  desk: Desk;
  me: DeskPerson;
  isPage: boolean;
  chosen: string | null;
  onChoose: (id: string) => void;
  onSignOut: () => void;
}>;

/** Whom one talks to, who waits, and what is over. */
export function ConversationList({ desk, me, isPage, chosen, onChoose, onSignOut }: ListProps) {
  const groups = groupsOf(Object.values(desk.conversations), me);
  return (
    <nav class="list" aria-label={texts.desk.conversations}>
      <header class="column-header">
        <span class="brand-mark" />
        <h2>{texts.desk.name}</h2>
        {isPage && <SchemeToggle />}
        <Menu
          label={texts.desk.signedInAs(me.name)}
          icon="person"
          items={[{ icon: 'signed-out', label: texts.desk.signOut, onChoose: onSignOut }]}
        />
      </header>
      <div class="list-scroller">
        {desk.isKnown ? (
          <ListGroups {...{ groups, chosen, onChoose }} unseen={desk.unseen} meId={me.id} />
        ) : (
          <ListSkeleton />
        )}
      </div>
    </nav>
  );
}

type GroupsProps = Readonly<{
  groups: Groups;
  chosen: string | null;
  unseen: readonly string[];
  meId: string;
  onChoose: (id: string) => void;
}>;

function ListGroups({ groups, chosen, unseen, meId, onChoose }: GroupsProps) {
  const isIdle = groups.waiting.length + groups.mine.length === 0;
  const group = (name: GroupName) =>
    groups[name].length > 0 && (
      <Group key={name} title={texts.desk[name]} count={groups[name].length} isFolded={name === 'ended' && !isIdle}>
        {groups[name].map((one) => (
          <Row
            key={one.id}
            conversation={one}
            isChosen={one.id === chosen}
            isUnseen={(name === 'waiting' || name === 'mine') && unseen.includes(one.id)}
            {...{ meId, onChoose }}
          />
        ))}
      </Group>
    );
  return (
    <>
      {isIdle && <StatePage icon="inbox" title={texts.desk.nothingWaitingTitle} text={texts.desk.nothingWaitingText} />}
      {(['mine', 'waiting', 'others', 'ended'] as const).map(group)}
    </>
  );
}

type GroupProps = Readonly<{ title: string; count: number; isFolded: boolean; children: ComponentChildren }>;

/** The browser remembers by itself what somebody folded or opened. */
function Group({ title, count, isFolded, children }: GroupProps) {
  return (
    <details class="group" open={!isFolded}>
      <summary>
        <h3>{title}</h3> <span class="count">{count}</span>
      </summary>
      <ul>{children}</ul>
    </details>
  );
}

type RowProps = Readonly<{
  conversation: DeskConversation;
  isChosen: boolean;
  isUnseen: boolean;
  meId: string;
  onChoose: (id: string) => void;
}>;

function Row({ conversation, isChosen, isUnseen, meId, onChoose }: RowProps) {
  const { id, customer, preview, changedAt, assignee } = conversation;
  const now = useNow(30_000, serverNow);
  const prefix = {
    user: '',
    virtual_agent: texts.desk.botWrote,
    live_agent: assignee?.id === meId ? texts.desk.youWrote : '',
  };
  return (
    <li>
      <button
        type="button"
        class="list-row"
        data-unseen={isUnseen}
        aria-current={isChosen ? 'true' : undefined}
        onClick={() => onChoose(id)}
      >
        <Initial name={customer} />
        <span class="list-row-name">
          <bdi>{customer ?? texts.desk.customer}</bdi>
        </span>
        <time class="list-row-time" dateTime={changedAt}>
          {ago(changedAt, now)}
        </time>
        <span class="list-row-preview" dir="auto">
          {preview ? prefix[preview.from] + preview.text : texts.desk.noLines}
        </span>
        <span class="list-row-marks">
          <Timer conversation={conversation} isShort />
          {isUnseen && <span class="unseen-dot" role="img" aria-label={texts.desk.unseen} />}
        </span>
      </button>
    </li>
  );
}

/** The first letter of a name, or of *Customer*. */
export function Initial({ name }: { name: string | null }) {
  const [letter = '?'] =
    new Intl.Segmenter().segment((name ?? texts.desk.customer).trim()).containing(0)?.segment ?? '?';
  return (
    <span class="initial" aria-hidden="true">
      {letter.toLocaleUpperCase()}
    </span>
  );
}

function ListSkeleton() {
  return (
    <div class="list-skeleton" role="status" aria-label={texts.general.loading}>
      {[1, 2, 3, 4].map((row) => (
        <span key={row} class="skeleton" />
      ))}
    </div>
  );
}

import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { fullTime } from '../../parts/time.ts';
import { recordTexts as words } from '../../texts/studio/access/keys.ts';
import { AskedView } from '../parts/frame.tsx';
import { Badge, More } from '../parts/small.tsx';
import { type Names, partsOf } from './names.ts';
import { type Entry, useNames, useRecord } from './use-record.ts';

/** Who managed what, newest first. */
export function Record() {
  const { asking, further, more, again } = useRecord();
  const names = useNames();
  return (
    <>
      <div class="record-head">
        <p class="page-lead">{words.lead}</p>
        <Button onClick={() => void again()}>
          <Icon name="again" size={18} />
          {words.again}
        </Button>
      </div>
      <AskedView asking={asking} again={again}>
        {({ entries }) =>
          entries.length === 0 ? (
            <StatePage icon="history" title={words.emptyTitle} text={words.emptyText} />
          ) : (
            <>
              <Table entries={[...entries, ...further]} names={names} />
              {more && <More onMore={() => void more()} />}
            </>
          )
        }
      </AskedView>
    </>
  );
}

const Table = ({ entries, names }: { entries: readonly Entry[]; names: Names }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its box is scrolled by keyboard, too.
  <section class="table-box" tabIndex={0} aria-label={words.table}>
    <table class="table record" aria-label={words.table}>
      <thead>
        <tr>
          <th scope="col">{words.when}</th>
          <th scope="col">{words.who}</th>
          <th scope="col">{words.what}</th>
          <th scope="col">{words.target}</th>
          <th scope="col">{words.outcome}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.id} {...{ entry, names }} />
        ))}
      </tbody>
    </table>
  </section>
);

function Row({ entry, names }: { entry: Entry; names: Names }) {
  const { at, actor, address, operation, target } = entry;
  return (
    <tr>
      <td data-label={words.when}>
        <time dateTime={at}>{fullTime(at)}</time>
      </td>
      <td data-label={words.who}>
        <span class="record-who">
          <span>{words.actors[actor] ?? actor}</span>
          {address && <span class="record-from">{words.from(address)}</span>}
        </span>
      </td>
      <td data-label={words.what}>{words.operations[operation] ?? <code>{operation}</code>}</td>
      <td data-label={words.target}>
        <span class="record-target">
          {partsOf(target, names).map(({ text, isCode, full }) => (
            <span key={full} title={full}>
              {isCode ? <code>{text}</code> : text}
            </span>
          ))}
        </span>
      </td>
      <td data-label={words.outcome}>
        <Outcome entry={entry} />
      </td>
    </tr>
  );
}

function Outcome({ entry: { status, code } }: { entry: Entry }) {
  if (status === null) return <Badge tone="warn">{words.open}</Badge>;
  if (status < 400) return <Badge tone="good">{words.done}</Badge>;
  return (
    <span class="record-outcome">
      <Badge tone="bad">{status < 500 ? words.refused : words.failed}</Badge>
      {code && <code>{code}</code>}
    </span>
  );
}

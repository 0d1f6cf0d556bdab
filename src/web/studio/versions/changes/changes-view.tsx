import { useMemo } from 'preact/hooks';
import { Icon } from '../../../parts/icons.tsx';
import { nodeWords, outputTitle } from '../../../texts/studio/nodes.ts';
import { versionsTexts, changeTexts as words } from '../../../texts/studio/versions.ts';
import { iconOf } from '../../canvas/kind-icons.ts';
import { summaryOf } from '../../canvas/summary.ts';
import type { Definition, DraftNode } from '../../draft/definition.ts';
import { Badge, type Tone } from '../../parts/small.tsx';
import { Fact, FieldDifference } from './field-change.tsx';
import { groupsOf, type Item, sumsOf } from './groups.ts';
import { shownValue } from './shown-value.ts';

type Props = Readonly<{
  before: Definition;
  after: Definition;
  /** Of the headings in it. */
  heading?: 'h3' | 'h4';
}>;

/** What changed from one definition to another, in words. */
export function Changes({ before, after, heading: Heading = 'h3' }: Props) {
  const groups = useMemo(() => groupsOf(before, after), [before, after]);
  const { settings, nodes, declared, moved } = groups;
  if (settings.length + nodes.length + declared.length + moved === 0) {
    return <p class="changes-none">{versionsTexts.same}</p>;
  }
  return (
    <div class="changes">
      {settings.length > 0 && (
        <section>
          <Heading class="changes-title">{words.settings}</Heading>
          <dl class="change">
            {settings.map((change) => (
              <FieldDifference key={change.field} change={change} />
            ))}
          </dl>
        </section>
      )}
      {nodes.length > 0 && <Group title={words.nodes} items={nodes} heading={Heading} />}
      {declared.map(({ what, items }) => (
        <Group key={what} title={words.declared[what]} items={items} heading={Heading} />
      ))}
      {moved > 0 && <p class="changes-moved">{words.moved(moved)}</p>}
    </div>
  );
}

type GroupProps = Readonly<{ title: string; items: readonly Item[]; heading: 'h3' | 'h4' }>;

function Group({ title, items, heading: Heading }: GroupProps) {
  return (
    <section>
      <Heading class="changes-title">
        {title} <span class="changes-sums">{words.sums(sumsOf(items))}</span>
      </Heading>
      <ul class="changes-items">
        {items.map((item) => (
          <li key={`${item.kind} ${item.key}`} class="change" data-kind={item.kind}>
            <ItemChange item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const tones: Readonly<Record<Item['kind'], Tone>> = {
  added: 'good',
  removed: 'bad',
  changed: 'plain',
  renamed: 'plain',
};

function ItemChange({ item }: { item: Item }) {
  const { name, type, kind, was, value, fields, led } = item;
  const isWhole = kind === 'added' || kind === 'removed';
  return (
    <>
      <p class="change-head">
        {type !== null && <Icon name={iconOf(type)} size={18} />}
        <code>{name}</code>
        {type !== null && <span class="change-type">{nodeWords(type).title}</span>}
        {was !== null && <span class="change-type">{words.renamedFrom(was)}</span>}
        <Badge tone={tones[kind]}>{words[kind]}</Badge>
      </p>
      {isWhole && value !== null && <Whole type={type} value={value} />}
      {fields.length + led.length > 0 && (
        <dl class="change-fields">
          {fields.map((change) => (
            <FieldDifference key={change.field} change={change} />
          ))}
          {led.map((change) => (
            <Led key={change.output} type={type ?? ''} {...change} />
          ))}
        </dl>
      )}
    </>
  );
}

/** What came or went, in a line. */
function Whole({ type, value }: Readonly<{ type: string | null; value: object }>) {
  const text = type === null ? declaredText(value) : summaryOf({ ...value, type } as DraftNode);
  return text === '' ? null : (
    <p class="change-whole" dir="auto">
      {text}
    </p>
  );
}

function declaredText(value: object): string {
  const { examples, values, pattern, value: begins } = value as Record<string, unknown>;
  const shown = shownValue(examples ?? values ?? pattern ?? begins, words);
  if (shown.kind === 'lines') return shown.lines.join(' · ');
  return shown.kind === 'nothing' ? '' : shown.text;
}

type LedProps = Readonly<{ type: string; output: string; before: string | null; after: string | null }>;

/** An output that leads elsewhere. */
function Led({ type, output, before, after }: LedProps) {
  const target = (id: string | null) =>
    id === null ? <span class="change-nothing">{words.nowhere}</span> : <Fact text={id} />;
  return (
    <div class="change-field">
      <dt>
        {outputTitle(type, output)} <span class="only-read-aloud">{words.leads}</span>
      </dt>
      <dd>
        <p class="change-fact">
          {target(before)}
          <span class="change-arrow" aria-hidden="true">
            →
          </span>
          <span class="only-read-aloud"> {words.to} </span>
          {target(after)}
        </p>
      </dd>
    </div>
  );
}

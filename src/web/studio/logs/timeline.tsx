import { useEffect, useRef } from 'preact/hooks';
import { dayName, startOfDay } from '../../parts/time.ts';
import { HandoffFrame } from './handoff-frame.tsx';
import { DeliveryRow, EndRow, IntentRow, NoteRow, ParametersRow, QuestionRow, StepsRow } from './lines.tsx';
import { useLogPlace } from './log-context.ts';
import { MessageRow } from './message.tsx';
import type { Item } from './story/story.ts';

/** The conversation on one line of time, with what happened between the messages. */
export function Timeline({ items, isInner = false }: { items: readonly Item[]; isInner?: boolean }) {
  return (
    <ol class={isInner ? 'timeline timeline-inner' : 'timeline'}>
      {items.map((item, index) => (
        <ItemRow key={`${item.kind}-${item.seq}`} item={item} before={items[index - 1]} isInner={isInner} />
      ))}
    </ol>
  );
}

function ItemRow({ item, before, isInner }: { item: Item; before: Item | undefined; isInner: boolean }) {
  const { marked } = useLogPlace();
  const row = useRef<HTMLLIElement>(null);
  const isMarked = marked === item.seq && item.kind !== 'handoff';
  useEffect(() => {
    if (isMarked) row.current?.scrollIntoView({ block: 'center' });
  }, [isMarked]);
  return (
    <li ref={row} class="item" data-kind={item.kind} data-marked={isMarked}>
      {beginsDay(item, before, isInner) && <p class="day">{dayName(item.at)}</p>}
      <ItemView item={item} />
    </li>
  );
}

/** The first day is told too: logs are read days later. */
function beginsDay(item: Item, before: Item | undefined, isInner: boolean): boolean {
  if (before === undefined) return !isInner;
  return startOfDay(Date.parse(item.at)) !== startOfDay(Date.parse(before.at));
}

function ItemView({ item }: { item: Item }) {
  switch (item.kind) {
    case 'message':
      return <MessageRow message={item} />;
    case 'steps':
      return <StepsRow item={item} />;
    case 'parameters':
      return <ParametersRow item={item} />;
    case 'question':
      return <QuestionRow item={item} />;
    case 'intent':
      return <IntentRow item={item} />;
    case 'delivery':
      return <DeliveryRow item={item} />;
    case 'note':
      return <NoteRow item={item} />;
    case 'end':
      return <EndRow item={item} />;
    case 'handoff':
      return (
        <HandoffFrame handoff={item}>{item.items.length > 0 && <Timeline items={item.items} isInner />}</HandoffFrame>
      );
  }
}

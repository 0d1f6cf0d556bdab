import { useEffect, useRef, useState } from 'preact/hooks';
import { type Conversation, isOver, lastHeard } from '../../chat/conversation.ts';
import { presenceOf } from '../../chat/timeline.ts';
import { IconButton } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Banner } from '../../parts/state-page.tsx';
import { useStore } from '../../parts/store.ts';
import { testerTexts } from '../../texts/studio/tester.ts';
import { texts } from '../../texts/texts.ts';
import { TesterHeader } from './header.tsx';
import { ParameterList } from './parameter-list.tsx';
import type { Trace, TrialRecord } from './record/trace.ts';
import type { ShowNode } from './show-node.ts';
import { StepList } from './step-list.tsx';
import { type Tab, Tabs } from './tabs.tsx';
import { useFocusHandedOn } from './talk/focus.ts';
import { Foot } from './talk/foot.tsx';
import { TrialLog } from './talk/log.tsx';
import type { Trial } from './trial.ts';

type RunningProps = Readonly<{
  trial: Trial;
  /** What the virtual agent is called. */
  name: string;
  /** Whether the draft is another now. */
  hasChanged: boolean;
  onTrace: (trace: Trace | null) => void;
  onShowNode: ShowNode;
  onAgain: () => void;
  onSetUp: () => void;
  onClose: () => void;
}>;

type TabName = 'conversation' | 'steps' | 'parameters';

/** A trial that has begun: the conversation, what its nodes did, what its parameters hold, and where one writes. */
export function Running(props: RunningProps) {
  const { trial, hasChanged, onAgain, onSetUp, onClose } = props;
  const conversation = useStore(trial.chat.store);
  const { record, isBehind } = useStore(trial.followed);
  const [shown, setShown] = useState<TabName>('conversation');
  useEffect(() => trial.attach(), [trial]);
  useEffect(() => trial.show(shown === 'conversation'), [trial, shown]);
  useTrace(record.trace, props.onTrace);
  const isDone = isOver(conversation);
  const isUnseen = useUnseen(shown, {
    ...{ conversation: lastHeard(conversation), steps: 0 },
    parameters: Math.max(0, ...record.setAt.values()),
  });
  const tabs = tabsOf(props, conversation, record).map((tab) => ({ ...tab, hasNews: isUnseen(tab.name) }));
  return (
    <section class="tester" aria-label={testerTexts.title}>
      <TesterHeader status={isDone ? testerTexts.over : statusOf(record)} onClose={onClose}>
        <IconButton icon="again" label={testerTexts.again} onClick={onAgain} />
        {!isDone && <EndButton onEnd={() => trial.chat.connection.leave()} />}
      </TesterHeader>
      <Strips {...{ conversation, hasChanged, isBehind, onAgain }} />
      <Tabs label={testerTexts.tabs} tabs={tabs} shown={shown} onShow={setShown} />
      <Foot {...{ trial, record, onAgain, onSetUp }} presence={presenceOf(conversation)} />
    </section>
  );
}

function tabsOf(
  { trial, name, onShowNode }: RunningProps,
  conversation: Conversation,
  record: TrialRecord,
): readonly Omit<Tab<TabName>, 'hasNews'>[] {
  const { definition, liveAgent, revision } = trial.opened;
  const tryAgain = (id: string): void => trial.chat.connection.sayAgain(id);
  return [
    {
      ...{ name: 'conversation', label: testerTexts.conversation },
      panel: <TrialLog {...{ conversation, record, name, liveAgent, revision }} onTryAgain={tryAgain} />,
    },
    { name: 'steps', label: testerTexts.steps, panel: <StepList {...{ record, onShowNode }} /> },
    { name: 'parameters', label: testerTexts.parameters, panel: <ParameterList {...{ record, definition }} /> },
  ];
}

function EndButton({ onEnd }: { onEnd: () => void }) {
  const part = useRef<HTMLSpanElement>(null);
  useFocusHandedOn(part, () => document.querySelector<HTMLElement>('.tester-over .button-primary')?.focus());
  return (
    <span ref={part}>
      <IconButton icon="stop" label={testerTexts.end} onClick={onEnd} />
    </span>
  );
}

/** Draws where the conversation has been; nothing any more once it is not shown. */
function useTrace(trace: Trace, onTrace: RunningProps['onTrace']): void {
  const draw = useRef(onTrace);
  draw.current = onTrace;
  useEffect(() => draw.current(trace), [trace]);
  useEffect(() => () => draw.current(null), []);
}

/** What has come in each tab since it was last shown. */
function useUnseen(shown: TabName, latest: Readonly<Record<TabName, number>>): (name: TabName) => boolean {
  const seen = useRef(latest);
  seen.current = { ...seen.current, [shown]: latest[shown] };
  return (name) => latest[name] > seen.current[name];
}

function statusOf({ session }: TrialRecord): string {
  const phase = session?.phase ?? { kind: 'created' as const };
  switch (phase.kind) {
    case 'created':
      return testerTexts.connecting;
    case 'running':
      return testerTexts.runs;
    case 'waiting':
      return testerTexts.waitsAt(phase.node);
    case 'asking':
      return testerTexts.asksAt(phase.node);
    case 'ended':
      return testerTexts.over;
    case 'handoff': {
      const words = {
        connecting: testerTexts.humanAsked,
        queued: testerTexts.humanQueued,
        connected: testerTexts.withHuman,
      };
      return words[phase.handoff.stage.kind];
    }
  }
}

type StripsProps = Readonly<{
  conversation: Conversation;
  hasChanged: boolean;
  isBehind: boolean;
  onAgain: () => void;
}>;

/** What is the matter, above everything else. */
function Strips({ conversation: { link, notice }, hasChanged, isBehind, onAgain }: StripsProps) {
  const trouble = link === 'lost' ? texts.chat.lost : (notice ?? (isBehind ? testerTexts.behind : null));
  return (
    <>
      {trouble !== null && <Banner icon={link === 'lost' ? 'lost' : 'info'}>{trouble}</Banner>}
      {hasChanged && (
        <div class="tester-changed" role="status">
          <Icon name="edit" size={16} />
          <span>{testerTexts.changed}</span>
          <button type="button" class="link-button" onClick={onAgain}>
            {testerTexts.again}
          </button>
        </div>
      )}
    </>
  );
}

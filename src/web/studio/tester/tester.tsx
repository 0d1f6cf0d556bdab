import { useEffect, useRef, useState } from 'preact/hooks';
import { StatePage } from '../../parts/state-page.tsx';
import { testerTexts } from '../../texts/studio/tester.ts';
import type { Definition } from '../draft/definition.ts';
import { Skeleton } from '../parts/frame.tsx';
import { useWho } from '../who.tsx';
import { TesterHeader } from './header.tsx';
import { firstSetup, type Opening, openTrial, type Setup } from './opening.ts';
import { Running } from './running.tsx';
import { SetupForm } from './setup.tsx';
import type { ShowNode } from './show-node.ts';
import './tester.css';
import type { Trace } from './record/trace.ts';
import { startTrial, type Trial } from './trial.ts';

export type { Trace } from './record/trace.ts';

export type TesterProps = Readonly<{
  agentId: string;
  /** The draft as it is on the canvas now: once it is another than the one that runs, the tester says so. */
  definition: Definition;
  /** Saves the draft now. @returns the revision that was saved, or null when it could not be (the editor says why). */
  save: () => Promise<number | null>;
  /** Whether there is something that keeps the draft from running. */
  faults: number;
  onTrace: (trace: Trace | null) => void;
  onShowNode: ShowNode;
  onClose: () => void;
}>;

type Stage =
  | Readonly<{ kind: 'setting-up'; failure: Exclude<Opening, { kind: 'opened' }> | null }>
  | Readonly<{ kind: 'starting' }>
  | Readonly<{ kind: 'running'; trial: Trial; began: Definition }>;

/** What was chosen last for each virtual agent, for as long as the page lives. */
const chosen = new Map<string, Setup>();

/** Talks with the draft as an end user, beside the canvas. */
export function Tester(props: TesterProps) {
  const { agentId, definition, faults, onTrace, onShowNode, onClose } = props;
  const { may } = useWho();
  const [setup, setSetup] = useState(() => chosen.get(agentId) ?? firstSetup);
  const { stage, start, setUp } = useStages(props, setup);
  const change = (next: Setup): void => {
    chosen.set(agentId, next);
    setSetup(next);
  };
  if (!may.design) return <NotForRole onClose={onClose} />;
  if (stage.kind === 'running') {
    const { trial, began } = stage;
    const hasChanged = isOther(began, definition);
    return (
      <Running
        key={trial.opened.session.sessionId}
        {...{ trial, hasChanged, onTrace, onShowNode, onClose }}
        name={trial.opened.definition.name ?? agentId}
        onAgain={() => void start()}
        onSetUp={setUp}
      />
    );
  }
  return (
    <section class="tester" aria-label={testerTexts.title}>
      <TesterHeader onClose={onClose} />
      {stage.kind === 'starting' ? (
        <div class="tester-starting" role="status" aria-busy="true" aria-label={testerTexts.starting}>
          <Skeleton />
        </div>
      ) : (
        <SetupForm
          {...{ setup, faults, onShowNode, definition }}
          failure={stage.failure}
          onSetup={change}
          onStart={() => void start()}
        />
      )}
    </section>
  );
}

/** Where the tester stands. Of two starts only the later one counts, and none once it is closed. */
function useStages({ agentId, definition, save }: TesterProps, setup: Setup) {
  const [stage, setStage] = useState<Stage>({ kind: 'setting-up', failure: null });
  const latest = useRef(0);
  const now = useRef(definition);
  now.current = definition;
  useEffect(
    () => () => {
      latest.current = -1;
    },
    [],
  );
  const start = async (): Promise<void> => {
    latest.current += 1;
    const number = latest.current;
    setStage({ kind: 'starting' });
    let began = now.current;
    const opening = await openTrial(agentId, setup, async () => {
      const revision = await save();
      // Whatever was edited meanwhile was saved too.
      began = now.current;
      return revision;
    });
    if (number !== latest.current) return;
    if (opening.kind !== 'opened') return setStage({ kind: 'setting-up', failure: opening });
    setStage({ kind: 'running', trial: startTrial(agentId, opening.opened), began });
  };
  return { stage, start, setUp: () => setStage({ kind: 'setting-up', failure: null }) };
}

/** Whether two drafts behave differently: where their nodes are drawn does not matter. */
function isOther(one: Definition, other: Definition): boolean {
  if (one === other) return false;
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  fields.delete('layout');
  return [...fields].some((field) => one[field] !== other[field]);
}

function NotForRole({ onClose }: { onClose: () => void }) {
  return (
    <section class="tester" aria-label={testerTexts.title}>
      <TesterHeader onClose={onClose} />
      <StatePage icon="info" title={testerTexts.title} text={testerTexts.notForRole} />
    </section>
  );
}

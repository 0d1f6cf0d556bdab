import { StatePage } from '../../parts/state-page.tsx';
import { useStickToEnd } from '../../parts/stick-to-end.ts';
import { nodeWords, outputTitle } from '../../texts/studio/nodes.ts';
import { testerTexts } from '../../texts/studio/tester.ts';
import type { Step, TrialRecord } from './record/trace.ts';
import { deedWords } from './record/words.ts';
import type { ShowNode } from './show-node.ts';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });

type StepListProps = Readonly<{ record: TrialRecord; onShowNode: ShowNode }>;

/** The nodes that were executed, in order. Each shows itself on the canvas. */
export function StepList({ record, onShowNode }: StepListProps) {
  const { steps, messages, trace } = record;
  const { scroller } = useStickToEnd({ last: String(record.cursor), written: 0, heard: 0 });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section ref={scroller} class="tester-scroller" tabIndex={0} aria-label={testerTexts.steps}>
      {steps.length === 0 && <StatePage icon="flow" title={testerTexts.noStepsTitle} text={testerTexts.noStepsText} />}
      <ol class="tester-steps">
        {steps.map((step, index) => (
          <li key={step.seq}>
            <StepPart
              {...{ step, messages, onShowNode }}
              isCurrent={index === steps.length - 1 && trace.current === step.node}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

type StepProps = Readonly<{
  step: Step;
  messages: TrialRecord['messages'];
  isCurrent: boolean;
  onShowNode: ShowNode;
}>;

/** A button, where there is a canvas to show the node on. */
function StepPart({ step, messages, isCurrent, onShowNode }: StepProps) {
  const hasFailed = step.did.some(({ kind }) => kind === 'skill-failed' || kind === 'handoff-unavailable');
  const looks = { class: 'tester-step', 'data-current': isCurrent, 'data-failed': hasFailed };
  const current = isCurrent ? ('step' as const) : undefined;
  const inside = <StepInside {...{ step, messages }} />;
  return onShowNode === null ? (
    <div {...looks} aria-current={current}>
      {inside}
    </div>
  ) : (
    <button
      type="button"
      {...looks}
      aria-current={current}
      title={testerTexts.step(step.node)}
      onClick={() => onShowNode(step.node)}
    >
      {inside}
    </button>
  );
}

function StepInside({ step, messages }: Pick<StepProps, 'step' | 'messages'>) {
  const { node, type, at, output } = step;
  return (
    <>
      <span class="tester-step-head">
        <span class="tester-step-node">{node}</span>
        <span class="tester-step-type">{nodeWords(type).title}</span>
        <time dateTime={at}>{clock.format(new Date(at))}</time>
      </span>
      {deedWords(step, messages).map((deed, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was done stays in its order.
        <span key={index} class="tester-deed" dir="auto">
          {deed}
        </span>
      ))}
      {output !== null && <span class="tester-left">{outputTitle(type, output)}</span>}
    </>
  );
}

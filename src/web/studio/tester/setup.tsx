import type { RefObject } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button, IconButton } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { testerTexts } from '../../texts/studio/tester.ts';
import type { Definition } from '../draft/definition.ts';
import { TextSetting } from '../parts/fields.tsx';
import { sentenceOf } from '../parts/frame.tsx';
import { FaultList } from './fault-list.tsx';
import type { Opening, Setup } from './opening.ts';
import type { ShowNode } from './show-node.ts';

type Failure = Exclude<Opening, { kind: 'opened' }>;

type SetupProps = Readonly<{
  setup: Setup;
  definition: Definition;
  faults: number;
  /** Why the last start did not succeed. */
  failure: Failure | null;
  onSetup: (setup: Setup) => void;
  onStart: () => void;
  onShowNode: ShowNode;
}>;

/** How a trial is to begin. */
export function SetupForm(props: SetupProps) {
  const { setup, definition, faults, failure, onSetup, onStart, onShowNode } = props;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('[type=submit]')?.focus({ preventScroll: true }), []);
  const count = setup.parameters.length + (setup.userId === '' ? 0 : 1);
  // What was given before is in sight; after that it is folded and unfolded by hand.
  const [isUnfolded] = useState(count > 0);
  return (
    <form
      ref={form}
      class="tester-setup"
      onSubmit={(event) => {
        event.preventDefault();
        onStart();
      }}
    >
      <div class="tester-setup-fields">
        <p class="tester-soft">{onShowNode === null ? testerTexts.leadWithoutCanvas : testerTexts.lead}</p>
        {failure === null ? (
          faults > 0 && <p class="tester-faults-ahead">{testerTexts.faultsAhead(faults)}</p>
        ) : (
          <FailureView {...{ failure, definition, onShowNode }} />
        )}
        <WhoAnswers value={setup.liveAgent} onValue={(liveAgent) => onSetup({ ...setup, liveAgent })} />
        <details class="tester-fold" open={isUnfolded}>
          <summary>{count === 0 ? testerTexts.more : testerTexts.moreGiven(count)}</summary>
          <div class="tester-more">
            <TextSetting
              label={testerTexts.userId}
              hint={testerTexts.userIdHint}
              optional
              value={setup.userId}
              onValue={(userId) => onSetup({ ...setup, userId })}
            />
            <Beginnings {...{ setup, definition, onSetup }} />
          </div>
        </details>
      </div>
      <div class="tester-setup-foot">
        <Button look="primary" type="submit">
          <Icon name="play" size={18} />
          {testerTexts.start}
        </Button>
      </div>
    </form>
  );
}

function FailureView({ failure, ...rest }: Pick<SetupProps, 'definition' | 'onShowNode'> & { failure: Failure }) {
  if (failure.kind === 'not-saved') return <Alert text={testerTexts.notSaved} />;
  const why = failure.failure;
  if (why.kind === 'refused' && why.faults.length > 0) return <FaultList faults={why.faults} {...rest} />;
  return <Alert text={`${testerTexts.notStarted} ${sentenceOf(why)}`} />;
}

const Alert = ({ text }: { text: string }) => (
  <p class="tester-fault" role="alert">
    {text}
  </p>
);

type WhoProps = Readonly<{ value: Setup['liveAgent']; onValue: (value: Setup['liveAgent']) => void }>;

function WhoAnswers({ value, onValue }: WhoProps) {
  const id = useId();
  const choices = [
    { value: 'tester', label: testerTexts.tester, hint: testerTexts.testerHint },
    { value: 'desk', label: testerTexts.desk, hint: testerTexts.deskHint },
  ] as const;
  return (
    <fieldset class="tester-who">
      <legend>{testerTexts.whoAnswers}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class="tester-choice">
          <input
            type="radio"
            name={id}
            value={choice.value}
            checked={choice.value === value}
            aria-describedby={`${id}-${choice.value}`}
            onChange={() => onValue(choice.value)}
          />
          <span>
            {choice.label}
            <small id={`${id}-${choice.value}`}>{choice.hint}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

type BeginningsProps = Pick<SetupProps, 'setup' | 'definition' | 'onSetup'>;

/** What parameters hold before the first node. */
function Beginnings({ setup, definition, onSetup }: BeginningsProps) {
  const { parameters } = setup;
  const names = useId();
  const box = useRef<HTMLFieldSetElement>(null);
  useRowsFocus(box, parameters.length);
  const put = (next: Setup['parameters']): void => onSetup({ ...setup, parameters: next });
  return (
    <fieldset ref={box} class="tester-beginnings">
      <legend class="setting-label">{testerTexts.parametersTitle}</legend>
      <datalist id={names}>
        {(definition.parameters ?? []).map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {parameters.map((parameter, index) => (
        <BeginningRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own while they are typed.
          key={index}
          {...{ parameter, names }}
          number={index + 1}
          onChange={(next) => put(parameters.with(index, next))}
          onRemove={() => put(parameters.toSpliced(index, 1))}
        />
      ))}
      <Button onClick={() => put([...parameters, { name: '', value: '' }])}>
        <Icon name="plus" size={18} />
        {testerTexts.addParameter}
      </Button>
      <p class="setting-hint">{testerTexts.parametersHint}</p>
    </fieldset>
  );
}

/** The keyboard goes to a row that was added, and on to the button that adds when one was removed. */
function useRowsFocus(box: RefObject<HTMLFieldSetElement | null>, rows: number): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const had = before.current;
    before.current = rows;
    if (rows > had) [...(box.current?.querySelectorAll('input') ?? [])].at(-1)?.focus();
    else if (rows < had) box.current?.querySelector<HTMLElement>('.button')?.focus();
  }, [box, rows]);
}

type Beginning = Setup['parameters'][number];

type RowProps = Readonly<{
  parameter: Beginning;
  number: number;
  /** Id of the list of names that are declared. */
  names: string;
  onChange: (parameter: Beginning) => void;
  onRemove: () => void;
}>;

function BeginningRow({ parameter, number, names, onChange, onRemove }: RowProps) {
  const { name, value } = parameter;
  return (
    <div class="tester-beginning">
      <input
        class="input input-code"
        aria-label={testerTexts.parameterName(number)}
        placeholder={testerTexts.namePlaceholder}
        list={names}
        autoComplete="off"
        spellcheck={false}
        value={name}
        onInput={({ currentTarget }) => onChange({ name: currentTarget.value, value })}
      />
      <textarea
        class="input input-area"
        rows={1}
        aria-label={testerTexts.parameterValue(number)}
        placeholder={testerTexts.valuePlaceholder}
        value={value}
        onInput={({ currentTarget }) => onChange({ name, value: currentTarget.value })}
      />
      <IconButton icon="trash" label={testerTexts.removeParameter(name, number)} onClick={onRemove} />
    </div>
  );
}

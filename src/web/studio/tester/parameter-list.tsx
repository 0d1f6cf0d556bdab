import { testerTexts } from '../../texts/studio/tester.ts';
import type { Definition } from '../draft/definition.ts';
import { Badge } from '../parts/small.tsx';
import type { TrialRecord } from './record/trace.ts';
import { parametersOf, type ShownParameter } from './record/values.ts';

/** Every parameter with its present value; those that have just changed stand out. */
export function ParameterList({ record, definition }: { record: TrialRecord; definition: Definition }) {
  const all = parametersOf(record, definition);
  const own = all.filter(({ kind }) => kind !== 'system');
  const system = all.filter(({ kind }) => kind === 'system');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="tester-scroller tester-values" tabIndex={0} aria-label={testerTexts.parameters}>
      <h3>{testerTexts.ofFlow}</h3>
      {own.length === 0 ? <p class="tester-soft">{testerTexts.noParameters}</p> : <Values parameters={own} />}
      {system.length > 0 && (
        <>
          <h3>{testerTexts.ofSystem}</h3>
          <Values parameters={system} />
        </>
      )}
    </section>
  );
}

function Values({ parameters }: { parameters: readonly ShownParameter[] }) {
  return (
    <dl class="tester-parameters">
      {parameters.map((parameter) => (
        <div key={parameter.name} data-fresh={parameter.isFresh}>
          <dt>
            <code>{parameter.name}</code>
            {parameter.kind === 'user' && <span class="tester-soft">{testerTexts.userKind}</span>}
            {parameter.isFresh && <Badge tone="accent">{testerTexts.fresh}</Badge>}
          </dt>
          <dd dir="auto">
            <ValueOf value={parameter.value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ValueOf({ value }: Pick<ShownParameter, 'value'>) {
  if (value === undefined) return <span class="tester-soft">{testerTexts.noValue}</span>;
  if (value.length === 0) return <span class="tester-soft">{testerTexts.empty}</span>;
  if (typeof value === 'string') return <>{value}</>;
  return (
    <ul>
      {value.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values of a list may be the same.
        <li key={index}>{one}</li>
      ))}
    </ul>
  );
}

import { Button } from '../../../parts/buttons.tsx';
import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { useWho } from '../../who.tsx';
import { useForm } from '../pieces/form.tsx';
import { Part, Setting } from '../pieces/setting.tsx';
import { isText, strangeIn, textOf } from '../reading.ts';
import { type Endpoint, endpoints, fieldOf } from './desk.ts';
import { TestResult } from './test-result.tsx';
import { type TestState, useEndpointTests } from './use-tests.ts';

const isOptional = (endpoint: Endpoint): boolean => endpoint === 'status' || endpoint === 'ended';

/** Where the calls of a handoff go, and whether they arrive. */
export function EndpointsPart({ usesBuiltIn }: { usesBuiltIn: boolean }) {
  const { agentId, node } = useForm();
  const { may } = useWho();
  const { states, test } = useEndpointTests(agentId);
  const keys = node.transcriptionKeys === 'capitalised' ? 'capitalised' : 'documented';
  const filled = endpoints
    .map((endpoint) => [endpoint, textOf(node[fieldOf[endpoint]]).trim()] as const)
    .filter(([, url]) => url !== '');
  const isBusy = Object.values(states).some(({ kind }) => kind === 'busy');
  return (
    <Part
      title={routingTexts.endpoints}
      lead={[
        usesBuiltIn ? routingTexts.endpointsBuiltIn : routingTexts.endpointsLead,
        may.design ? routingTexts.testHint : routingTexts.testNotForRole,
      ].join(' ')}
      action={
        <Button
          disabled={!may.design || isBusy || filled.length === 0}
          aria-busy={isBusy}
          onClick={() => void test(filled, keys)}
        >
          {routingTexts.testAll}
        </Button>
      }
    >
      <Summary states={filled.map(([endpoint, url]) => fresh(states[endpoint], url))} />
      {endpoints.map((endpoint) => {
        const url = textOf(node[fieldOf[endpoint]]).trim();
        return (
          <EndpointRow
            key={endpoint}
            endpoint={endpoint}
            isFixed={usesBuiltIn}
            state={fresh(states[endpoint], url)}
            mayTest={may.design && !isBusy && url !== ''}
            onTest={() => void test([[endpoint, url]], keys)}
          />
        );
      })}
    </Part>
  );
}

/** What was found of another address says nothing of this one. */
const fresh = (state: TestState | undefined, url: string): TestState | null =>
  state !== undefined && state.url === url ? state : null;

/** What came of testing all of them. */
function Summary({ states }: { states: readonly (TestState | null)[] }) {
  const done = states.flatMap((state) => (state?.kind === 'done' ? [state.answer] : []));
  const isOver = states.length > 1 && states.every((state) => state !== null && state.kind !== 'busy');
  const accepted = done.filter(({ outcome }) => outcome === 'accepted').length;
  return (
    <p class="drawer-summary" role="status" data-tone={accepted === states.length ? 'good' : 'bad'}>
      {isOver && routingTexts.summary(accepted, states.length)}
    </p>
  );
}

type RowProps = Readonly<{
  endpoint: Endpoint;
  isFixed: boolean;
  state: TestState | null;
  mayTest: boolean;
  onTest: () => void;
}>;

function EndpointRow({ endpoint, isFixed, state, mayTest, onTest }: RowProps) {
  const { node, set, isLocked } = useForm();
  const { label, hint } = routingTexts.endpoint[endpoint];
  const field = fieldOf[endpoint];
  const isBusy = state?.kind === 'busy';
  const put = (text: string): void => set({ [field]: text === '' && isOptional(endpoint) ? undefined : text }, field);
  return (
    <div class="drawer-endpoint">
      <Setting
        path={field}
        label={label}
        hint={hint}
        optional={isOptional(endpoint) && !isFixed}
        strange={strangeIn(node[field], isText)}
      >
        {(described) => (
          <span class="drawer-line">
            <input
              {...described}
              class="input input-code"
              type="url"
              value={textOf(node[field])}
              readOnly={isLocked || isFixed}
              placeholder={isFixed ? '' : routingTexts.address}
              autoComplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => put(currentTarget.value.trim())}
            />
            <Button aria-label={routingTexts.testOf(label)} aria-busy={isBusy} disabled={!mayTest} onClick={onTest}>
              {isBusy ? routingTexts.testing : routingTexts.test}
            </Button>
          </span>
        )}
      </Setting>
      <TestResult label={label} state={state} />
    </div>
  );
}

import { useState } from 'preact/hooks';
import { Button } from '../../../parts/buttons.tsx';
import { logsTexts as words } from '../../../texts/studio/logs.ts';
import { sessionIdIn } from '../../deliveries/filter.ts';
import { ChoiceSetting, TextSetting } from '../../parts/fields.tsx';
import { goTo, Link } from '../../shell/navigation.tsx';
import { allSessions, choices, isFiltered, type SessionFilter, writeSessionFilter } from './session-filter.ts';

const every = '';

/** A virtual agent that can be filtered by. */
export type AgentName = Readonly<{ id: string; name: string }>;

type FiltersProps = Readonly<{ filter: SessionFilter; agents: readonly AgentName[] }>;

export function SessionFilters({ filter, agents }: FiltersProps) {
  const change = (part: Partial<SessionFilter>): void =>
    goTo({ kind: 'sessions' }, writeSessionFilter({ ...filter, ...part, page: 0 }));
  const { agent, from, to } = filter;
  const isKnown = agent === null || agents.some(({ id }) => id === agent);
  const known = isKnown ? agents : [{ id: agent, name: agent }, ...agents];
  const { filters } = words;
  return (
    <div class="session-filters">
      <ChoiceSetting
        label={filters.agent}
        value={agent ?? every}
        options={[
          { value: every, label: filters.everyAgent },
          ...known.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` })),
        ]}
        onValue={(value) => change({ agent: value === every ? null : value })}
      />
      <TextSetting
        label={filters.from}
        type="date"
        value={from ?? ''}
        onValue={(day) => change({ from: day || null })}
      />
      <TextSetting label={filters.to} type="date" value={to ?? ''} onValue={(day) => change({ to: day || null })} />
      {(['state', 'handoff', 'trial'] as const).map((name) => (
        <Choice key={name} name={name} value={filter[name]} onValue={(value) => change({ [name]: value })} />
      ))}
      {isFiltered(filter) && (
        <Link
          to={{ kind: 'sessions' }}
          query={writeSessionFilter(allSessions)}
          class="button button-plain clear-filters"
        >
          {filters.clear}
        </Link>
      )}
    </div>
  );
}

type ChoiceName = keyof typeof choices;

const choiceLabels: Readonly<Record<ChoiceName, Readonly<Record<string, string>>>> = {
  state: words.filters.states,
  handoff: words.filters.handoffs,
  trial: words.filters.trials,
};

type ChoiceProps = Readonly<{ name: ChoiceName; value: string; onValue: (value: string) => void }>;

const Choice = ({ name, value, onValue }: ChoiceProps) => (
  <ChoiceSetting
    label={words.filters[name]}
    value={value}
    options={choices[name].map((one) => ({ value: one, label: choiceLabels[name][one] ?? one }))}
    onValue={onValue}
  />
);

/** Goes to a session that is known by its id. */
export function JumpField() {
  const [text, setText] = useState('');
  const [isFaulty, setFaulty] = useState(false);
  const jump = (event: Event): void => {
    event.preventDefault();
    const found = sessionIdIn(text);
    setFaulty(found === null);
    if (found !== null) goTo({ kind: 'session', sessionId: found });
  };
  return (
    <form class="jump" onSubmit={jump}>
      <TextSetting
        label={words.jump}
        type="search"
        isCode
        value={text}
        placeholder={words.jumpPlaceholder}
        fault={isFaulty ? words.notASession : undefined}
        onValue={(value) => {
          setText(value);
          setFaulty(false);
        }}
      />
      <Button type="submit">{words.jumpGo}</Button>
    </form>
  );
}

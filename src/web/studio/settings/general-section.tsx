import { useState } from 'preact/hooks';
import { generalTexts as words } from '../../texts/studio/settings.ts';
import { setFields } from '../draft/edit.ts';
import { ChoiceSetting, Labelled, TextSetting } from '../parts/fields.tsx';
import { Copyable } from '../parts/small.tsx';
import { faultAt, type SectionProps } from './section.ts';
import { WebChat } from './web-chat.tsx';

type Region = keyof typeof words.regions;

/** What a virtual agent is called, where it belongs, and who may chat with it. */
export function GeneralSection(props: SectionProps & Readonly<{ isPublished: boolean }>) {
  const { agentId, definition, findings, isLocked, edit } = props;
  const set = (fields: Readonly<Record<string, unknown>>, what: string): void => edit(setFields(fields), what);
  const { region } = definition;
  return (
    <>
      <section class="card settings">
        <h2>{words.title}</h2>
        <TextSetting
          label={words.name}
          hint={words.nameHint}
          value={definition.name ?? ''}
          fault={faultAt(findings, 'name')}
          disabled={isLocked}
          onValue={(name) => set({ name }, 'name')}
        />
        <div class="setting">
          <span class="setting-label">{words.id}</span>
          <Copyable text={agentId} label={words.id} />
          <p class="setting-hint">{words.idHint}</p>
        </div>
        <ChoiceSetting<Region>
          label={words.region}
          hint={words.regionHint}
          value={region === 'eu' || region === 'us' ? region : ''}
          options={(Object.keys(words.regions) as Region[]).map((value) => ({ value, label: words.regions[value] }))}
          fault={faultAt(findings, 'region')}
          disabled={isLocked}
          onValue={(chosen) => set({ region: chosen === '' ? undefined : chosen }, 'region')}
        />
        <TimeZone
          value={typeof definition.timeZone === 'string' ? definition.timeZone : ''}
          fault={faultAt(findings, 'timeZone')}
          isLocked={isLocked}
          onValue={(timeZone) => set({ timeZone: timeZone === '' ? undefined : timeZone }, 'timeZone')}
        />
      </section>
      <WebChat {...props} />
    </>
  );
}

const zones = Intl.supportedValuesOf('timeZone');

type ZoneProps = Readonly<{
  value: string;
  fault: string | undefined;
  isLocked: boolean;
  onValue: (value: string) => void;
}>;

/** A time zone, found by typing. What is no zone yet is not put into the draft. */
function TimeZone({ value, fault, isLocked, onValue }: ZoneProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [isLeft, setLeft] = useState(false);
  const isGood = typed === null || isZone(typed.trim());
  const change = (text: string): void => {
    setTyped(text);
    setLeft(false);
    if (isZone(text.trim())) onValue(text.trim());
  };
  const leave = (): void => {
    setLeft(true);
    if (isGood) setTyped(null);
  };
  const now = value === '' ? null : nowIn(value);
  const hint = isGood && now !== null ? `${words.timeZoneHint} ${words.timeZoneNow(now)}` : words.timeZoneHint;
  const wrong = isLeft && !isGood ? words.timeZoneWrong : undefined;
  return (
    <Labelled label={words.timeZone} hint={hint} fault={wrong ?? fault} optional>
      {(described) => (
        <>
          <input
            {...described}
            class="input"
            list={`${described.id}-zones`}
            value={typed ?? value}
            disabled={isLocked}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => change(currentTarget.value)}
            onBlur={leave}
          />
          <datalist id={`${described.id}-zones`}>
            {zones.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Labelled>
  );
}

const isZone = (text: string): boolean => text === '' || nowIn(text) !== null;

/** The time of day in a zone; null where that is none. */
function nowIn(timeZone: string): string | null {
  try {
    return new Intl.DateTimeFormat(undefined, { timeStyle: 'short', timeZone }).format(Date.now());
  } catch {
    return null;
  }
}

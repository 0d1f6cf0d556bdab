import { useState } from 'preact/hooks';
import type { Scope } from '../../../contract/route.ts';
import { Button } from '../../parts/buttons.tsx';
import { keyTexts as words } from '../../texts/studio/access/keys.ts';
import { texts } from '../../texts/texts.ts';
import { type AnswerTo, ask } from '../api/ask.ts';
import { Failed, useSending } from '../parts/ask-dialog.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ChoiceSetting, NumberSetting, TextSetting } from '../parts/fields.tsx';
import { Options } from '../parts/options.tsx';
import { type End, endOf } from './ends.ts';

export type NewKey = AnswerTo<'makeKey'>;

type Wish = Readonly<{ label: string; scopes: readonly Scope[]; limit: number | undefined; end: End; day: string }>;

const allScopes = (Object.keys(words.scopeNames) as Scope[]).map((scope) => ({
  ...{ value: scope, label: words.scopeNames[scope], about: words.scopeTexts[scope], code: scope },
}));
const ends = (Object.keys(words.endChoices) as End[]).map((value) => ({ value, label: words.endChoices[value] }));
const mostPerSecond = 1_000_000;

const nothing: Wish = { label: '', scopes: [], limit: undefined, end: 'never', day: '' };

function faultsOf({ label, scopes, limit, end, day }: Wish) {
  const isLimit = limit === undefined || (Number.isInteger(limit) && limit >= 1 && limit <= mostPerSecond);
  return {
    label: label.trim() === '' ? words.needLabel : undefined,
    scopes: scopes.length === 0 ? words.needScope : undefined,
    limit: isLimit ? undefined : words.wrongLimit,
    day: endOf(end, day, Date.now()) === undefined ? words.needDay : undefined,
  };
}

/** What a key is for, what it may do, how much, and how long. */
export function MakeKeyDialog({ onDone, onClose }: { onDone: (made: NewKey) => void; onClose: () => void }) {
  const [wish, setWish] = useState<Wish>(nothing);
  const [wasTried, setTried] = useState(false);
  const change = (part: Partial<Wish>): void => setWish((before) => ({ ...before, ...part }));
  const make = () => ask('makeKey', { body: bodyOf(wish) });
  const { isBusy, failure, send } = useSending(make, onDone);
  const found = faultsOf(wish);
  const faults: Partial<ReturnType<typeof faultsOf>> = wasTried ? found : {};
  const submit = (): void => {
    setTried(true);
    if (Object.values(found).every((fault) => fault === undefined)) send();
  };
  return (
    <Dialog
      title={words.makeTitle}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="primary" type="submit" aria-busy={isBusy}>
            {words.makeSubmit}
          </Button>
        </>
      }
    >
      {failure && <Failed>{failure}</Failed>}
      <Fields {...{ wish, change, faults }} />
    </Dialog>
  );
}

type FieldsProps = Readonly<{
  wish: Wish;
  change: (part: Partial<Wish>) => void;
  faults: Partial<ReturnType<typeof faultsOf>>;
}>;

function Fields({ wish: { label, scopes, limit, end, day }, change, faults }: FieldsProps) {
  return (
    <>
      <TextSetting
        {...{ label: words.label, value: label, hint: words.labelHint, fault: faults.label }}
        onValue={(value) => change({ label: value })}
      />
      <Options
        {...{ legend: words.scopesLegend, options: allScopes, chosen: scopes, fault: faults.scopes, isMany: true }}
        onChosen={(chosen) => change({ scopes: chosen })}
      />
      <NumberSetting
        {...{ label: words.limit, value: limit, hint: words.limitHint, unit: words.limitUnit, fault: faults.limit }}
        {...{ min: 1, max: mostPerSecond, step: 1, optional: true }}
        onValue={(value) => change({ limit: value })}
      />
      <ChoiceSetting label={words.endChoice} value={end} options={ends} onValue={(value) => change({ end: value })} />
      {end === 'day' && (
        <TextSetting
          {...{ label: words.endDay, type: 'date', value: day, fault: faults.day }}
          onValue={(value) => change({ day: value })}
        />
      )}
    </>
  );
}

function bodyOf({ label, scopes, limit, end, day }: Wish) {
  const expires = endOf(end, day, Date.now()) ?? null;
  return {
    label: label.trim(),
    scopes,
    ...(limit !== undefined && { requests_per_second: limit }),
    ...(expires !== null && { expires_at: expires }),
  };
}

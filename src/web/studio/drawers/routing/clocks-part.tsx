import { defaultConnectSeconds, defaultWaitingHours } from '../../../../core/flow/flow.ts';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { routingTexts } from '../../../texts/studio/drawers-routing.ts';
import { ChoiceControl, NumberField } from '../pieces/fields.tsx';
import { useForm } from '../pieces/form.tsx';
import { Fold, Part } from '../pieces/setting.tsx';
import { isNumber, numberOf, strangeIn } from '../reading.ts';
import { chosenWaiting, durationOf, type WaitingOption, waitingOptions } from './waiting.ts';

const field = 'responseWaitingTime';
const hours = new Intl.NumberFormat();

function labelOf({ value, hours: given, isOther }: WaitingOption): string {
  if (typeof given !== 'number') return routingTexts.waitingOther(value);
  if (isOther && !(given >= 1 && given <= 20)) return routingTexts.waitingOther(hours.format(given));
  return routingTexts.waitingOption(hours.format(given), given === defaultWaitingHours);
}

/** How long anybody is waited for. */
export function ClocksPart() {
  const { node, set } = useForm();
  const options = waitingOptions(node[field]);
  const choose = (value: string): void => {
    const chosen = options.find((option) => option.value === value);
    set({ [field]: chosen?.hours === defaultWaitingHours ? undefined : chosen?.hours }, field);
  };
  return (
    <Part title={routingTexts.clocks}>
      <ChoiceControl
        path={field}
        label={routingTexts.waiting}
        hint={routingTexts.waitingHint}
        value={chosenWaiting(node[field])}
        strange={strangeIn(node[field], isNumber)}
        options={options.map((option) => ({ value: option.value, label: labelOf(option) }))}
        onValue={choose}
      />
      <Fold title={routingTexts.finer} paths={['firstResponseWithin', 'eachResponseWithin', 'connectWithin']}>
        <ClockField name="firstResponseWithin" label={routingTexts.first} hint={routingTexts.firstHint} most={72_000} />
        <ClockField name="eachResponseWithin" label={routingTexts.each} hint={routingTexts.eachHint} most={72_000} />
        <ClockField
          name="connectWithin"
          label={routingTexts.connect}
          hint={routingTexts.connectHint}
          most={3600}
          usual={defaultConnectSeconds}
        />
      </Fold>
    </Part>
  );
}

type ClockProps = Readonly<{ name: string; label: string; hint: string; most: number; usual?: number }>;

function ClockField({ name, label, hint, most, usual }: ClockProps) {
  const { node } = useForm();
  const duration = durationOf(numberOf(node[name]));
  const unit = duration === null ? drawerTexts.seconds : `${drawerTexts.seconds} = ${routingTexts.duration(duration)}`;
  return (
    <NumberField
      field={name}
      label={label}
      hint={hint}
      optional
      unit={unit}
      min={1}
      max={most}
      {...(usual !== undefined && { usual })}
    />
  );
}

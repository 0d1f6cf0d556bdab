import { texts } from '../../texts/texts.ts';

const unit = (name: 'millisecond' | 'second' | 'minute' | 'hour' | 'day', maximumFractionDigits = 0) =>
  new Intl.NumberFormat(texts.lang, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits });

const units = {
  ms: unit('millisecond'),
  tenths: unit('second', 1),
  seconds: unit('second'),
  minutes: unit('minute'),
  hours: unit('hour'),
  days: unit('day'),
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took, in the fewest words that still say it: 180 ms, 1.2 sec, 4 min 10 sec, 3 hr 5 min. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < second) return units.ms.format(whole);
  if (whole < 10 * second) return units.tenths.format(whole / second);
  if (whole < minute) return units.seconds.format(Math.floor(whole / second));
  if (whole < hour) return two(units.minutes, whole / minute, units.seconds, (whole % minute) / second);
  if (whole < day) return two(units.hours, whole / hour, units.minutes, (whole % hour) / minute);
  return two(units.days, whole / day, units.hours, (whole % day) / hour);
}

function two(large: Intl.NumberFormat, many: number, small: Intl.NumberFormat, few: number): string {
  const rest = Math.floor(few);
  return rest === 0 ? large.format(Math.floor(many)) : `${large.format(Math.floor(many))} ${small.format(rest)}`;
}

import { startOfDay } from '../../parts/time.ts';
import { texts } from '../../texts/texts.ts';

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const time = new Intl.DateTimeFormat(texts.lang, clock);
const dayAndTime = new Intl.DateTimeFormat(texts.lang, { day: 'numeric', month: 'short', ...clock });
const all = new Intl.DateTimeFormat(texts.lang, { dateStyle: 'medium', timeStyle: 'long' });

/** To the second; with the day when it is another one than today. */
export function exactTime(instant: string, now = Date.now()): string {
  const at = Date.parse(instant);
  return (startOfDay(at) === startOfDay(now) ? time : dayAndTime).format(at);
}

/** The time of day alone, to the second. */
export const exactClock = (instant: string): string => time.format(Date.parse(instant));

/** With day, year and time zone, for whoever points at it. */
export const fullInstant = (instant: string): string => all.format(Date.parse(instant));

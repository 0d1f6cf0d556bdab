import { texts } from '../texts/texts.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const clock = new Intl.DateTimeFormat(texts.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat(texts.lang, { weekday: 'short', day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(texts.lang, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });

/** The time of day: 09:41. */
export const clockTime = (instant: string): string => clock.format(new Date(instant));

/** Day and time, for facts. */
export const fullTime = (instant: string): string => full.format(new Date(instant));

/** The day of an instant, as people say it. */
export function dayName(instant: string, now = Date.now()): string {
  const days = Math.round((startOfDay(now) - startOfDay(Date.parse(instant))) / day);
  if (days === 0) return texts.general.today;
  return days === 1 ? texts.general.yesterday : date.format(new Date(instant));
}

export const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** How long ago, in the fewest words: now, 5m, 3h, or the date. */
export function ago(instant: string, now: number): string {
  const age = Math.max(0, now - Date.parse(instant));
  if (age < minute) return 'now';
  if (age < hour) return `${Math.floor(age / minute)}m`;
  return age < day ? `${Math.floor(age / hour)}h` : date.format(new Date(instant));
}

/** A stretch of time that runs down: 6 h 12 min, 24 min, 4:09. */
export function span(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole >= hour) return `${Math.floor(whole / hour)} h ${Math.floor((whole % hour) / minute)} min`;
  if (whole >= 10 * minute) return `${Math.floor(whole / minute)} min`;
  const seconds = Math.floor((whole % minute) / second);
  return `${Math.floor(whole / minute)}:${String(seconds).padStart(2, '0')}`;
}

/** The same where there is little room: 6 h. */
export const roughSpan = (ms: number): string => (ms >= hour ? `${Math.floor(ms / hour)} h` : span(ms));

import { defaultWaitingHours } from '../../../../core/flow/flow.ts';

const whole = Array.from({ length: 20 }, (_, index) => index + 1);

/** The hours that are offered, in order. */
export const offeredHours: readonly number[] = [...whole, defaultWaitingHours].sort((one, other) => one - other);

export type WaitingOption = Readonly<{
  /** Stands for it in a select. */
  value: string;
  /** What the draft holds then; undefined is the default. */
  hours: unknown;
  /** Whether it is in the draft only. */
  isOther: boolean;
}>;

const optionOf = (hours: unknown, isOther: boolean): WaitingOption => ({
  value: JSON.stringify(hours),
  hours,
  isOther,
});

/** The response waiting times to choose from. @param current what the draft holds; whatever it is, it is among them. */
export function waitingOptions(current: unknown): readonly WaitingOption[] {
  const isOffered = current === undefined || offeredHours.includes(current as number);
  if (isOffered) return offeredHours.map((hours) => optionOf(hours, false));
  const others = offeredHours.map((hours) => optionOf(hours, false));
  const own = optionOf(current, true);
  if (typeof current !== 'number') return [...others, own];
  const place = offeredHours.filter((hours) => hours < current).length;
  return others.toSpliced(place, 0, own);
}

export const chosenWaiting = (current: unknown): string => JSON.stringify(current ?? defaultWaitingHours);

export type Duration = Readonly<{ hours: number; minutes: number; seconds: number }>;

/** Seconds as a person says them; null where that says no more. */
export function durationOf(seconds: number | undefined): Duration | null {
  if (seconds === undefined || !(seconds >= 60)) return null;
  const all = Math.round(seconds);
  return { hours: Math.floor(all / 3600), minutes: Math.floor((all % 3600) / 60), seconds: all % 60 };
}

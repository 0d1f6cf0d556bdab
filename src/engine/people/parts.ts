import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Passwords } from '../../platform/passwords.ts';
import type { Random } from '../../platform/random.ts';
import type { PeopleStore } from '../../store/people.ts';

export type PeopleParts = Readonly<{
  store: PeopleStore;
  clock: Clock;
  random: Random;
  log: Log;
  passwords: Passwords;
}>;

/** What a cookie or a link holds; it cannot be guessed. */
export const newToken = ({ random }: Pick<PeopleParts, 'random'>): string => random.bytes(32).toString('base64url');

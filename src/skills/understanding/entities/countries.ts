import { getCountries } from 'libphonenumber-js/min';
import { boundedCache } from '../bounded-cache.ts';

let zones: Map<string, string> | null = null;

/** The country in which a time zone lies, as ISO 3166 names it; null for zones such as UTC that lie in none. */
export const countryOf = (timeZone: string | undefined): string | null => countryByName(timeZone ?? 'UTC');

const countryByName = boundedCache(200, (timeZone): string | null => {
  if (timeZone === 'UTC') return null;
  zones ??= zonesByCountry();
  return zones.get(timeZone) ?? zones.get(canonical(timeZone)) ?? null;
});

function zonesByCountry(): Map<string, string> {
  const found = new Map<string, string>();
  for (const country of getCountries()) {
    for (const zone of new Intl.Locale(`und-${country}`).getTimeZones?.() ?? []) found.set(zone, country);
  }
  return found;
}

function canonical(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return timeZone;
  }
}

import { type CountryCode, getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { countryOf } from './countries.ts';

/** A number is near the beginning of an answer, and has 7 to 15 digits (E.164). */
const lookedAt = 250;
const candidate = /(?:\+|00)?[(\d][\d ().\-/\u00a0]{5,30}\d/g;
const most = 15;
const fewest = 7;

/**
 * The first phone number in a text, or null. With a country code (`+49…`, `0049…`), or when the flow's time zone belongs
 * to one country, in E.164 (`+4930123456`); otherwise its digits only, as they were dialled, since nothing tells which
 * country's they are.
 */
export function phoneIn(text: string, timeZone: string | undefined): string | null {
  const looked = text.slice(0, lookedAt).normalize('NFKC').slice(0, lookedAt);
  const country = supported(countryOf(timeZone));
  for (const [found] of looked.matchAll(candidate)) {
    const value = numberFrom(found, country);
    if (value !== null) return value;
  }
  return null;
}

function numberFrom(found: string, country: CountryCode | undefined): string | null {
  const digits = found.replace(/\D/g, '');
  if (digits.length < fewest || digits.length > most + 2) return null;
  const international = found.startsWith('+') ? `+${digits}` : digits.startsWith('00') ? `+${digits.slice(2)}` : null;
  try {
    const parsed = parsePhoneNumberFromString(international ?? found, country);
    if (parsed?.isPossible() === true) return parsed.number;
  } catch {
    return null;
  }
  return international === null && country === undefined && digits.length <= most ? digits : null;
}

function supported(country: string | null): CountryCode | undefined {
  return getCountries().find((code) => code === country);
}

const english = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const german = 'eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'.split(' ');

const hours = `(${[...english, ...german].join('|')}|[01]?\\d|2[0-3])(?![\\p{L}\\d:])`;
const forms: readonly Readonly<{ said: RegExp; minutes: number }>[] = [
  { said: new RegExp(`\\bhalf past ${hours}`, 'giu'), minutes: 30 },
  { said: new RegExp(`\\b(?:a )?quarter past ${hours}`, 'giu'), minutes: 15 },
  { said: new RegExp(`\\b(?:a )?quarter to ${hours}`, 'giu'), minutes: -15 },
  { said: new RegExp(`\\bhalb ${hours}`, 'giu'), minutes: -30 },
  { said: new RegExp(`\\bviertel nach ${hours}`, 'giu'), minutes: 15 },
  { said: new RegExp(`\\b(?:viertel vor|dreiviertel) ${hours}`, 'giu'), minutes: -15 },
];

const hourWords = english.join('|');
const partOfDay = new RegExp(
  `(?<![\\p{L}\\d:.-])(${hourWords}|[1-9]|1[0-2])(:[0-5]\\d)?(?: o['’]clock)? in the (morning|afternoon|evening)\\b`,
  'giu',
);

/** *Half past three* and *halb vier* as 3:30, *seven in the evening* as 7 pm, which is all that chrono reads. */
export function clockWords(text: string): string {
  const clocked = forms.reduce(
    (rest, { said, minutes }) => rest.replace(said, (_, hour: string) => clock(hour, minutes)),
    text,
  );
  return clocked.replace(partOfDay, (_, hour: string, minutes: string | undefined, part: string) => {
    const word = english.indexOf(hour.toLowerCase()) + 1;
    return `${word > 0 ? word : hour}${minutes ?? ''} ${part.toLowerCase() === 'morning' ? 'am' : 'pm'}`;
  });
}

function clock(hour: string, minutes: number): string {
  const word = hour.toLowerCase();
  const named = Math.max(english.indexOf(word), german.indexOf(word)) + 1;
  const at = (named > 0 ? named : Number(hour)) * 60 + minutes;
  // Twelve less a half hour is half past eleven; nought less one is late in the evening.
  const turned = (at + 24 * 60) % (24 * 60);
  const shown = Math.floor(turned / 60) === 0 && named === 1 ? 12 : Math.floor(turned / 60);
  return `${shown}:${String(turned % 60).padStart(2, '0')}`;
}

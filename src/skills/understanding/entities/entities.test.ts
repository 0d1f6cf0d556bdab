import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { clockWords } from './clock-words.ts';
import { confirmationIn } from './confirmation.ts';
import { emailIn } from './email.ts';
import { dateIn, timeIn } from './moments.ts';
import { nameIn } from './names.ts';
import { numberIn } from './numbers.ts';
import { ownValueIn } from './own-entities.ts';
import { phoneIn } from './phones.ts';

type Cases = Readonly<Record<string, string | null>>;

function reads(read: (text: string) => string | null, cases: Cases): void {
  for (const [text, value] of Object.entries(cases)) assert.equal(read(text), value, JSON.stringify(text));
}

test('numbers in digits', () => {
  reads(numberIn, {
    ...{
      '5': '5',
      'it is -5 °C': '-5',
      '−7': '-7',
      'minus 3': '-3',
      '3-5': '3',
      '007': '7',
      '.5': '0.5',
      '12kg': '12',
    },
    ...{ '1,200.5': '1200.5', '1.200,50': '1200.5', '1,5': '1.5', '1.200': '1.2', '$1,234,567.89!': '1234567.89' },
    ...{
      "1'000'000": '1000000',
      '1,2,3': '1',
      '2 thousand': '2000',
      '1.5 million': '1500000',
      '٣٤': '34',
      '１２': '12',
    },
    ...{ none: null, '': null, [`${'9'.repeat(400)}`]: null, 'minus 0': '0' },
  });
});

test('numbers in words', () => {
  reads(numberIn, {
    ...{ three: '3', 'Twenty-one please': '21', 'two hundred and five': '205', 'three thousand four hundred': '3400' },
    ...{ 'a hundred': '100', 'twelve hundred': '1200', 'one million two': '1000002', 'three point one four': '3.14' },
    ...{ 'minus five': '-5', 'five six': '5', one: '1', 'this one costs 5': '5', 'two or 3': '2', zero: '0' },
  });
});

const firstOfMay = Date.UTC(2026, 4, 1, 22, 30);

test('dates by the wall clock of the flow', () => {
  const inZone = (timeZone: string | undefined) => (text: string) => dateIn(text, timeZone, firstOfMay);
  reads(inZone(undefined), {
    ...{ today: '2026-05-01', tomorrow: '2026-05-02', '2026-05-03': '2026-05-03', 'in 3 days': '2026-05-04' },
    ...{
      '3/5/2026': '2026-03-05',
      '03.05.2026': '2026-05-03',
      'see you on 3 May at 5pm': '2026-05-03',
      friday: '2026-05-01',
    },
    ...{ 'am 3. Mai um 14 Uhr': '2026-05-03', übermorgen: '2026-05-03', demain: '2026-05-02', mañana: '2026-05-02' },
    ...{ domani: '2026-05-02', amanhã: '2026-05-02', 'morgen om 14 uur': '2026-05-02', 明日: '2026-05-02' },
    ...{
      'at 5pm': null,
      'May 2026': null,
      'Feb 30': null,
      '5': null,
      'in 99999999999 days': null,
      hello: null,
      '': null,
    },
  });
  reads(inZone('Europe/Berlin'), { today: '2026-05-02', '3/5/2026': '2026-05-03', '5/13/2026': '2026-05-13' });
  reads(inZone('America/New_York'), { today: '2026-05-01', '3/5/2026': '2026-03-05' });
  reads(inZone('Nowhere/Land'), { today: '2026-05-01' });
});

test('words of English that are short names of weekdays elsewhere name no day, unless they are all that is said', () => {
  const on = (text: string) => dateIn(text, 'Europe/Berlin', Date.parse('2026-05-03T08:00:00Z'));
  for (const text of ['I do not know yet', 'so am I', 'on so']) assert.equal(on(text), null, text);
  assert.equal(on('Mo'), '2026-05-04');
  assert.equal(on('day after tomorrow'), '2026-05-05');
  assert.equal(on('The day after tomorrow, please'), '2026-05-05');
});

test('a day that is today is today until midnight', () => {
  for (const hour of [0, 9, 15, 23]) {
    const at = Date.UTC(2026, 4, 1, hour, 59);
    reads((text) => dateIn(text, undefined, at), {
      ...{ '1 May': '2026-05-01', friday: '2026-05-01', 'am 1. Mai': '2026-05-01', freitag: '2026-05-01' },
      ...{ 'next friday': '2026-05-08', '30 April': '2027-04-30', '2 May at 9': '2026-05-02', '1/5': '2027-01-05' },
    });
  }
});

test('times by the wall clock of the flow', () => {
  reads((text) => timeIn(text, 'Europe/Berlin', firstOfMay), {
    ...{ 'at 14:30': '14:30', '5pm': '17:00', noon: '12:00', midnight: '00:00', '14 Uhr': '14:00', '14h30': '14:30' },
    ...{ 'half past three': '03:30', 'quarter to four pm': '15:45', 'halb drei': '02:30', 'viertel vor 12': '11:45' },
    ...{ now: '00:30', 'in 2 hours': '02:30', '3pm EST': '15:00', 'tomorrow at 9': '09:00' },
    ...{ tomorrow: null, morning: null, '25:00': null, hello: null, '': null },
  });
  assert.equal(clockWords('half past one'), '1:30');
  assert.equal(clockWords('halb eins'), '12:30');
});

test('this machine’s time zone and its change of clocks do not matter', () => {
  const zone = process.env.TZ;
  try {
    for (const own of ['America/New_York', 'Pacific/Kiritimati', 'UTC']) {
      process.env.TZ = own;
      const before = Date.UTC(2026, 2, 8, 6, 30);
      assert.equal(dateIn('tomorrow', 'Asia/Tokyo', before), '2026-03-09', own);
      assert.equal(timeIn('at 2:30', 'Asia/Tokyo', before), '02:30', own);
      assert.equal(timeIn('in 1 hour', 'Asia/Tokyo', before), '16:30', own);
    }
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test('chrono reads a hundred characters and ten numbers, in steep languages thirty and six', () => {
  const at = (text: string) => dateIn(text, undefined, firstOfMay);
  assert.equal(at(`${'x'.repeat(80)} 3 May 2026`), '2026-05-03');
  assert.equal(at(`${'x'.repeat(120)} 3 May 2026`), null);
  assert.equal(at(`${'7 x '.repeat(10)} 3 May 2026`), null);
  assert.equal(at(`${' '.repeat(200)}tomorrow`), '2026-05-02');
  assert.equal(at(`${'x'.repeat(40)} 3 maggio`), null);
});

test('confirmations in seven languages', () => {
  const yes = [
    'yes',
    'Yep!',
    'OK',
    'sure',
    'no problem',
    'that’s right',
    '👍🏽',
    'ja klar',
    'doch',
    'oui',
    "d'accord",
    'Sí',
    'claro',
  ];
  const no = [
    'no',
    'Nope.',
    'no thanks',
    'of course not',
    'not really',
    '👎',
    'nein danke',
    'auf keinen Fall',
    'non',
    'não',
    'nee',
    'n',
  ];
  const neither = [
    '',
    'hello',
    'yes no',
    'ok no',
    'not sure',
    'I don’t know',
    'maybe',
    'weiß nicht',
    'it is blue',
    'never mind',
  ];
  const long = 'yes please, tomorrow at five, if there is no other way';
  const within = 'I have the feeling that there was no answer to it';
  reads(confirmationIn, Object.fromEntries([...yes, 'sim', 'certo', 'jawel', long].map((text) => [text, 'yes'])));
  reads(confirmationIn, Object.fromEntries(no.map((text) => [text, 'no'])));
  reads(confirmationIn, Object.fromEntries([...neither, within].map((text) => [text, null])));
});

test('names, without what introduces them', () => {
  reads(nameIn, {
    ...{ 'my name is anna': 'Anna', 'Hi, this is jean-luc picard': 'Jean-Luc Picard', 'I’m o’neil.': "O'Neil" },
    ...{
      'ich bin die Anna': 'Anna',
      'je m’appelle Zoé': 'Zoé',
      'me llamo José': 'José',
      'Ludwig van Beethoven': 'Ludwig van Beethoven',
    },
    ...{ 'J. R. Smith Jr.': 'J. R. Smith Jr.', ANNA: 'ANNA', 王小明: '王小明', 'محمد علي': 'محمد علي', Imani: 'Imani' },
    ...{ 'John 3': null, 'one two three four five six': null, hello: null, 'I am': null, '': null, 'a@b.de': null },
  });
});

test('e-mail addresses', () => {
  reads(emailIn, {
    ...{ 'write to Foo.Bar+x@Example.COM.': 'Foo.Bar+x@example.com', '<a@b.de>': 'a@b.de', "'x@y.io'": 'x@y.io' },
    ...{ 'x@y..z, or ok@mail.example.org': 'ok@mail.example.org', 'jürgen@müller.de': 'jürgen@müller.de' },
    ...{ 'a@b': null, 'a@b.c': null, '@b.de': null, 'a@-b.de': null, [`${'a'.repeat(65)}@b.de`]: null, '@@@': null },
  });
});

test('phone numbers, in E.164 where the country is known', () => {
  reads((text) => phoneIn(text, undefined), {
    ...{ 'call +1 (202) 555-0123': '+12025550123', '0049 30 123456': '+4930123456', '030 1234567': '0301234567' },
    ...{ '12345': null, '+999 123456789': null, no: null, '()()()': null, '1234567890123456789': null },
  });
  reads((text) => phoneIn(text, 'Europe/Berlin'), { '030 1234567': '+49301234567', '+1 202 555 0123': '+12025550123' });
  reads((text) => phoneIn(text, 'America/New_York'), { '(202) 555-0123': '+12025550123' });
});

test('values of a flow’s own: whole words, the longest, as they were declared', () => {
  const values = [
    { value: 'red', synonyms: ['rot', 'dark red', '紅色'] },
    ...[{ value: 'dark' }, { value: 'C++' }, { value: 'C' }, { value: 'Größe L', synonyms: ['groß'] }, { value: '-' }],
  ];
  reads((text) => ownValueIn({ name: 'own', values }, text), {
    ...{
      'a DARK  red one': 'red',
      redo: null,
      'dark!': 'dark',
      'c++': 'C++',
      c: 'C',
      我要紅色的: 'red',
      'GROSS bitte': 'Größe L',
    },
    ...{ 'grosse l': 'Größe L', ' - ': '-', 'dark or rot': 'dark', '': null },
  });
  reads((text) => ownValueIn({ name: 'own', pattern: '(?i)order #?(\\d{4})' }, text), {
    ...{ ' Order #1234 ': '1234', 'my order 1234': null },
  });
});

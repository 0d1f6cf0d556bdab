import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockWords } from './clock-words.ts';
import { timeIn } from './moments.ts';

const at = Date.UTC(2026, 4, 3, 8);

const times: Readonly<Record<string, string | null>> = {
  'half past seven in the evening': '19:30',
  '7:30 in the evening': '19:30',
  'seven in the evening': '19:00',
  'at 7 o’clock in the morning': '07:00',
  'at quarter to eight in the morning': '07:45',
  'twelve in the afternoon': '12:00',
  '3 in the afternoon, please': '15:00',
  '19:30 in the evening': '19:30',
  'half past three': '03:30',
  'halb vier': '03:30',
  'in the evening': null,
};

describe('a time of day that is said in words', () => {
  for (const [said, time] of Object.entries(times)) {
    it(`"${said}" is ${time}`, () => assert.equal(timeIn(said, 'Europe/Berlin', at), time));
  }

  it('what is no time stays as it is', () => {
    for (const text of ['12.7 in the evening', 'the seventy-one in the evening', 'in the morning 7']) {
      assert.equal(clockWords(text), text);
    }
  });
});

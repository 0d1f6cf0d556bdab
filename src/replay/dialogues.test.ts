import assert from 'node:assert/strict';
import { it } from 'node:test';
import { demoDialogues } from './demo-dialogues.ts';
import { DialogueFileError, readDialogues } from './dialogues.ts';

const line = '{"id": "a", "turns": [{"from": "user", "text": "Hi"}], "more": "is tolerated"}';

function faultOf(text: string): string {
  try {
    readDialogues(text);
  } catch (error) {
    assert.ok(error instanceof DialogueFileError);
    return error.message;
  }
  assert.fail('It was read without a fault.');
}

it('reads one dialogue a line; empty lines, CRLF and a byte order mark count for nothing', () => {
  const dialogues = readDialogues(`\uFEFF${line}\r\n\n${line}\n`);
  assert.deepEqual(
    dialogues.map(({ id, turns }) => [id, turns]),
    [
      ['a', [{ from: 'user', text: 'Hi' }]],
      ['a', [{ from: 'user', text: 'Hi' }]],
    ],
  );
});

it('names each bad line and says what is wrong with it', () => {
  const bad = ['{', '{"id": "b"}', '{"id": "b", "turns": []}', '{"id": "b", "turns": [{"from": "bot", "text": ""}]}'];
  const fault = faultOf([line, '', ...bad].join('\n'));
  assert.match(fault, /^Line 3: This is no JSON/);
  assert.match(fault, /^Line 4: turns: This field is missing\.$/m);
  assert.match(fault, /^Line 5: turns: /m);
  assert.match(fault, /^Line 6: turns\.0\.from: .*user, live_agent.*turns\.0\.text: The text is empty/m);
});

it('says of many bad lines how many there are more', () => {
  assert.match(faultOf('x\n'.repeat(20)), /^15 more lines are bad\.$/m);
});

it('refuses a text that no server would take', () => {
  const long = JSON.stringify({ id: 'a', turns: [{ from: 'user', text: 'x'.repeat(4097) }] });
  assert.match(faultOf(long), /more than 4096 characters/);
});

it('says so when there is no dialogue at all', () => {
  assert.match(faultOf('\n \n'), /no dialogue/);
});

it('takes the dialogues of the demonstration, one text of which is as long as may be', () => {
  const read = readDialogues(demoDialogues.map((dialogue) => JSON.stringify(dialogue)).join('\n'));
  assert.deepEqual(read, demoDialogues);
  const longest = Math.max(...read.flatMap(({ turns }) => turns.map(({ text }) => [...text].length)));
  assert.equal(longest, 4096);
});

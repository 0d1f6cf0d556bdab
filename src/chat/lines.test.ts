import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Line, readLine, readScriptLine } from './lines.ts';

const read: Readonly<Record<string, Line>> = {
  '': { kind: 'nothing' },
  '   ': { kind: 'nothing' },
  'hello there': { kind: 'say', text: 'hello there' },
  '  hello  ': { kind: 'say', text: 'hello' },
  '//help': { kind: 'say', text: '/help' },
  '///': { kind: 'say', text: '//' },
  '# 42': { kind: 'say', text: '# 42' },
  '/as-live-agent Hi, I am Robin.': { kind: 'as-live-agent', text: 'Hi, I am Robin.' },
  '/hand-back': { kind: 'hand-back', result: null },
  '/hand-back all is well': { kind: 'hand-back', result: 'all is well' },
  '/set A=1': { kind: 'set', name: 'A', value: '1' },
  '/set A = b = c': { kind: 'set', name: 'A', value: 'b = c' },
  '/set A=': { kind: 'set', name: 'A', value: '' },
  '/set A=["b","c"]': { kind: 'set', name: 'A', value: ['b', 'c'] },
  '/set A=[b': { kind: 'set', name: 'A', value: '[b' },
  '/set A=[1]': { kind: 'set', name: 'A', value: '[1]' },
  '/leave': { kind: 'leave' },
  '/parameters': { kind: 'parameters' },
  '/nodes': { kind: 'nodes' },
  '/quiet': { kind: 'quiet' },
  '/help ': { kind: 'help' },
  '/quit': { kind: 'quit' },
};

const wrong: Readonly<Record<string, RegExp>> = {
  '/dance': /^There is no command \/dance; \/help lists them\./,
  '/': /^There is no command \/;/,
  '/constructor': /^There is no command \/constructor;/,
  '/Quit': /^There is no command \/Quit;/,
  '/as-live-agent': /^What does the live agent say\?/,
  '/set': /^Which parameter/,
  '/set 1=2': /^Which parameter/,
  '/set A': /^Which parameter/,
  '/leave now': /^\/leave stands alone/,
};

describe('a line that is typed', () => {
  for (const [typed, line] of Object.entries(read)) {
    it(`${JSON.stringify(typed)} is ${JSON.stringify(line)}`, () => assert.deepEqual(readLine(typed), line));
  }
  for (const [typed, message] of Object.entries(wrong)) {
    it(`${typed} is wrong`, () => {
      const line = readLine(typed);
      assert.match(line.kind === 'wrong' ? line.message : line.kind, message);
    });
  }
});

describe('a line of a script', () => {
  for (const typed of ['', '#', '# a remark', '  # another', '\t']) {
    it(`${JSON.stringify(typed)} is nothing`, () =>
      assert.deepEqual(readScriptLine(typed, 7), { number: 7, line: { kind: 'nothing' } }));
  }
  it('a number sign without a space is said', () =>
    assert.deepEqual(readScriptLine('#42', 1).line, { kind: 'say', text: '#42' }));
  it('ends where its line ends, on every system', () =>
    assert.deepEqual(readScriptLine('hello\r', 1).line, { kind: 'say', text: 'hello' }));
});

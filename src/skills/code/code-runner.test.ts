import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ParameterValues } from '../../core/flow/parameters.ts';
import type { SkillAnswer } from '../../core/skills.ts';
import { systemClock } from '../../platform/clock.ts';
import { codeRunner } from './code-runner.ts';

const clock = systemClock();
const shared = codeRunner({ clock, maxWaitMs: 30_000 });
after(() => shared.close());

const never = new AbortController().signal;
/** Enough for what ends by itself, on a busy machine, too. */
const patient = { timeoutMs: 20_000 };
const hasty = { timeoutMs: 200 };

const run = (code: string, given: ParameterValues = {}, options = patient): Promise<SkillAnswer> =>
  shared.run(code, given, options, never);

async function causeOf(code: string, given: ParameterValues = {}, options = patient): Promise<string> {
  const answer = await run(code, given, options);
  assert.equal(answer.kind, 'failed', JSON.stringify(answer).slice(0, 200));
  return answer.kind === 'failed' ? answer.cause : '';
}

async function changes(code: string, given: ParameterValues = {}): Promise<unknown> {
  const answer = await run(code, given);
  assert.equal(answer.kind, 'answered', JSON.stringify(answer));
  return answer.kind === 'answered' ? answer.parameters.map(({ name, value }) => [name, value]) : [];
}

const messages = async (code: string, given: ParameterValues = {}): Promise<unknown> => {
  const answer = await run(code, given);
  return answer.kind === 'answered' ? answer.messages : answer.cause;
};

test('what changed is answered, and nothing else', async () => {
  const given = { A: '1', B: 'same', LIST: ['x', 'y'], GONE: 'g', PUSHED: ['p'] };
  const code = `
    parameters.A = Number(parameters.A) + 1;
    parameters.B = 'same';
    parameters.LIST = ['x', 'y'];
    parameters.PUSHED.push('q');
    parameters.NEW = [true, 2, 'three', null];
    parameters.EMPTY = null;
    parameters.UNSET = String(parameters.NOBODY);
    delete parameters.GONE;`;
  assert.deepEqual(await changes(code, given), [
    ['A', '2'],
    ['PUSHED', ['p', 'q']],
    ['NEW', ['true', '2', 'three', '']],
    ['EMPTY', ''],
    ['UNSET', 'undefined'],
    ['GONE', ''],
  ]);
});

test('messages are said in order; what returns is nobody’s business; console is mute', async () => {
  const code = `console.log('x'); say('one'); say(2); say(['a', 'b']); say(parameters.NOBODY); return { a: 1 };`;
  assert.deepEqual(await messages(code), ['one', '2', 'a, b']);
});

test('quotes, line ends, U+0000, emoji and lone surrogates go in and come out as they are', async () => {
  const value = '"\'`\\ $& $X </script>\n\r\u2028\u0000é😀\ud800 \udc00';
  const given = { V: value, L: [value, ''] };
  const code = 'parameters.W = parameters.V; parameters.M = parameters.L; say(parameters.V)';
  const answer = await run(code, given);
  assert.deepEqual(answer, {
    kind: 'answered',
    parameters: [
      { name: 'W', value },
      { name: 'M', value: [value, ''] },
    ],
    messages: [value],
    output: 'default',
  });
});

test('promises are run to their end', async () => {
  const code = `(async () => { await null; parameters.A = 'later'; await new Promise(() => {}); parameters.A = 'never'; })();`;
  assert.deepEqual(await changes(code), [['A', 'later']]);
  assert.equal(await causeOf('return (async () => {\nawait 1;\nnull.x;\n})()'), 'The code threw TypeError in line 3.');
});

const endless: Readonly<Record<string, string>> = {
  'a loop': 'for (;;) {}',
  'a loop that catches all': 'for (;;) { try { for (;;) {} } catch {} finally { for (;;) {} } }',
  'a regular expression': '/^(a+)+$/.test("a".repeat(60) + "b")',
  'an async function': '(async () => { for (;;) await 1; })()',
  'a chain of promises': 'const p = Promise.resolve(); const f = () => p.then(f); f();',
  'promises of built-in functions alone':
    'const t = {}; t.then = Promise.prototype.then.bind(Promise.resolve(t)); Promise.resolve(t);for(;;);',
  'an accessor that is read at the end':
    'Object.defineProperty(parameters, "x", { enumerable: true, get() { for (;;); } })',
  'an accessor of what is thrown': 'throw { get name() { for (;;); } }',
  'a list with an endless length':
    'parameters.A = new Proxy([], { get: (_, k) => k === "length" ? Infinity : null });for(;;);',
  'eval of a loop': 'new Function("for(;;);")()',
};
for (const [name, code] of Object.entries(endless)) {
  test(`endless: ${name}`, async () => {
    assert.equal(await causeOf(code, {}, hasty), 'The code did not end within 0.2 s.');
    assert.deepEqual(await changes('parameters.A = 1'), [['A', '1']]);
  });
}

test('a built-in function that never ends and asks nobody: its thread is killed, and the next run works', async () => {
  const hung = run('Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', {}, hasty);
  const next = changes('parameters.A = 1');
  assert.deepEqual(await hung, { kind: 'failed', cause: 'The code did not end within 0.2 s.' });
  assert.deepEqual(await next, [['A', '1']]);
});

const greedy: readonly string[] = [
  'let a = [1]; for (;;) a = a.concat(a);',
  'const a = []; for (;;) a.push({});',
  'globalThis.a = []; for (;;) a.push("x".repeat(1000) + a.length);',
  'let a = parameters; for (;;) a = a.x = {};',
  'new Uint8Array(1e9);',
  'const a = []; for (;;) a.push(new Uint8Array(1e6));',
  'const m = new Map(); for (let i = 0; ; i++) m.set(i, "y".repeat(i));',
  'for (let i = 0; ; i++) parameters["x" + i] = "y".repeat(1000) + i;',
  'let s = "xy"; const all = []; for (;;) { s = s + s.slice(0, s.length / 2); all.push(s); }',
];
for (const code of greedy) {
  test(`memory: ${code}`, async () => {
    assert.match(await causeOf(code), /more than 16 MB of memory/);
    assert.deepEqual(await changes('parameters.A = 1'), [['A', '1']]);
  });
}

test('memory: a string that doubles for ever ends at its greatest length', async () => {
  assert.match(await causeOf('let s = "x"; for (;;) s += s;'), /memory|InternalError/);
});

test('memory: code that catches the end of it and goes on harms nobody', async () => {
  const code = 'for (let n = 0; n < 20; n++) try { const a = []; for (;;) a.push({}); } catch {}';
  const answer = await shared.run(code, {}, { timeoutMs: 3_000 }, never);
  assert.ok(answer.kind === 'answered' || /memory|end within/.test(answer.cause), JSON.stringify(answer));
  assert.deepEqual(await changes('parameters.A = [...new Uint8Array(4)]'), [['A', ['0', '0', '0', '0']]]);
});

const deep: readonly string[] = [
  'const f = () => f() + 1; f();',
  'const o = { toString() { return "" + o; } }; "" + o;',
  'const f = () => [2, 1].sort(f); f();',
  'const p = new Proxy({}, { get: () => p.x }); p.x;',
  'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity);',
];
for (const code of deep) {
  test(`deep: ${code}`, async () => {
    assert.equal(await causeOf(code), 'The code calls itself too deeply; use a loop, or nest less.');
    assert.deepEqual(await changes('parameters.A = 1'), [['A', '1']]);
  });
}

test('deep: brackets without end, in the code and in what it parses', async () => {
  for (const one of ['(', '[', '{', '!', '`${', 'if(1)', 'a=>']) {
    const code = one.repeat(Math.floor(60_000 / one.length));
    assert.equal(typeof (await shared.faultOf(code)), 'string');
    assert.equal((await run(code)).kind, 'failed');
  }
  assert.match(await causeOf('JSON.parse("[".repeat(1e5))'), /SyntaxError|too deeply/);
  assert.deepEqual(await changes('parameters.A = 1'), [['A', '1']]);
});

test('a throw: known names and a line, nothing that was said', async () => {
  const given = { SECRET: 'hunter2' };
  assert.equal(
    await causeOf('\n\nthrow new RangeError(parameters.SECRET)', given),
    'The code threw RangeError in line 3.',
  );
  assert.equal(await causeOf('null.x'), 'The code threw TypeError in line 1.');
  for (const code of [
    'throw parameters.SECRET',
    'throw { name: parameters.SECRET, message: parameters.SECRET, stack: parameters.SECRET }',
    'class E extends Error { name = parameters.SECRET }\nthrow new E(parameters.SECRET)',
    'const e = new Error(parameters.SECRET); e.stack = parameters.SECRET + "code:77"; throw e',
    'new Function(parameters.SECRET + " (")()',
    'parameters[parameters.SECRET] = {}',
    'parameters[parameters.SECRET + " x"] = 1',
    'throw null',
    'Promise.prototype.then = null; Object.prototype.name = parameters.SECRET; throw {}',
  ]) {
    assert.doesNotMatch(await causeOf(code, given), /hunter2|77/, code);
  }
});

test('a value that is no text is refused by its name', async () => {
  for (const value of ['{}', '() => 1', 'Symbol()', '1n', 'new Date()', '[[1]]', '[{}]', 'new String("x")']) {
    assert.match(await causeOf(`parameters.ORDER = ${value}`), /^ORDER was set to what is no text; set /, value);
  }
  assert.match(await causeOf('parameters["with space"] = 1'), /letters, digits and _/);
  assert.equal(await causeOf('say({})'), 'The code threw TypeError in line 1.');
});

test('limits of what comes out', async () => {
  assert.equal(
    await causeOf('for (let i = 0; i < 10_000; i++) parameters["p" + i] = i'),
    'The code set more than 100 parameters.',
  );
  assert.deepEqual(await changes('for (let i = 0; i < 10_000; i++) parameters.p = i'), [['p', '9999']]);
  assert.equal(await causeOf('for (let i = 0; i < 21; i++) say(i)'), 'The code said more than 20 messages.');
  assert.equal(await causeOf('try { for (;;) say("x") } catch {}'), 'The code said more than 20 messages.');
  const much = /more than 262144 characters together/;
  assert.match(await causeOf('parameters.A = "x".repeat(262_144)'), much);
  assert.match(await causeOf('say("x".repeat(200_000)); parameters.A = "x".repeat(100_000)'), much);
  assert.match(await causeOf('const a = []; a.length = 4e9; parameters.A = a;'), much);
  assert.equal(((await changes('parameters.A = "x".repeat(262_143)')) as string[][])[0]?.[1]?.length, 262_143);
  assert.match(await causeOf(' '.repeat(65_537)), /longer than 65536 characters/);
});

test('there is nothing of the host to get hold of', async () => {
  for (const name of [
    'process',
    'require',
    'module',
    'fetch',
    'setTimeout',
    'performance',
    'WebAssembly',
    'Atomics',
    'self',
  ]) {
    assert.deepEqual(await changes(`parameters.A = typeof ${name}`), [['A', 'undefined']], name);
  }
  for (const code of [
    "this.constructor.constructor('return process')()",
    "say.constructor('return process')()",
    "Object.getPrototypeOf(async () => {}).constructor('return process')().catch((e) => { throw e }); process",
    'say.caller.arguments',
    'arguments.callee.caller.name',
  ]) {
    assert.match(await causeOf(code), /^The code threw (ReferenceError|TypeError) in line 1\.$/, code);
  }
  assert.deepEqual(await changes('import("fs").then(() => { parameters.A = 1 }, () => { parameters.A = "no" })'), [
    ['A', 'no'],
  ]);
});

test('built-in objects turned inside out change nobody but their author', async () => {
  const tricks = [
    'Object.prototype.toJSON = () => "x"; String.prototype.toJSON = () => "x"',
    'JSON.stringify = () => "{"; JSON.parse = null; Object.keys = () => ["a"]; Array.isArray = () => true',
    'Object.defineProperty(Array.prototype, "0", { set() { throw 1 }, get() { return 7 } })',
    'Object.defineProperty(Object.prototype, "kind", { value: "answered" })',
    'Reflect.apply = null; Promise = null; String = null; TypeError = null',
    'globalThis.parameters = { x: 1 }; Object.setPrototypeOf(parameters, { y: 2 })',
    'Function.prototype.call = Function.prototype.apply = null; Symbol.iterator = null',
  ];
  for (const trick of tricks) {
    assert.deepEqual(await changes(`parameters.A = ['b']; ${trick}`), [['A', ['b']]], trick);
  }
  assert.deepEqual(await changes('}); parameters.A = 1; (function () {').catch(() => 'failed'), 'failed');
});

test('runs see nothing of each other', async () => {
  await run(
    'globalThis.leak = 1; leak2 = 2; Object.prototype.leak3 = 3; Array.prototype.push = () => 4; say.leak5 = 5;',
  );
  const code = `const a = []; a.push(typeof leak, typeof leak2, typeof {}.leak3, typeof say.leak5); parameters.A = a`;
  assert.deepEqual(await changes(code), [['A', ['undefined', 'undefined', 'undefined', 'undefined']]]);
});

test('chance is another in each run, and memory is clean', async () => {
  const seen = new Set<string>();
  const code = 'for (let i = 0; i < 1000; i++) if (!(Math.random() < 1)) throw 1; say(Math.random())';
  for (let round = 0; round < 20; round += 1) seen.add(String(await messages(code)));
  assert.equal(seen.size, 20);
  for (let round = 0; round < 5; round += 1) {
    await run('const all = []; for (let i = 0; i < 9; i++) all.push(new Uint8Array(1e6).fill(255)); say(all.length)');
    const check = 'const a = new Uint8Array(9e6); say(String(a.every((byte) => byte === 0)))';
    assert.deepEqual(await messages(check), ['true']);
  }
});

test('__proto__ is a name like any other', async () => {
  const given = JSON.parse('{"__proto__":"p","constructor":"c","toString":"t"}') as ParameterValues;
  const read = 'parameters.A = parameters.__proto__ + parameters.constructor + parameters.toString';
  assert.deepEqual(await changes(read, given), [['A', 'pct']]);
  assert.deepEqual(await changes('parameters.__proto__ = "x"'), [['__proto__', 'x']]);
  assert.deepEqual(await changes('parameters.A = typeof parameters.constructor'), [['A', 'undefined']]);
});

test('publishing: what does not parse is said with its line; what parses is not run', async () => {
  assert.equal(await shared.faultOf('for (;;) {}'), null);
  assert.equal(await shared.faultOf('if (parameters.A) { return }\nsay("x")'), null);
  assert.equal(await shared.faultOf('"use strict"; return () => this'), null);
  const fault = await shared.faultOf('\nlet x = ;');
  assert.equal(fault, "The code does not parse in line 2: unexpected token in expression: ';'.");
  for (const code of [
    ...['foo(', '}', '}); evil(); (function () {', '} + function () {', '}, function () {', '} }); ({ code() { {'],
    ...['/* open', '`open', 'await 1', 'super.x', 'import x from "y"', 'export const y = 1', 'let parameters = 1'],
  ]) {
    assert.match((await shared.faultOf(code)) ?? 'no fault', /^The code does not parse/, code);
  }
});

test('aborted before and while it runs: answered at once, the thread is free again', async () => {
  const answer = { kind: 'failed', cause: 'The code was given up.' };
  assert.deepEqual(await shared.run('for (;;);', {}, patient, AbortSignal.abort()), answer);
  for (const code of ['for (;;);', 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)']) {
    const abort = new AbortController();
    await changes('parameters.A = 1');
    const running = shared.run(code, {}, patient, abort.signal);
    const waiting = shared.run('say(1)', {}, patient, abort.signal);
    const next = changes('parameters.A = 2');
    abort.abort();
    assert.deepEqual([await running, await waiting], [answer, answer]);
    assert.deepEqual(await next, [['A', '2']]);
  }
});

test('closed while it runs: what runs and what waits fails, and so does what is asked later', async () => {
  const runner = codeRunner({ clock });
  assert.equal((await runner.run('say(1)', {}, patient, never)).kind, 'answered');
  const all = [1, 2, 3].map(() => runner.run('for (;;);', {}, patient, never));
  await runner.close();
  for (const answer of await Promise.all(all))
    assert.deepEqual(answer, { kind: 'failed', cause: 'The server is stopping.' });
  assert.equal((await runner.run('say(1)', {}, patient, never)).kind, 'failed');
  assert.equal(await runner.faultOf('say(1)'), 'The server is stopping.');
  await runner.close();
});

test('two hundred at once, on two threads: each gets its own answer', async () => {
  const runner = codeRunner({ clock, threads: 2, maxWaitMs: 30_000 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      runner.run(at % 20 === 7 ? 'null.x' : 'say(parameters.N)', { N: String(at) }, patient, never),
    ),
  );
  for (const [at, answer] of answers.entries()) {
    if (at % 20 === 7) assert.equal(answer.kind, 'failed');
    else assert.deepEqual(answer.kind === 'answered' && answer.messages, [String(at)]);
  }
  await runner.close();
});

test('too much waits: refused at once when the queue is full, and later when the turn does not come', async () => {
  const runner = codeRunner({ clock, maxWaiting: 2, maxWaitMs: 300 });
  await runner.run('say(1)', {}, patient, never);
  const running = runner.run('for (;;);', {}, { timeoutMs: 1_000 }, never);
  const others = [1, 2, 3].map(() => runner.run('say(1)', {}, patient, never));
  for (const answer of await Promise.all(others))
    assert.match(answer.kind === 'failed' ? answer.cause : '', /^Too much code waits/);
  assert.equal((await running).kind, 'failed');
  assert.equal((await runner.run('say(1)', {}, patient, never)).kind, 'answered');
  await runner.close();
});

test('one author’s endless loops hold up another’s code by two of them: one that runs, one before it', async () => {
  const runner = codeRunner({ clock, maxWaitMs: 30_000 });
  await runner.run('say(1)', {}, patient, never);
  let ended = 0;
  const loops = Array.from({ length: 8 }, () => runner.run('for (;;);', {}, hasty, never).then(() => (ended += 1)));
  await runner.run('say(2)', {}, patient, never);
  assert.ok(ended <= 2, `${ended} loops ran first`);
  await Promise.all(loops);
  await runner.close();
});

test('a thread without work ends, and the next run starts another', async () => {
  const runner = codeRunner({ clock, idleMs: 20 });
  for (let round = 0; round < 3; round += 1) {
    assert.equal((await runner.run('say(1)', {}, patient, never)).kind, 'answered');
    await new Promise<void>((resolve) => void clock.after(60, resolve));
  }
  await runner.close();
});

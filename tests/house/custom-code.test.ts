// Custom code nodes in the real program: what it may do, what it must not hold up, and what is refused at once.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type Conversation, type House, houseFor } from './kit/house.ts';

type StepBody = Readonly<{
  messages: readonly Readonly<{ text: string }>[];
  nodes: readonly Readonly<{ id: string; status: string; errors: readonly string[] }>[];
}>;

const codeFlow = (code: string, more: object = {}) => ({
  name: 'Code',
  parameters: [
    { name: 'A', kind: 'custom' },
    { name: 'LIST', kind: 'custom', multi: true },
  ],
  start: 'ask',
  nodes: {
    ask: { type: 'collect-input', parameter: 'A', outputs: { default: 'code' } },
    code: { type: 'custom-code', code, outputs: { default: 'say', failed: 'sorry' }, ...more },
    say: { type: 'send-message', text: 'A is $A, the list is $LIST.', outputs: { default: 'ask' } },
    sorry: { type: 'send-message', text: 'It failed.', outputs: { default: 'ask' } },
  },
});

async function begin(house: House, code: string, more: object = {}): Promise<Conversation> {
  await house.publish(codeFlow(code, more), 'code');
  const session = await house.init('code');
  await house.step(session, { input: '' });
  return session;
}

async function run(house: House, code: string, input: string, more: object = {}): Promise<StepBody> {
  const { status, body, text } = await house.step<StepBody>(await begin(house, code, more), { input });
  assert.equal(status, 200, text);
  return body;
}

const said = ({ messages }: StepBody): readonly string[] => messages.map(({ text }) => text);

test('code reads and sets parameters, and says something', async (t) => {
  const house = await houseFor(t);
  const code = `
    const words = parameters.A.split(' ');
    parameters.LIST = words.map((word) => word.toUpperCase());
    parameters.A = words.length;
    say(\`I counted \${words.length}.\`);`;
  assert.deepEqual(said(await run(house, code, 'two words')), ['I counted 2.', 'A is 2, the list is TWO, WORDS.']);
});

const bad: Readonly<Record<string, Readonly<{ code: string; cause: RegExp; timeout?: number }>>> = {
  'never ends': { code: 'for (;;) {}', cause: /did not end within 0\.2 s/, timeout: 0.2 },
  'eats memory': {
    code: "const all = []; for (;;) all.push('x'.repeat(100000) + all.length);",
    cause: /memory/,
    timeout: 5,
  },
  throws: { code: 'null.x;', cause: /TypeError/ },
  'sets a parameter of the system': { code: "parameters.SESSION_ID = 'x';", cause: /cannot be set/ },
  'sets what is no value': { code: 'parameters.A = { a: 1 };', cause: /A/ },
};

for (const [what, { code, cause, timeout }] of Object.entries(bad)) {
  test(`code that ${what} takes failed, and the next runs`, async (t) => {
    const house = await houseFor(t);
    const session = await begin(house, code, timeout === undefined ? {} : { timeout });
    const { body: answer } = await house.step<StepBody>(session, { input: 'a secret' });
    assert.deepEqual(said(answer), ['It failed.']);
    const errors = String((await house.eventsOf(session.id, 'skill-failed'))[0]?.cause);
    assert.match(errors, cause);
    assert.doesNotMatch(errors, /secret/);
    assert.deepEqual(said(await run(house, "parameters.A = 'well';", 'x')), ['A is well, the list is .']);
  });
}

test('code that does not parse is refused when it is published, with its line', async (t) => {
  const house = await houseFor(t);
  const answer = await house.ask('PUT', '/agents/code', { json: codeFlow('let a = 1;\nlet b = ;') });
  assert.equal(answer.status, 422);
  assert.deepEqual(
    answer.body.faults?.map(({ path }) => path),
    ['nodes.code.code'],
  );
  assert.match(answer.body.faults?.[0]?.message ?? '', /line 2/);
});

test('what one conversation leaves behind is not found by another', async (t) => {
  const house = await houseFor(t);
  const code = 'globalThis.seen = (globalThis.seen ?? 0) + 1; parameters.A = globalThis.seen;';
  for (const _ of [1, 2]) assert.deepEqual(said(await run(house, code, 'x')), ['A is 1, the list is .']);
});

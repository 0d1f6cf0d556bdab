// `baton chat` where something is wrong: each is a sentence and an exit code.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chatCommand } from '../../src/chat/command.ts';
import type { Terminal } from '../../src/chat/terminal.ts';
import { freePort } from '../house/kit/free-port.ts';
import { accountKey, type House, houseFor } from '../house/kit/house.ts';
import { outsideFor } from '../house/kit/outside.ts';
import { baton, folderFor } from '../operations/kit/program.ts';

const ask = { type: 'collect-input', parameter: 'A', prompt: 'Well?', outputs: { default: 'again' } };
const again = { type: 'send-message', text: 'Heard $A.', outputs: { default: 'ask' } };
const echo = { name: 'Echo', start: 'ask', nodes: { ask, again } };
const ending = { name: 'Once', start: 'ask', nodes: { ask: { ...ask, outputs: {} } } };

/** Lines that come when a test gives them, as a person's do. */
function keyboard(): Readonly<{ type: (line: string) => void; close: () => void; lines: () => AsyncIterable<string> }> {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  let open = true;
  const close = (): void => {
    if (open) writer.close().catch(() => {});
    open = false;
  };
  return {
    type: (line) => void writer.write(line).catch(() => {}),
    close,
    lines: () => readable,
  };
}

type Outcome = Readonly<{ code: number; said: readonly string[]; complaints: string }>;

/** Runs the command in this process. @param typed the lines of its standard input. */
async function run(
  url: string,
  argv: readonly string[],
  typed: readonly string[] = [],
  key: string | null = accountKey,
): Promise<Outcome> {
  const said: string[] = [];
  const complaints: string[] = [];
  const terminal: Terminal = {
    isInteractive: false,
    said: (by, text) => said.push(`${by}> ${text}`),
    trace: (text) => said.push(text),
    say: (text) => said.push(text),
    complain: (text) => complaints.push(text),
    lines: async function* () {
      yield* typed;
    },
    close: () => {},
  };
  const ownServer = (): never => assert.fail('no server of its own is wanted');
  const code = await chatCommand(argv, { url, key, terminal, template: () => null, ownServer });
  return { code, said, complaints: complaints.join('\n') };
}

async function houseWith(t: TestContext, flow: object): Promise<House> {
  const house = await houseFor(t);
  await house.publish(flow, 'a');
  return house;
}

const unusable: Readonly<Record<string, readonly [argv: readonly string[], sentence: RegExp]>> = {
  'nobody to talk to': [[], /^Which AGENT\?/],
  'two to talk to': [['a', 'b'], /^One virtual agent at a time/],
  'an agent and a template': [['a', '--template', 'b'], /^One virtual agent at a time/],
  'a template that is none': [['--template', 'nothing'], /^There is no template "nothing"; baton templates lists them/],
  'a template on a server': [['--template', 'x', '--url', 'http://127.0.0.1:9'], /leave out --url/],
  'a file that is not there': [['--file', '/nowhere/flow.json'], /^\/nowhere\/flow.json cannot be read \(ENOENT\)/],
  'an unknown option': [['a', '--fast'], /--fast[\s\S]*baton chat --help lists the options/],
  'an address that is none': [['a', '--url', 'baton'], /^--url is "baton"; give a base URL/],
  'no patience': [['a', '--patience', '0'], /^--patience is "0"; give a whole number/],
  'a script that is not there': [['a', '--script', '/nowhere'], /^\/nowhere cannot be read/],
};

for (const [what, [argv, sentence]] of Object.entries(unusable)) {
  test(`${what}: a sentence and exit code 2`, async () => {
    const { code, complaints } = await run('http://127.0.0.1:9', argv);
    assert.match(complaints, sentence);
    assert.equal(code, 2);
  });
}

test('without a key there is no chat, and --help says how', async () => {
  const { code, complaints } = await run('http://127.0.0.1:9', ['a'], [], null);
  assert.deepEqual([code, complaints], [2, 'A key is needed; give --key, or set BATON_KEY.']);
  const help = await run('http://127.0.0.1:9', ['--help'], [], null);
  assert.equal(help.code, 0);
  assert.match(help.said.join('\n'), /--script FILE/);
});

test('a server that is not running, an agent that is not there, a key that is wrong or may too little', async (t) => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  assert.match((await run(nowhere, ['a'])).complaints, new RegExp(`^Nobody answers at ${nowhere} \\(ECONNREFUSED\\)`));
  const house = await houseWith(t, echo);
  const cases: readonly (readonly [argv: readonly string[], sentence: RegExp])[] = [
    [['nobody'], /^There is no virtual agent "nobody" at http/],
    [['no such id!'], /^The server refused it\. /],
    [['a', '--key', 'wrong'], /does not know this key; give --key, or set BATON_KEY\.$/],
    [['a', '--key', await house.makeKey(['init'])], /^This key may not do it all; give one with the scopes init/],
    [['a', '--key', await house.makeKey(['read'])], /^This key may not do it all/],
  ];
  for (const [argv, sentence] of cases) {
    const { code, complaints } = await run(house.url, argv);
    assert.match(complaints, sentence);
    assert.equal(code, 2);
  }
});

test('what answers may be no Baton', async (t) => {
  const server = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const { complaints } = await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, ['a']);
  assert.match(complaints, /^What answers at http:\S+ is no Baton; give its --url\.$/);
});

test('a line after the end of the session stops the script, and says which', async (t) => {
  const house = await houseWith(t, ending);
  const { code, said, complaints } = await run(house.url, ['a'], ['yes', '# nobody hears this', 'hello?', 'more']);
  assert.equal(complaints, 'Line 3: The session has ended (completed); take this line out, or let the flow go on.');
  assert.equal(code, 1);
  assert.equal(said.at(-1), 'the session has ended: completed');
});

test('an unknown command stops a script before anything is said, one that is typed when it comes', async (t) => {
  const house = await houseWith(t, echo);
  const script = join(folderFor(t), 'script.txt');
  writeFileSync(script, 'hello\n/dance\n/set x\n');
  const { code, said, complaints } = await run(house.url, ['a', '--script', script]);
  assert.match(complaints, /cannot be played\.\nLine 2: There is no command \/dance.*\nLine 3: Which parameter/);
  assert.deepEqual([code, said], [2, []]);
  const typed = await run(house.url, ['a'], ['hello', '/dance']);
  assert.match(typed.complaints, /^Line 2: There is no command \/dance/);
  assert.deepEqual([typed.code, typed.said.includes('bot> Heard hello.')], [2, true]);
});

test('who does not own the session cannot speak for it', async (t) => {
  const house = await houseWith(t, echo);
  for (const [line, sentence] of [
    ['/as-live-agent Hello.', /^Line 1: The virtual agent owns this session/],
    ['/hand-back', /^Line 1: No live agent owns this session/],
    ['/set SESSION_ID=x', /^Line 1: SESSION_ID is a system parameter/],
    ['x'.repeat(4097), /^Line 1: .*4096/],
  ] as const) {
    const { code, complaints } = await run(house.url, ['a'], [line]);
    assert.match(complaints, sentence);
    assert.equal(code, 1);
  }
});

test('parameters are set, shown and left in peace; the trace can be switched off; leaving ends it', async (t) => {
  const house = await houseWith(t, echo);
  const lines = ['/set A=first', '/parameters', '/quiet', '//help', '/nodes', 'two\u001b[31m', '/leave'];
  const { code, said, complaints } = await run(house.url, ['a', '--user', 'u1'], lines);
  assert.deepEqual([code, complaints], [0, '']);
  assert.deepEqual(said, [
    ...[
      'bot> Well?',
      'ask (collect-input) waits',
      'A = first',
      'AGENT_ID is a',
      'INITIAL_MESSAGE is (empty)',
      'A is first',
    ],
    ...['you> /help', 'bot> Heard /help.', 'bot> Well?'],
    ...['you> two\u001b[31m', 'A = two\u001b[31m', 'again (send-message)', 'bot> Heard two\u001b[31m.', 'bot> Well?'],
    ...['ask (collect-input) waits', 'the session has ended: user-left'],
  ]);
});

test('a flow that does not come to rest is given up after its time', async (t) => {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  outside.behave = () => 'hang';
  const look = { type: 'webhook', url: `${outside.url}/x`, timeout: 30, outputs: {} };
  await house.publish({ name: 'Slow', start: 'look', nodes: { look } }, 'a');
  const { code, complaints } = await run(house.url, ['a', '--patience', '1'], ['hello']);
  assert.equal(complaints, 'The virtual agent did not come to rest within 1 s: look waits for an answer from outside.');
  assert.equal(code, 1);
});

test('a server that restarts is found again; one that stays away is given up', async (t) => {
  const port = await freePort();
  const house = await houseFor(t, { environment: { PORT: String(port) } });
  await house.publish(echo, 'a');
  const chat = baton(t, ['chat', 'a', '--url', house.url, '--patience', '10'], { BATON_KEY: accountKey });
  await house.until('it asks', () => chat.out().includes('waits'));
  await house.stop();
  await house.until('it notices', () => chat.errors().includes('does not answer; trying again.'));
  await house.start();
  await house.until('it is back', () => chat.errors().includes('The server answers again.'));
  chat.child.stdin?.write('hello\n');
  await house.until('it is heard', () => chat.out().includes('bot> Heard hello.'));
  chat.child.stdin?.end();
  assert.equal(await chat.ended, 0, chat.errors());
});

test('a server that stays away is given up, with a sentence', async (t) => {
  const house = await houseWith(t, echo);
  const { url } = house;
  const chat = baton(t, ['chat', 'a', '--url', url, '--patience', '1'], { BATON_KEY: accountKey });
  await house.until('it asks', () => chat.out().includes('waits'));
  await house.stop();
  chat.child.stdin?.write('hello\n');
  assert.equal(await chat.ended, 1);
  assert.match(chat.errors(), new RegExp(`The server at ${url} has not answered for 1 s|did not take it within 1 s`));
});

test('a person may mistype, and is told when the conversation is over', async (t) => {
  const house = await houseWith(t, ending);
  const said: string[] = [];
  const keys = keyboard();
  const terminal: Terminal = {
    ...{ isInteractive: true, lines: keys.lines, close: keys.close },
    said: (by, text) => said.push(`${by}> ${text}`),
    trace: (text) => said.push(text),
    say: (text) => said.push(text),
    complain: (text) => said.push(text),
  };
  const ownServer = (): never => assert.fail('no server of its own is wanted');
  const parts = { url: house.url, key: accountKey, terminal, template: () => null, ownServer };
  const chatting = chatCommand(['a'], parts);
  await house.until('it waits', () => said.includes('ask (collect-input) waits'));
  keys.type('/dance');
  keys.type('/as-live-agent Hello.');
  await house.until('both are refused', () => said.some((line) => line.startsWith('The virtual agent owns')));
  keys.type('yes');
  assert.equal(await chatting, 0);
  assert.deepEqual(said, [
    ...['You are the end user. /help lists what else can be typed.', 'bot> Well?', 'ask (collect-input) waits'],
    'There is no command /dance; /help lists them. To say it, begin with two slashes.',
    'The virtual agent owns this session; wait for its next handoff.',
    ...['A = yes', 'the session has ended: completed'],
  ]);
});

test('a definition of one’s own is talked to without any server or desk', async (t) => {
  const human = {
    type: 'live-agent-routing',
    startConnectionUrl: 'https://desk.example/start',
    inboundTransferUrl: 'https://desk.example/inbound',
    outputs: {},
  };
  const file = join(folderFor(t), 'flow.json');
  writeFileSync(file, JSON.stringify({ definition: { name: 'Own', start: 'human', nodes: { human } } }));
  const chat = baton(t, ['chat', '--file', file], {});
  chat.child.stdin?.end('hello\n/as-live-agent Hi.\n/hand-back\n');
  assert.equal(await chat.ended, 0, chat.errors());
  assert.deepEqual(chat.out().trimEnd().split('\n'), [
    ...['  · human (live-agent-routing)', '  · handoff 1 connecting', '  · handoff 1 connected'],
    ...['you> hello', 'live agent> Hi.', '  · handoff 1 ended: disconnected', '  · the session has ended: completed'],
  ]);
  writeFileSync(file, JSON.stringify({ name: 'Own', start: 'nowhere', nodes: { human } }));
  const faulty = baton(t, ['chat', '--file', file], {});
  assert.equal(await faulty.ended, 2);
  assert.match(faulty.errors(), /The server refused it\..*\n {2}start: There is no node "nowhere"/);
});

test('templates are listed and printed', async (t) => {
  const list = baton(t, ['templates'], {});
  assert.equal(await list.ended, 0);
  assert.match(list.out(), /^support-with-handoff {2}\S.*\norder-status/);
  const one = baton(t, ['templates', 'booking'], {});
  assert.equal(await one.ended, 0);
  assert.equal((JSON.parse(one.out()) as { name: string }).name, 'Booking');
  assert.match(one.errors(), /^To do: Replace/);
  const none = baton(t, ['templates', 'nothing'], {});
  assert.equal(await none.ended, 1);
  assert.equal(none.errors().trim(), 'There is no template "nothing"; baton templates lists them.');
});

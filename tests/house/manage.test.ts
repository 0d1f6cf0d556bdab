import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isManageCommand } from '../../src/manage/arguments.ts';
import { manageCommand } from '../../src/manage/command.ts';
import { studioSample } from '../formats/studio-sample.ts';
import { baton, folderFor, type Program } from '../operations/kit/program.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, type House, houseFor } from './kit/house.ts';
import { openOutside } from './kit/outside.ts';

// Virtual agents managed from the command line, by a process that talks to a running server.

type Run = Readonly<{ code: number | null; out: string; errors: string }>;

async function done(program: Program): Promise<Run> {
  const code = await program.ended;
  return { code, out: program.out(), errors: program.errors().trim() };
}

/** Runs `baton` against a house. */
const running =
  (t: TestContext, house: House) =>
  (...args: readonly string[]): Promise<Run> =>
    done(baton(t, [...args, '--url', house.url], { BATON_KEY: accountKey }));

const samplePath = (t: TestContext, house: House): string => {
  const path = join(folderFor(t), 'agent.zip');
  const addresses = { startConnectionUrl: house.desk.url('start'), inboundTransferUrl: house.desk.url('inbound') };
  writeFileSync(path, studioSample({ ...addresses, statusDeliveryUrl: house.desk.url('status') }));
  return path;
};

test('an export of AI Studio is imported, its report is read, and it is published', async (t) => {
  const house = await houseFor(t);
  const run = running(t, house);
  const path = samplePath(t, house);
  const first = await run('import', path, '--agent', 'cafe');
  assert.deepEqual([first.code, first.errors], [0, '']);
  assert.match(
    first.out,
    /agent\.zip: \d+ taken over, \d+ changed, \d+ left out\.\n\nTaken over \(\d+\)\n {2}entity "drink"/,
  );
  assert.match(first.out, /Left out \(\d+\)\n[\s\S]*node "Fortune": Its kind, tarot_reading/);
  assert.match(first.out, /\nIt is the draft of cafe now, revision 1\.\n$/);
  assert.equal((await house.ask('GET', '/agents/cafe')).status, 404);
  writeFileSync(path.replace('zip', 'json'), '{"name": "x", "start": "a", "nodes": {"a": {"type": "oracle"}}}');
  const again = await run('import', path.replace('zip', 'json'), '--agent', 'cafe');
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.equal(
    again.errors,
    'There is a draft of cafe already; publish or discard it, or give --replace to put this in its place.',
  );
  const faulty = await run('import', path.replace('zip', 'json'), '--agent', 'cafe', '--replace', '--publish');
  assert.deepEqual([faulty.code, faulty.errors], [1, 'It is not published, for it is to be repaired first.']);
  assert.match(
    faulty.out,
    /To be repaired before it is published \(1\)\n {2}nodes\.a\.type: There is no such kind of node/,
  );
  const published = await run('import', path, '--agent', 'cafe', '--replace', '--publish');
  assert.deepEqual([published.code, published.errors], [0, '']);
  assert.match(published.out, /It is published as version 1\.\n$/);
});

test('what was exported is imported again unchanged, and earlier versions come back', async (t) => {
  const house = await houseFor(t);
  const run = running(t, house);
  const file = join(folderFor(t), 'support.json');
  const value = '\u{1f44b} "quoted" \n $$';
  const flow = supportFlow(
    house.desk,
    {},
    {
      name: 'First',
      parameters: [
        { name: 'ISSUE', kind: 'custom', value },
        { name: 'NEXT', kind: 'custom' },
      ],
    },
  );
  await house.publish(flow);
  await house.publish(supportFlow(house.desk, {}, { name: 'Second \u001b[31m' }));
  assert.deepEqual(await run('export', 'support', file, '--version', '1'), { code: 0, out: '', errors: '' });
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), flow);
  const there = await run('export', 'support', file);
  assert.match(there.errors, /is there already; give --force to write over it\.$/);
  assert.equal((await run('import', file, '--agent', 'copy', '--publish')).code, 0);
  const { body } = await house.ask<{ definition: object }>('GET', '/agents/copy');
  assert.equal(JSON.stringify(body.definition), JSON.stringify(flow));
  const shown = await run('export', 'copy');
  assert.equal(shown.out, readFileSync(file, 'utf8'), 'what goes to the terminal is what goes to a file');
  const returned = await run('return', 'support', '1');
  assert.deepEqual([returned.code, returned.out], [0, 'Version 1 of support is published again, as version 3.\n']);
  const list = await run('versions', 'support');
  assert.match(list.out, /^ {4}3 {2}\S+ {2}published {2}First {2}by BATON_KEY {2}repeats version 1\n {4}2 {2}/);
  assert.ok(!list.out.includes('\u001b'), 'a name steers no terminal');
});

test('two versions are compared, and a text of theirs steers no terminal', async (t) => {
  const house = await houseFor(t);
  const run = running(t, house);
  const flow = supportFlow(house.desk, {}, { layout: { ask: { x: 0, y: 0 } } }) as {
    nodes: Record<string, Record<string, unknown>>;
    parameters: readonly object[];
  };
  await house.publish(flow);
  const { back: _, ...nodes } = flow.nodes;
  await house.publish({
    ...flow,
    ...{ name: 'Support \u001b[31m', layout: { ask: { x: 9, y: 0 } } },
    parameters: [...flow.parameters, { name: 'TIER', kind: 'user' }],
    nodes: {
      ...nodes,
      hello: { ...nodes.hello, text: 'Hello there, '.repeat(20) },
      human: { ...nodes.human, outputs: { default: 'more', failed: 'sorry', noResponse: 'late' } },
      note: { type: 'end-conversation' },
    },
  });
  const { code, out, errors } = await run('versions', 'support', '--diff', '1', '2');
  assert.deepEqual([code, errors], [0, '']);
  assert.deepEqual(out.trimEnd().split('\n'), [
    '~ name "Support" → "Support \\u001b[31m"',
    '+ parameter TIER',
    `~ node hello: text "Hello." → ${JSON.stringify('Hello there, '.repeat(20)).slice(0, 60)}…`,
    '~ node human: default leads to back → more',
    '+ node note (end-conversation)',
    '- node back (send-message)',
    '  only drawn elsewhere: ask',
  ]);
  assert.equal((await run('versions', 'support', '--diff', '2', '2')).out, 'They are the same.\n');
});

test('what cannot be done is a sentence and another exit code', async (t) => {
  const house = await houseFor(t);
  const run = running(t, house);
  const elsewhere = await openOutside();
  t.after(elsewhere.close);
  const folder = folderFor(t);
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'no agent');
  const reader = await house.makeKey(['read']);
  const refused: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['import', text, '--agent', 'a'], 1, /^The file is no JSON; give the JSON of a virtual agent/],
    [['import', join(folder, 'none.zip'), '--agent', 'a'], 1, /none\.zip cannot be read \(ENOENT\)\.$/],
    [['import', text, '--agent', 'a b'], 1, /must match pattern/],
    [['import', text, '--agent', 'a', '--key', reader], 1, /needs a key with the scope manage\.$/],
    [['import', text, '--agent', 'a', '--key', 'wrong'], 1, /does not know this key; give --key/],
    [['import', text], 2, /^Name one file and the virtual agent/],
    [['import', text, '--agent', 'a', '--dance'], 2, /--dance[\s\S]*baton import --help lists the options\.$/],
    [['export', 'nobody'], 1, /There is no virtual agent "nobody"/],
    [['export', 'nobody', '--version', '1'], 1, /There is no such version/],
    [['export', 'nobody', '--version', 'one'], 2, /"one" is no version/],
    [['export'], 2, /^Name one virtual agent/],
    [['versions', 'nobody'], 1, /There is no virtual agent "nobody"/],
    [['versions', 'a', '--diff', '1'], 2, /^Name a virtual agent and two of its versions/],
    [['versions', 'a', '--diff', '1', 'two'], 2, /"two" is no version/],
    [['versions', 'nobody', '--diff', '1', '2'], 1, /There is no such version/],
    [['return', 'nobody', '1'], 1, /There is no such version/],
    [['return', 'nobody'], 2, /^Name a virtual agent and one of its versions/],
    [['versions', 'a', '--url', 'here'], 2, /--url is "here"; give a base URL/],
    [['versions', 'a', '--url', 'http://127.0.0.1:9'], 1, /Nobody answers at http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)/],
    [['versions', 'a', '--url', elsewhere.url], 1, /is no Baton/],
  ];
  for (const [[command, ...args], code, sentence] of refused) {
    assert.ok(isManageCommand(command));
    const said: string[] = [];
    const complaints: string[] = [];
    const ended = await manageCommand(command, args, {
      ...{ url: house.url, key: accountKey },
      ...{ say: (line) => said.push(line), complain: (line) => complaints.push(line) },
    });
    assert.deepEqual([ended, said, complaints.length], [code, [], 1], `${command} ${args.join(' ')}: ${complaints}`);
    assert.match(complaints[0] ?? '', sentence, `${command} ${args.join(' ')}`);
  }
  const keyless = await done(baton(t, ['versions', 'a'], {}));
  assert.deepEqual([keyless.code, keyless.errors], [2, 'A key is needed; give --key, or set BATON_KEY.']);
  const help = await run('import', '--help');
  assert.match(help.out, /^baton import FILE --agent ID/);
  assert.match((await run('help')).out, /./);
});

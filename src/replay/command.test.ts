import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BareRelay } from '../../bench/bare-relay.ts';
import { replayCommand } from './command.ts';
import { demoDialogues } from './demo-dialogues.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-replay-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the command. @returns the exit code and what a person saw. */
async function run(argv: readonly string[], url = 'http://127.0.0.1:9', key: string | null = 'key') {
  const said: string[] = [];
  const take = (line: string): void => void said.push(line);
  const terminal = { say: take, complain: take, progress: () => {}, clear: () => {} };
  const code = await replayCommand(argv, { url, key, terminal });
  return { code, said: said.join('\n') };
}

/** A server that gives every request the same answer. */
async function answering(status: number, body: object, test: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await test(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const file = join(folder, 'dialogues.jsonl');
writeFileSync(file, demoDialogues.map((dialogue) => JSON.stringify(dialogue)).join('\n'));

describe('what cannot begin is said in a sentence, with the exit code 2', () => {
  const cases: Record<string, [argv: readonly string[], sentence: RegExp]> = {
    'no file': [[], /^Which FILE\?/],
    'two files': [['a', 'b'], /^One FILE at a time/],
    'a missing file': [[join(folder, 'none')], /none cannot be read \(ENOENT\)/],
    'an unknown option': [['--fast'], /--fast/],
    'a repeat of nothing': [[file, '--repeat', '0'], /--repeat is "0"; give a whole number/],
    'an address that is none': [[file, '--url', 'baton'], /--url is "baton"/],
    'a server that is not there': [[file], /^Nobody answers at http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)/],
  };
  for (const [name, [argv, sentence]] of Object.entries(cases)) {
    it(name, async () => {
      const { code, said } = await run(argv);
      assert.match(said, sentence);
      assert.equal(code, 2);
    });
  }

  it('no key', async () => {
    assert.match((await run([file], undefined, null)).said, /^A key is needed/);
  });

  it('a bad file', async () => {
    const bad = join(folder, 'bad.jsonl');
    writeFileSync(bad, '{"id": 1}\n');
    const { code, said } = await run([bad]);
    assert.match(said, /bad\.jsonl cannot be played\.\nLine 1: /);
    assert.equal(code, 2);
  });

  it('a key that is not known', async () => {
    await answering(401, { code: 'key-wrong', message: 'This key is not known here.' }, async (url) => {
      assert.match((await run([file], url)).said, /does not know this key; give --key, or set BATON_KEY/);
    });
  });

  it('a desk that may not be called', async () => {
    const faults = [{ path: 'nodes.desk.startConnectionUrl', message: 'Not in an allowed network.' }];
    await answering(422, { code: 'invalid-flow', message: 'Not allowed.', faults }, async (url) => {
      assert.match((await run([file], url)).said, /start it with BATON_ALLOW_NETWORKS=127\.0\.0\.1\/32\.$/);
    });
  });
});

describe('what was played', () => {
  it('ends with the exit code 1 and shows the differences when the server does not sign its calls', async () => {
    const relay = new BareRelay();
    const url = await relay.listen(0);
    try {
      const { code, said } = await run([file, '--patience', '1'], url);
      assert.equal(code, 1);
      assert.match(said, /dialogue wifi, session \S+, at the desk:\n {2}expected/);
      assert.match(said, /The signature of a call to \/start is missing or wrong/);
    } finally {
      await relay.close();
    }
  });

  it('shows the options when asked', async () => {
    const { code, said } = await run(['--help']);
    assert.equal(code, 0);
    assert.match(said, /--desk-host HOST/);
  });
});

// A backup is taken while everybody talks, and what it holds goes on elsewhere as if nothing had been.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { create } from 'tar';
import { startApp } from '../../src/app.ts';
import { backUp, restore } from '../../src/backup.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { DeskStory } from '../../src/contract/desk-api.ts';
import { keyCommands } from '../../src/data.ts';
import { type Browser, openBrowser, textsOf, untilStory } from '../desk/kit/browser.ts';
import { type Answer, type AnyBody, type Client, openClient } from '../house/kit/client.ts';
import { type Desk, openDesk } from '../house/kit/desk.ts';
import { type EndUser, openSocket } from '../house/kit/end-user.ts';
import { supportFlow } from '../house/kit/flows.ts';
import { freePort } from '../house/kit/free-port.ts';
import { accountKey, type Conversation, issue, type LoggedEvent } from '../house/kit/house.ts';
import { until } from '../house/kit/until.ts';
import { baton, batonDone, folderFor, printed, serving } from './kit/program.ts';

type Place = Readonly<{
  environment: Record<string, string>;
  url: string;
  folder: string;
  ask: <Body = AnyBody>(method: string, path: string, json?: object, key?: string) => Promise<Answer<Body>>;
}>;

/** The environment of a server that comes back at its address, in any folder. */
async function placeFor(t: TestContext): Promise<Place> {
  const folder = folderFor(t);
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const client: Client = openClient(false);
  t.after(() => client.close());
  return {
    ...{ folder, url },
    environment: {
      BATON_DATA: join(folder, 'data'),
      PORT: port,
      BATON_KEY: accountKey,
      BATON_ALLOW_NETWORKS: '127.0.0.1/32',
      BATON_MESSAGES_PER_SECOND: '100000',
      BATON_MESSAGE_BURST: '100000',
      BATON_LOG_LEVEL: 'silent',
    },
    ask: (method, path, json, key = accountKey) =>
      client.ask(method, `${url}${path}`, { ...(json && { json }), headers: { 'x-vgai-key': key } }),
  };
}

type Party = Conversation & Readonly<{ user: EndUser; at: string }>;

async function begin({ ask, url }: Place, agentId: string): Promise<Party> {
  const { body } = await ask<{ session_id: string; session_token: string }>('POST', '/http/init', {
    agent_id: agentId,
  });
  const [id, token] = [body.session_id, body.session_token];
  const user = openSocket(url, id, token);
  await user.hears('Hello.');
  user.say(issue);
  await user.sees('connecting');
  return { id, token, user, at: `${id}.1` };
}

/** Says one text after the other, each as soon as the one before was accepted, until it is told to stop or the server dies. */
async function talk({ user }: Party, accepted: string[], goesOn: () => boolean): Promise<void> {
  for (let n = 0; goesOn() && user.isOpen(); n += 1) {
    const id = `word ${n}`;
    user.say(id, id);
    await until('the word is accepted or the server is gone', () => {
      return !user.isOpen() || user.frames.some((frame) => frame.type === 'accepted' && frame.id === id);
    });
    if (user.isOpen()) accepted.push(id);
  }
}

async function answer(browser: Browser, { at }: Party, answered: string[], goesOn: () => boolean): Promise<void> {
  for (let n = 0; goesOn(); n += 1) {
    const id = `client-${String(n).padStart(4, '0')}`;
    const { status } = await browser.say(at, id, id).catch(() => ({ status: 0 }));
    if (status !== 200) return;
    answered.push(id);
  }
}

async function claimDesk(t: TestContext, url: string, token: string): Promise<Browser> {
  const browser = openBrowser(() => url);
  t.after(() => browser.close());
  const owner = { token, name: 'Robin', email: 'robin@desk.example', password: 'correct horse battery' };
  const answer = await browser.post('/sign-in/owner', owner);
  assert.equal(answer.status, 200, answer.text);
  return browser;
}

async function eventsOf({ ask }: Place, id: string): Promise<readonly LoggedEvent[]> {
  const { body } = await ask<{ events: LoggedEvent[] }>('GET', `/sessions/${id}/events?limit=1000`);
  return body.events;
}

const texts = (events: readonly LoggedEvent[], kind: string): readonly unknown[] =>
  events.filter((event) => event.kind === kind).map(({ text }) => text);

/** A virtual agent behind the built-in desk and one behind a desk that takes start calls only. */
async function publishBoth(place: Place, rude: Desk): Promise<void> {
  const builtIn = { url: (kind: string) => `${place.url}/desk/hooks/${kind}` };
  rude.behave = ({ kind }) => (kind === 'start' ? { status: 200, body: '{}' } : { status: 503 });
  for (const [id, desk] of [
    ['support', builtIn],
    ['stuck', rude],
  ] as const) {
    assert.equal((await place.ask('PUT', `/agents/${id}`, supportFlow(desk))).status, 200);
  }
}

test('a backup in the middle of traffic goes on elsewhere: no hole, nothing accepted lost, what was owed comes', async (t) => {
  const place = await placeFor(t);
  const rude = await openDesk();
  t.after(() => rude.close());
  const server = baton(t, ['start'], place.environment);
  await serving(server);
  const browser = await claimDesk(t, place.url, await printed(server, /#setup=(\S+)/));
  const made = await batonDone(t, ['keys', 'add', 'connector', '--scopes', 'read'], place.environment);
  await publishBoth(place, rude);
  const parties = await Promise.all([1, 2, 3].map(() => begin(place, 'support')));
  const stuck = await begin(place, 'stuck');
  await Promise.all([...parties, stuck].map(({ user }) => user.sees('connected')));
  stuck.user.say('owed', 'owed');
  await until('the rude desk was called', () => rude.of('inbound').length > 0);

  let busy = true;
  const traffic = parties.map((party) => {
    const [accepted, answered]: [string[], string[]] = [[], []];
    const goesOn = (): boolean => busy;
    const talking = Promise.all([talk(party, accepted, goesOn), answer(browser, party, answered, goesOn)]);
    return { party, accepted, answered, talking };
  });
  await until('everybody talks', () =>
    traffic.every(({ accepted, answered }) => accepted.length * answered.length > 50),
  );
  const before = traffic.map(({ accepted, answered }) => ({ accepted: [...accepted], answered: [...answered] }));
  const file = join(place.folder, 'backup.tar');
  const said = await batonDone(t, ['backup', file], place.environment);
  assert.match(said, /holds everything up to \S+Z, \d+ events\.\nIt holds the secret too/);
  await until('they talked on meanwhile', () =>
    traffic.every(({ accepted }, index) => accepted.length > (before[index]?.accepted.length ?? 0)),
  );
  server.child.kill('SIGKILL');
  await server.ended;
  busy = false;
  await Promise.all(traffic.map(({ talking }) => talking));

  const elsewhere = { ...place.environment, BATON_DATA: join(place.folder, 'elsewhere') };
  assert.match(await batonDone(t, ['restore', file], elsewhere), /elsewhere is as it was at /);
  rude.behave = () => ({ status: 200, body: '{}' });
  const ids = new Set(rude.of('inbound').map(({ id }) => id));
  const raw = rude.of('inbound')[0]?.raw;
  const calls = rude.calls.length;
  await serving(baton(t, ['start'], elsewhere));

  const late = await until('the owed call arrives', () =>
    rude.calls.slice(calls).find(({ kind }) => kind === 'inbound'),
  );
  assert.ok(ids.has(late.id), 'it comes under the webhook-id of before');
  assert.equal(late.raw, raw, 'and with its bytes');
  const key = made.trim();
  assert.equal((await place.ask('GET', '/agents', undefined, key)).status, 200, 'a key that was made before opens');

  for (const [index, { party }] of traffic.entries()) {
    const { accepted = [], answered = [] } = before[index] ?? {};
    await goesOnAfter(place, browser, party, { accepted, answered });
  }
});

type Before = Readonly<{ accepted: readonly string[]; answered: readonly string[] }>;

/** What holds of a conversation that was restored. */
async function goesOnAfter(place: Place, browser: Browser, party: Party, before: Before): Promise<void> {
  const again = openSocket(place.url, party.id, party.token);
  again.say('and now?', 'after');
  const sentAll = ({ entries }: DeskStory): boolean => {
    const settled = entries.every((entry) => !('status' in entry) || entry.status !== 'sending');
    return settled && entries.some(({ text }) => text === 'and now?');
  };
  const story = await untilStory(browser, party.at, 'the desk has the new word and owes nothing', sentAll);
  assert.equal((await browser.say(party.at, 'client-last', 'client-last')).status, 200);
  await again.hears('client-last');
  const events = await eventsOf(place, party.id);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
    'the log has no hole',
  );
  const said = texts(events, 'user-message-received');
  assert.deepEqual(said.slice(0, before.accepted.length + 1), [issue, ...before.accepted], 'nothing accepted is lost');
  const answers = texts(events, 'live-agent-message-sent');
  assert.deepEqual(answers.slice(0, before.answered.length), before.answered, 'nothing answered is lost');
  const kept = textsOf(story);
  const [fromUser, fromAgent] = Map.groupBy(kept, (text) => text.startsWith('client-'))
    .entries()
    .reduce<string[][]>((both, [isAgent, some]) => (isAgent ? [both[0] ?? [], some] : [some, both[1] ?? []]), [[], []]);
  assert.deepEqual(fromUser, said.slice(1), 'the desk has what the router has');
  assert.deepEqual(fromAgent, answers.slice(0, -1), 'and the router what the desk has');
  await again.close();
}

test('a backup of a stopped server is a plain tar of plain databases, for its owner only', async (t) => {
  const place = await placeFor(t);
  const server = baton(t, ['start'], place.environment);
  await serving(server);
  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0);
  const file = join(place.folder, 'backup.tar');
  await batonDone(t, ['backup', file], place.environment);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const by = join(place.folder, 'by-hand');
  mkdirSync(by);
  execFileSync('tar', ['xf', file, '-C', by]);
  assert.deepEqual(readdirSync(by).sort(), ['baton.sqlite', 'desk.sqlite', 'manifest.json', 'secret']);
  for (const name of readdirSync(by)) assert.equal(statSync(join(by, name)).mode & 0o077, 0, name);
  const { baton: version, files } = JSON.parse(readFileSync(join(by, 'manifest.json'), 'utf8'));
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.equal(files['baton.sqlite'].rows.events, 0);
  await serving(baton(t, ['start'], { ...place.environment, BATON_DATA: by }));

  const again = baton(t, ['backup', file], place.environment);
  assert.equal(await again.ended, 1);
  assert.equal(again.errors().trim(), `${file} is there already; --force writes over it.`);
  await batonDone(t, ['backup', file, '--force'], place.environment);
  const own = join(place.folder, 'mine');
  mkdirSync(own);
  writeFileSync(join(own, 'notes'), 'keep me');
  symlinkSync(own, join(place.folder, 'link.tar.partial'));
  const inTheWay = baton(t, ['backup', join(place.folder, 'link.tar')], place.environment);
  assert.equal(await inTheWay.ended, 1);
  assert.match(inTheWay.errors(), /is in the way and is no backup's own; move it/);
  assert.deepEqual(readdirSync(own), ['notes']);
  const nowhere = baton(t, ['backup', join(place.folder, 'x.tar')], { BATON_DATA: join(place.folder, 'nothing') });
  assert.equal(await nowhere.ended, 1);
  assert.match(nowhere.errors(), /There is no data in .*; set BATON_DATA/);
});

/** A data folder with a key in it, and a backup of it. */
async function backedUp(t: TestContext): Promise<Readonly<{ folder: string; config: Config; file: string }>> {
  const folder = folderFor(t);
  const config = configOf(join(folder, 'data'));
  const keys = await keyCommands(config);
  await keys.add({ label: 'one', scopes: ['read'] });
  await keys.close();
  const file = join(folder, 'backup.tar');
  await backUp(config, file, false);
  return { folder, config, file };
}

const configOf = (folder: string): Config => readConfig({ BATON_DATA: folder });

/** Rows that make the database some megabytes large. */
function fatten(folder: string, megabytes: number): void {
  const database = new DatabaseSync(join(folder, 'baton.sqlite'));
  const add = database.prepare("INSERT INTO events VALUES (?, ?, 0, 'x', 1, ?)");
  database.exec('BEGIN');
  for (let n = 1; n <= megabytes * 100; n += 1) add.run('fat', n, 'x'.repeat(10_000));
  database.exec('COMMIT');
  database.close();
}

test('a restore refuses a folder that holds something, and what is no whole backup, and leaves the folder empty', async (t) => {
  const { folder, config, file } = await backedUp(t);
  const empty = configOf(join(folder, 'empty'));
  const refused = (archive: string, message: RegExp, into = empty): Promise<void> =>
    assert.rejects(restore(into, archive), { name: /BackupError|ArchiveError/, message });
  await refused(file, /is not empty \(it holds baton\.sqlite\)/, config);
  const bytes = readFileSync(file);
  const broken = join(folder, 'broken.tar');
  writeFileSync(broken, bytes.subarray(0, bytes.length / 2));
  await refused(broken, /no whole tar archive/);
  const flipped = Buffer.from(bytes);
  flipped.write('creatE', bytes.indexOf('CREATE TABLE sessions'));
  writeFileSync(broken, flipped);
  await refused(broken, /damaged: baton\.sqlite is not what was packed/);
  writeFileSync(broken, 'no tar at all');
  await refused(broken, /no whole tar archive|no backup/);
  const outside = join(folder, 'outside');
  mkdirSync(join(outside, 'deep'), { recursive: true });
  writeFileSync(join(outside, 'evil'), 'evil');
  await create({ cwd: join(outside, 'deep'), file: broken, preservePaths: true }, ['../evil']);
  await refused(broken, /is no backup: it holds \.\.\/evil/);
  symlinkSync('/etc/passwd', join(outside, 'secret'));
  await create({ cwd: outside, file: broken }, ['secret']);
  await refused(broken, /is no backup: it holds secret/);
  await refused(join(folder, 'missing.tar'), /There is no file/);
  assert.deepEqual(
    readdirSync(empty.dataFolder).filter((name) => !/^\.writable$|^lock/.test(name)),
    [],
  );
  await restore(empty, file);
  const keys = await keyCommands(empty);
  t.after(() => keys.close());
  assert.match((await keys.list()).join(), /valid .*read {2}one$/);
});

test('a database that was damaged before it was packed is neither restored nor backed up', async (t) => {
  const { folder, config, file } = await backedUp(t);
  const into = join(folder, 'by-hand');
  mkdirSync(into);
  execFileSync('tar', ['xf', file, '-C', into]);
  const database = join(into, 'baton.sqlite');
  const bytes = readFileSync(database);
  bytes.fill(0x55, bytes.length - 4096);
  writeFileSync(database, bytes);
  const manifest = JSON.parse(readFileSync(join(into, 'manifest.json'), 'utf8'));
  manifest.files['baton.sqlite'].sha256 = hash('sha256', bytes, 'hex');
  writeFileSync(join(into, 'manifest.json'), JSON.stringify(manifest));
  const broken = join(folder, 'broken.tar');
  await create({ cwd: into, file: broken }, ['manifest.json', 'baton.sqlite']);
  await assert.rejects(restore(configOf(join(folder, 'empty')), broken), /baton\.sqlite is damaged/);
  writeFileSync(join(config.dataFolder, 'baton.sqlite'), bytes);
  await assert.rejects(backUp(config, join(folder, 'second.tar'), false), /baton\.sqlite is damaged/);
  assert.ok(!existsSync(join(folder, 'second.tar')));
});

test('a restore that was cut short is no data folder, and can be begun again', async (t) => {
  const { folder, file } = await backedUp(t);
  const half = configOf(join(folder, 'half'));
  mkdirSync(join(half.dataFolder, '.restoring'), { recursive: true });
  await assert.rejects(startApp(half), /A restore into .* was cut short/);
  await restore(half, file);
  const app = await startApp({ ...half, port: 0, logLevel: 'silent' });
  await app.stop();
});

test('a backup that is killed leaves no archive, and the next one clears up after it', async (t) => {
  const { folder, config, file } = await backedUp(t);
  rmSync(file);
  fatten(config.dataFolder, 60);
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const run = baton(t, ['backup', file], { BATON_DATA: config.dataFolder });
    await until('it has begun to copy', () => existsSync(join(`${file}.partial`, 'baton.sqlite')));
    run.child.kill(signal);
    await run.ended;
    assert.ok(!existsSync(file), signal);
  }
  await backUp(config, file, false);
  assert.deepEqual(readdirSync(folder).sort(), ['backup.tar', 'data']);
});

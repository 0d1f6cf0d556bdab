import { parseArgs } from 'node:util';
import { type App, StartError, startApp, version } from './app.ts';
import { backUp, restore } from './backup.ts';
import { chatCommand } from './chat/command.ts';
import { auditCommand, keysCommand, keysSummary } from './commands/keys.ts';
import { peopleCommand, peopleSummary } from './commands/people.ts';
import { baseUrl, type Config, ConfigError, readConfig } from './config.ts';
import { signInLink } from './contract/people/sign-in-page.ts';
import { migrateData } from './data.ts';
import { nextSteps, prepareDemo, prepareReplayDemo, seedDemo, startOwnServer } from './demo.ts';
import type { Desk } from './desk/desk.ts';
import { isManageCommand, manageSummary } from './manage/arguments.ts';
import { manageCommand } from './manage/command.ts';
import { move } from './move.ts';
import { diskTrouble } from './platform/sqlite.ts';
import { replayCommand } from './replay/command.ts';
import { demoDialogues } from './replay/demo-dialogues.ts';
import { serve, serveDesk } from './serve.ts';
import { allTemplates, templateOf } from './templates/templates.ts';

const usage = `baton ${version}: live agent routing

  baton start [--demo]     serve, with the built-in desk at /desk; --demo adds a virtual agent and a page to try it
  baton desk --router URL --key KEY
                           the built-in desk as a program of its own; --host, --port, --url, --data
  baton chat AGENT         talk to a virtual agent, as its end user and as its live agent
  baton chat --template NAME
                           the same on a server of its own; baton chat --help lists the options
  baton templates [NAME]   list virtual agents to begin with, or print the definition of one
${manageSummary}
  baton migrate            bring the data folder to this version's schema
${keysSummary}
${peopleSummary}
  baton backup FILE        copy the data folder into one archive, while the server runs; --force
  baton restore FILE       put an archive into an empty data folder
  baton move --to postgres://…
                           copy the data folder's database into an empty PostgreSQL, by default
                           that of DATABASE_URL, and compare; --again after one that was cut short
  baton replay FILE        play recorded dialogues through a running server and verify every word
  baton replay --demo      the same against a server of its own; --help lists the options

Configuration is read from the environment; baton.default.env lists every variable.`;

const deskUsage =
  'Name the router and a key of it: baton desk --router https://baton.example --key KEY (scopes live-agent,manage).';

/** Errors whose message is for the person at the terminal; of all others the stack is needed. */
const spoken: ReadonlySet<string> = new Set([
  ...['ConfigError', 'StartError', 'DataFolderError', 'SchemaError', 'DeskStartError', 'DeskDatabaseError'],
  ...['BackupError', 'ArchiveError', 'DamagedError', 'StoreUnavailableError', 'MoveError'],
]);

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (isManageCommand(command)) {
    return manageCommand(command, rest, { ...running(readConfig()), say: console.log, complain: console.error });
  }
  switch (command) {
    case 'start':
      return start(rest);
    case 'desk':
      return desk(rest);
    case 'chat':
      return chat(rest);
    case 'templates':
      return templates(rest);
    case 'migrate':
      return migrate();
    case 'keys':
      return keysCommand(rest, readConfig(), console.log);
    case 'audit':
      return auditCommand(rest, readConfig(), console.log);
    case 'people':
      return people(rest);
    case 'backup':
    case 'restore':
      return archive(command, rest);
    case 'move':
      return moveData(rest);
    case 'replay':
      return rest.includes('--demo') ? replayDemo(rest) : replayCommand(rest, running(readConfig()));
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      console.log(usage);
      return 0;
    case '--version':
      console.log(version);
      return 0;
    default:
      console.error(`There is no command "${command}".\n\n${usage}`);
      return 2;
  }
}

async function start(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { demo: { type: 'boolean', default: false } } });
  const demo = values.demo ? prepareDemo(readConfig()) : null;
  const { app, desk, localUrl } = await serve(demo?.config ?? readConfig(), demo?.options);
  try {
    if (demo !== null && desk !== null) await seedDemo(localUrl, demo.key, desk);
    const stopped = untilSignal();
    console.log(`Baton serves at ${app.url}`);
    if (app.newKey !== null) console.log(`Your account key, shown only now: ${app.newKey}`);
    if (demo === null) await tellOwner(app);
    if (desk === null) console.log(ownDesk);
    if (demo !== null) console.log(await nextSteps(app, demo.key));
    await stopped;
  } finally {
    await app.stop();
  }
  return 0;
}

async function tellOwner({ url, people }: App): Promise<void> {
  const token = await people.setupToken();
  if (token !== null) console.log(`Make the owner's account by this link: ${signInLink(url, 'setup', token)}`);
}

const ownDesk =
  'Several servers may run on this database, so the built-in desk is a program of its own: baton desk --router URL --key KEY.';

function tellSetup(desk: Desk): void {
  const link = desk.links?.setup() ?? null;
  if (link !== null) console.log(`Make the desk's first account, the owner's, by this link: ${link}`);
}

/** The built-in desk as a program of its own. */
async function desk(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      router: { type: 'string' },
      key: { type: 'string' },
      url: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '3001' },
      data: { type: 'string', default: '.data-desk' },
    },
  });
  const config = readConfig();
  const key = values.key ?? config.accountKey;
  const { router, host, data: dataFolder } = values;
  if (router === undefined || key === null) throw new StartError(deskUsage);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new StartError(`--port ${values.port} is no port.`);
  const url = values.url === undefined ? null : baseUrl('--url', values.url);
  const program = await serveDesk({ router: baseUrl('--router', router), key, host, port, dataFolder, url }, config);
  const stopped = untilSignal();
  console.log(`The desk serves at ${program.url}/desk`);
  tellSetup(program.desk);
  const { start: to, inbound, status, ended } = program.desk.endpoints();
  console.log(`Endpoints for a live agent routing node:\n  ${[to, inbound, status, ended].join('\n  ')}`);
  await stopped;
  await program.stop();
  return 0;
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** The server that is called where the command line names no other. */
const running = ({ host, port, url, accountKey }: Config) => ({
  url: url ?? `http://${host}:${port}`,
  key: accountKey,
});

function people(args: readonly string[]): Promise<number> {
  const config = readConfig();
  return peopleCommand(args, config, running(config).url, console.log);
}

function chat(args: readonly string[]): Promise<number> {
  const config = readConfig();
  return chatCommand(args, {
    ...running(config),
    template: (name) => templateOf(name)?.definition ?? null,
    ownServer: () => startOwnServer(config),
  });
}

function templates(args: readonly string[]): number {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [name] = positionals;
  if (name === undefined) {
    for (const { name, description } of allTemplates()) console.log(`${name.padEnd(22)}${description}`);
    return 0;
  }
  const template = templateOf(name);
  if (template === null) throw new StartError(`There is no template "${name}"; baton templates lists them.`);
  console.log(JSON.stringify(template.definition, null, 2));
  for (const todo of template.todo) console.error(`To do: ${todo}`);
  return 0;
}

/** Plays dialogues through a server that lives as long as that takes. */
async function replayDemo(args: readonly string[]): Promise<number> {
  const { config, key, cleanUp } = prepareReplayDemo(readConfig());
  const app = await startApp(config);
  try {
    console.log(`A server of its own, at ${app.url}, on data that is thrown away.`);
    const words = args.filter((word) => word !== '--demo');
    return await replayCommand(words, { url: app.url, key, dialogues: demoDialogues });
  } finally {
    await app.stop();
    cleanUp();
  }
}

async function migrate(): Promise<number> {
  const ran = await migrateData(readConfig());
  console.log(ran.length === 0 ? 'The schema is up to date.' : `Ran ${ran.join(', ')}.`);
  return 0;
}

async function archive(command: 'backup' | 'restore', args: readonly string[]): Promise<number> {
  const options = { force: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new StartError(`Name one file: baton ${command} FILE.`);
  const config = readConfig();
  const lines = command === 'backup' ? await backUp(config, file, values.force) : await restore(config, file);
  for (const line of lines) console.log(line);
  return 0;
}

async function moveData(args: readonly string[]): Promise<number> {
  const options = { to: { type: 'string' }, again: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const config = readConfig();
  const say = (line: string): void => console.log(line);
  for (const line of await move(config, values.to ?? config.database?.url ?? null, values.again, say)) say(line);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known =
    error instanceof Error &&
    (spoken.has(error.name) || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')));
  console.error(known && error instanceof Error ? error.message : (diskTrouble(error) ?? error));
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

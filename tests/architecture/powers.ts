// Powers with one home each. A row says what counts as using the power, and which rooms or files may.
import type { Source } from './source.ts';

interface ModuleMatch {
  name: RegExp;
  /** Only these names, taken as values, are the power; without it, the whole module is. */
  values?: readonly string[];
}

export interface Power {
  power: string;
  modules?: readonly ModuleMatch[];
  globals?: readonly string[];
  text?: RegExp;
  /** Rooms (`store`) or files (`replay/terminal.ts`). */
  homes: readonly string[];
  instead: string;
}

const whole = ['default', '*'];

export const powers: readonly Power[] = [
  {
    power: 'the database driver',
    modules: [{ name: /^(node:sqlite|pg|pg-.*)$/ }],
    homes: ['platform', 'store'],
    instead: 'ask store for what you need',
  },
  {
    power: 'SQL',
    text: /^\s*(SELECT\s|WITH\s+(RECURSIVE\s+)?\w+.*\bAS\b|INSERT\s+(INTO|OR)\s|UPDATE\s+["\w]+\s|DELETE\s+FROM\s|(CREATE|ALTER|DROP)\s+[A-Z]|(BEGIN|COMMIT|ROLLBACK)(\s|;|$))/,
    homes: ['store', 'desk'],
    instead: 'put the statement into store',
  },
  {
    power: 'database pragmas',
    text: /^\s*PRAGMA\s/,
    homes: ['store', 'desk', 'platform'],
    instead: "leave it to platform's database opener",
  },
  {
    power: 'outgoing HTTP',
    modules: [
      { name: /^undici$/ },
      { name: /^(node:)?https?$/, values: ['request', 'get', 'Agent', 'globalAgent', ...whole] },
      { name: /^(node:)?http2$/, values: ['connect', ...whole] },
    ],
    globals: ['fetch', 'WebSocket', 'EventSource'],
    homes: ['outgoing', 'replay', 'chat', 'manage', 'desk', 'web'],
    instead: 'make the call through outgoing',
  },
  {
    power: 'raw sockets and name look-ups',
    modules: [
      {
        name: /^(node:)?(net|tls|dgram)$/,
        values: ['connect', 'createConnection', 'createSocket', 'Socket', ...whole],
      },
      { name: /^(node:)?dns(\/promises)?$/ },
    ],
    homes: ['outgoing', 'live', 'replay'],
    instead: 'make the call through outgoing',
  },
  {
    power: 'WebSockets',
    modules: [{ name: /^ws$/ }],
    homes: ['live', 'replay', 'chat', 'desk'],
    instead: 'hold sockets in live',
  },
  {
    power: 'the HTTP server',
    modules: [{ name: /^(fastify|@fastify\/.*)$/ }],
    homes: ['http', 'app.ts', 'demo.ts', 'desk'],
    instead: 'answer requests in http',
  },
  {
    power: 'clock, timers and randomness',
    modules: [
      { name: /^(node:)?(timers(\/promises)?|perf_hooks)$/ },
      {
        name: /^(node:)?crypto$/,
        values: ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'webcrypto', ...whole],
      },
    ],
    globals: [
      ...['setTimeout', 'setInterval', 'setImmediate', 'Date.now', 'new Date()', 'Date()', 'performance.now'],
      ...['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues', 'process.hrtime', 'AbortSignal.timeout'],
    ],
    homes: ['platform', 'web'],
    instead: 'take a clock, a timer or an id source of platform as an argument',
  },
  {
    power: 'the environment',
    globals: ['process.env', 'process.loadEnvFile'],
    homes: ['config.ts'],
    instead: 'read it in config.ts and hand the value down',
  },
  {
    power: 'the terminal and the end of the process',
    globals: [
      ...['console', 'process.exit', 'process.exitCode', 'process.abort', 'process.kill'],
      ...['process.stdin', 'process.stdout', 'process.stderr', 'process.argv'],
    ],
    homes: ['cli.ts', 'replay/terminal.ts', 'chat/terminal.ts'],
    instead: 'log through platform, or return the outcome to cli.ts',
  },
  {
    power: 'the process as a module',
    modules: [{ name: /^(node:)?(process|console)$/ }],
    homes: [],
    instead: 'use the global, so that its use is seen',
  },
  {
    power: 'the log writer',
    modules: [{ name: /^(pino|pino-.*)$/ }],
    homes: ['platform'],
    instead: "take platform's log as an argument",
  },
  {
    power: 'files',
    modules: [{ name: /^(node:)?fs(\/promises)?$/ }],
    homes: [
      'platform',
      'store',
      'http',
      'desk',
      'replay',
      'chat',
      'manage',
      'templates',
      'storage.ts',
      'demo.ts',
      'backup.ts',
      'move.ts',
      'config.ts',
      'cli.ts',
    ],
    instead: 'let platform or store read and write files',
  },
];

/** What `source` uses of `power`, each as a few words with its line. */
export function usesOfPower(power: Power, source: Source): string[] {
  const modules = source.imports
    .filter(({ specifier, values }) =>
      power.modules?.some(
        (match) =>
          match.name.test(specifier) && (!match.values || values.some((value) => match.values?.includes(value))),
      ),
    )
    .map(({ specifier, line }) => `imports ${specifier} in line ${line}`);
  const globals = source.uses
    .filter(({ name }) => power.globals?.some((global) => name === global || name.startsWith(`${global}.`)))
    .map(({ name, line }) => `uses ${name} in line ${line}`);
  const texts = source.texts
    .filter(({ text }) => power.text?.test(text))
    .map(({ text, line }) => `writes "${text.trim().slice(0, 20)}" in line ${line}`);
  return [...new Set([...modules, ...globals, ...texts])];
}

export function isHome(power: Power, path: string): boolean {
  return power.homes.some((home) => path === home || path.startsWith(`${home}/`));
}

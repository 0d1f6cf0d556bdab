import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Exception } from './budgets.ts';
import { checkArchitecture, type Fault } from './check.ts';

function check(files: Record<string, string>, allowed: readonly Exception[] = []): Fault[] {
  return checkArchitecture(new Map(Object.entries(files)), allowed);
}

interface Planted {
  rule: string;
  /** The first file is the one at fault. */
  files: Record<string, string>;
  says: RegExp;
}

const lines = (count: number): string => '  void 0;\n'.repeat(count);

const planted: Record<string, Planted> = {
  'an import upward': {
    rule: 'rank',
    files: { 'store/events.ts': `import { submit } from '../engine/submit.ts';\nexport const use = submit;\n` },
    says: /imports engine\/submit\.ts in line 1.*stands above store/,
  },
  'an import upward, of a type only': {
    rule: 'rank',
    files: { 'core/decide.ts': `import type { Wire } from '../contract/wire.ts';\nexport type Use = Wire;\n` },
    says: /contract \(rank 1\) stands above core/,
  },
  'an import upward, inside a type': {
    rule: 'rank',
    files: { 'core/decide.ts': `export type Use = import('../contract/wire.ts').Wire;\n` },
    says: /imports contract\/wire\.ts/,
  },
  'an import upward, when it runs': {
    rule: 'rank',
    files: { 'engine/submit.ts': `export const load = () => import('../http/routes.ts');\n` },
    says: /http \(rank 4\) stands above engine/,
  },
  'an import from a peer': {
    rule: 'rank',
    files: { 'live/stream.ts': `import { lane } from '../delivery/lane.ts';\nexport const use = lane;\n` },
    says: /delivery and live are peers/,
  },
  'a private door for the desk': {
    rule: 'rank',
    files: { 'desk/answer.ts': `import { submit } from '../engine/submit.ts';\nexport const use = submit;\n` },
    says: /desk is a program beside the router/,
  },
  'a room that starts a program': {
    rule: 'rank',
    files: { 'http/docs.ts': `import { desk } from '../desk/desk.ts';\nexport const use = desk;\n` },
    says: /may start it/,
  },
  'a page that imports the platform': {
    rule: 'rank',
    files: { 'web/studio.tsx': `import { clock } from '../platform/clock.ts';\nexport const use = <p>{clock}</p>;\n` },
    says: /imports from core and contract only/,
  },
  'a test built into the program': {
    rule: 'test import',
    files: { 'store/sqlite.ts': `import { suite } from './store.contract.ts';\nexport const use = suite;\n` },
    says: /which is a test/,
  },
  'an unknown room': {
    rule: 'unknown room',
    files: { 'utils/strings.ts': 'export const trim = 1;\n' },
    says: /no utils, helpers, common, shared or lib/,
  },
  'an impure core: the clock': {
    rule: 'impure core',
    files: { 'core/clock.ts': 'export const now = () => Date.now();\n' },
    says: /uses Date\.now in line 1/,
  },
  'an impure core: today': {
    rule: 'impure core',
    files: { 'core/clock.ts': 'export const now = () => new Date();\n' },
    says: /uses new Date\(\)/,
  },
  'an impure core: a hidden global': {
    rule: 'impure core',
    files: { 'core/call.ts': 'export const call = () => globalThis.fetch;\n' },
    says: /uses fetch/,
  },
  'an impure core: a Node module': {
    rule: 'impure core',
    files: { 'core/hash.ts': `import { createHash } from 'node:crypto';\nexport const hash = createHash;\n` },
    says: /imports node:crypto/,
  },
  'an impure core: a package': {
    rule: 'impure core',
    files: { 'core/shape.ts': `import type { Static } from 'typebox';\nexport type Shape = Static<never>;\n` },
    says: /imports typebox/,
  },
  'a cycle, types included': {
    rule: 'cycle',
    files: {
      'engine/a.ts': `import { b } from './b.ts';\nexport type A = typeof b;\n`,
      'engine/b.ts': `import type { A } from './c.ts';\nexport const b = (a: A) => a;\n`,
      'engine/c.ts': `export type { A } from './a.ts';\nexport const c = 1;\n`,
    },
    says: /circle with engine\/b\.ts, engine\/c\.ts/,
  },
  'a default export': {
    rule: 'default export',
    files: { 'http/routes.ts': 'export default function routes() {}\n' },
    says: /give it a name/,
  },
  'a default export by another name': {
    rule: 'default export',
    files: { 'http/routes.ts': 'const routes = 1;\nexport { routes as default };\n' },
    says: /in line 2/,
  },
  'a barrel': {
    rule: 'barrel',
    files: { 'store/index.ts': `import { a } from './a.ts';\nexport { a };\nexport * from './b.ts';\n` },
    says: /only passes exports on/,
  },
  'an oversized file': {
    rule: 'budget',
    files: { 'engine/submit.ts': 'export {};\n'.repeat(301) },
    says: /has 301 lines, the budget of a file is 300/,
  },
  'a long function': {
    rule: 'budget',
    files: { 'engine/submit.ts': `export const submit = () => {\n${lines(49)}};\n` },
    says: /#submit has 51 lines, the budget of a function is 50/,
  },
  'six parameters': {
    rule: 'budget',
    files: { 'engine/submit.ts': 'export function submit(a = 1, b = 2, c = 3, d = 4, e = 5, f = 6) {}\n' },
    says: /#submit has 6 parameters/,
  },
  'a crowded folder': {
    rule: 'budget',
    files: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`store/table-${n}.ts`, 'export const a = 1;\n'])),
    says: /store has 16 files/,
  },
};

const secondHomes: Record<string, [path: string, source: string]> = {
  'a database driver': ['engine/a.ts', `import { DatabaseSync } from 'node:sqlite';\nexport const a = DatabaseSync;\n`],
  SQL: ['engine/a.ts', 'export const a = `\n  SELECT * FROM session`;\n'],
  'a pragma': ['engine/a.ts', `export const a = 'PRAGMA synchronous=FULL';\n`],
  fetch: ['delivery/a.ts', `export const a = () => fetch('http://127.0.0.1');\n`],
  undici: ['delivery/a.ts', `import { request } from 'undici';\nexport const a = request;\n`],
  'an HTTP client': ['http/a.ts', `import http from 'node:http';\nexport const a = http.request;\n`],
  'a name look-up': ['delivery/a.ts', `import { lookup } from 'node:dns/promises';\nexport const a = lookup;\n`],
  'a WebSocket': ['http/a.ts', `import { WebSocketServer } from 'ws';\nexport const a = WebSocketServer;\n`],
  fastify: ['live/a.ts', `import { fastify } from 'fastify';\nexport const a = fastify;\n`],
  'a timer': ['live/a.ts', 'export const a = () => setTimeout(a, 10);\n'],
  'a hidden timer': ['live/a.ts', 'export const a = () => AbortSignal.timeout(10);\n'],
  'a timer module': ['live/a.ts', `import { setTimeout } from 'node:timers/promises';\nexport const a = setTimeout;\n`],
  'the clock': ['engine/a.ts', 'export const a = (now = Date.now) => now();\n'],
  'a taken clock': ['engine/a.ts', 'const { now } = Date;\nexport const a = now;\n'],
  randomness: ['engine/a.ts', `import { randomUUID } from 'node:crypto';\nexport const a = randomUUID;\n`],
  'the environment': ['app.ts', 'export const a = process.env.PORT;\n'],
  'a taken environment': ['app.ts', 'const { env } = process;\nexport const a = env;\n'],
  console: ['engine/a.ts', `export const a = () => console.log('here');\n`],
  'the exit': ['app.ts', 'export const a = () => process.exit(1);\n'],
  'the terminal': ['replay/a.ts', `export const a = () => process.stdout.write('');\n`],
  'the log writer': ['engine/a.ts', `import { pino } from 'pino';\nexport const a = pino;\n`],
  files: ['engine/a.ts', `import { readFileSync } from 'node:fs';\nexport const a = readFileSync;\n`],
};

for (const [trouble, [path, source]] of Object.entries(secondHomes)) {
  planted[`a second home: ${trouble}`] = { rule: 'power', files: { [path]: source }, says: /its home is/ };
}

for (const [trouble, { rule, files, says }] of Object.entries(planted)) {
  test(`is caught and named: ${trouble}`, () => {
    const faults = check(files);
    const found = faults.find((fault) => fault.rule === rule);
    assert.ok(found, `not caught; found ${JSON.stringify(faults)}`);
    const room = Object.keys(files)[0]?.split('/')[0];
    assert.equal(found.room, room);
    assert.match(found.message, new RegExp(`^src/${room}.*\\(room ${room}\\)`));
    assert.match(found.message, says);
  });
}

test('a house in order has no faults', () => {
  const files = {
    'core/decide.ts': `export const decide = (at: number) => ({ day: new Date(at).toISOString(), fetch: { console: 1 } });\n`,
    'contract/wire.ts': `import { decide } from '../core/decide.ts';\nexport type Wire = ReturnType<typeof decide>;\n`,
    'platform/clock.ts': 'export const clock = { now: () => Date.now() };\n',
    'store/events.ts': `export const read = 'SELECT 1';\nexport const method = 'DELETE';\n`,
    'store/store.contract.ts': `import { read } from './events.ts';\nexport const suite = () => setTimeout(() => read, 1);\n`,
    'engine/submit.ts': `import { read } from '../store/events.ts';\nexport const submit = (fetch: () => void) => [fetch(), read];\n`,
    'live/upgrade.ts': `import type { IncomingMessage } from 'node:http';\nexport type Upgrade = (message: IncomingMessage) => void;\n`,
    'outgoing/call.ts': `export const call = () => fetch('https://desk.example');\n`,
    'http/routes.ts': `import { submit } from '../engine/submit.ts';\nexport const remove = ['DELETE /sessions', submit];\n`,
    'desk/desk.ts': `import type { Wire } from '../contract/wire.ts';\nexport const desk = (wire: Wire) => wire;\n`,
    'config.ts': 'export const port = process.env.PORT;\n',
    'serve.ts': `import { port } from './config.ts';\nimport { desk } from './desk/desk.ts';\nexport const app = [port, desk];\n`,
    'cli.ts': `import { app } from './app.ts';\nconsole.log(app);\nprocess.exitCode = 0;\n`,
  };
  assert.deepEqual(check(files), []);
});

test('an exception widens one budget, and is a fault once it is idle', () => {
  const wide: Exception = { budget: 'parameters', what: 'engine/submit.ts#submit', limit: 6, reason: 'planted' };
  const six = { 'engine/submit.ts': 'export function submit(a = 1, b = 2, c = 3, d = 4, e = 5, f = 6) {}\n' };
  const five = { 'engine/submit.ts': 'export function submit(a = 1, b = 2, c = 3, d = 4, e = 5) {}\n' };
  assert.deepEqual(check(six, [wide]), []);
  assert.match(check(five, [wide])[0]?.message ?? '', /needs no exception any more/);
});

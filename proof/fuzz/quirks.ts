import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { accountKey } from './program.ts';
import type { Sent } from './requests.ts';
import { canary } from './values.ts';

/** Stands for the key that may only read, which is known when the program runs. */
export const readerKey = '{reader}';

/** One way in which a request is unlike others. */
export type Quirk = Readonly<{ kind: string; a: number; b: number }>;

type Apply = (sent: Sent, a: number, b: number) => void;

const among = <Item>(items: readonly Item[], pick: number): Item => items[pick % items.length] as Item;

function setHeader(sent: Sent, name: string, value: string | null): void {
  sent.headers = sent.headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase());
  if (value !== null) sent.headers.push([name, value]);
}

const types = [
  ...[
    null,
    '',
    'text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json;',
  ],
  ...[
    'application/JSON',
    'application/json; charset="utf-8"',
    'application/merge-patch+json',
    'multipart/form-data',
    'a/b/c',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'application/json, text/plain',
    '*/*',
    ';',
    'application/json; a=b; a=c',
    '__proto__',
  ],
];
const encodings = ['gzip', 'br', 'deflate', 'identity', 'x', 'gzip, gzip'];
const brokenBodies = [
  ...[
    '',
    ' ',
    '{',
    '}',
    '[',
    'null',
    '"x"',
    '7',
    '-0',
    'NaN',
    '{"a":}',
    '{"a":1,}',
    "{'a':1}",
    '{"text":"\\ud8',
    '{}{}',
    '\ufeff{}',
  ],
  ...[
    '{"__proto__":{}}',
    '{"constructor":{"prototype":{}}}',
    '\0',
    '{"a":"\0"}',
    '[]',
    '[{}]',
    'true',
    '//x\n{}',
    '1e400',
  ],
];
const bigBodies = [
  () => '['.repeat(100_000),
  () => '{"a":'.repeat(50_000),
  () => `{"text":"${'x'.repeat(1024 * 1024)}"}`,
  () => ' '.repeat(1024 * 1024 + 1),
  () => `{${'"a":1,'.repeat(10_000)}"a":1}`,
  () => `{"parameters":[${'{"name":"A","value":"x"},'.repeat(9_999)}{}]}`,
  () => `{"x":${'9'.repeat(100_000)}}`,
];
const strangeIds = [
  ...[
    '%2F',
    '..%2f..',
    '%00',
    '%',
    '%zz',
    '%C0%AF',
    '%ED%A0%80',
    '.',
    '..',
    '%2e%2e',
    '%252F',
    '%20',
    '+',
    '*',
    ':id',
    '{session_id}',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '-',
    '0',
    '-1',
    'x'.repeat(255),
    'x'.repeat(257),
    'x'.repeat(4000),
    '%F0%9F%98%80',
    ';a=b',
  ],
  ...[
    '01900000-0000-7000-8000-000000000000',
    '01900000-0000-7000-8000-000000000000-h1-1-0',
    '01900000-0000-7000-8000-000000000000.1',
  ],
  ...[
    '01900000-0000-7000-8000-000000000000-h1-99999999999999999999-0',
    '01900000-0000-7000-8000-000000000000-s-9007199254740993-0',
  ],
];
const queries: readonly (readonly [string, string])[] = [
  ...(
    ['limit', 'after', 'state', 'session', 'page_size', 'page_number', 'from_date', 'to_date', 'agent_id'] as const
  ).flatMap((name) =>
    [
      '',
      '0',
      '-1',
      '1e3',
      '999999999999999',
      '99999999999999999999',
      'NaN',
      '\0',
      '😀',
      'x'.repeat(3000),
      '0x10',
      ' 1',
      '2026-13-45',
      '275761-01-01',
    ].map((value) => [name, value] as const),
  ),
  ...([
    ['__proto__', 'x'],
    ['limit[]', '1'],
    ['limit[a]', '1'],
    ['constructor', 'x'],
    ['', ''],
    ['a', 'b'],
  ] as const),
];
const keys = [
  '',
  'x',
  'k1',
  'a b',
  'x'.repeat(255),
  'x'.repeat(256),
  'sch\u00fcssel',
  '\t',
  '__proto__',
  '"k"',
  'k1, k2',
  '0',
];
const authorizations = [
  ...[
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Bearer x y',
    'bearer a.b.c',
    'Basic eDp5',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    'x'.repeat(7000),
  ],
  ...[
    'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzZXNzaW9uX2lkIjoiX19wcm90b19fIn0.AAAA',
    'Bearer \u00ff',
    'Bearer ..',
    'Bearer null',
  ],
];
const otherHeaders: readonly (readonly [string, string])[] = [
  ...([
    ['Expect', '100-continue'],
    ['Expect', '200-ok'],
    ['Origin', 'https://evil.example'],
    ['Origin', 'null'],
    ['Origin', ''],
  ] as const),
  ...([
    ['Host', 'evil.example'],
    ['Host', ''],
    ['X-Forwarded-For', '1.2.3.4, x'],
    ['X-Forwarded-Proto', 'https'],
    ['Forwarded', 'for=x'],
  ] as const),
  ...([
    ['Accept-Encoding', 'br, gzip;q=x'],
    ['If-None-Match', '*'],
    ['Range', 'bytes=0-'],
    ['Accept', '\u00ff'],
    ['Cookie', '=;;='],
  ] as const),
  ...([
    ['Upgrade', 'h2c'],
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['Connection', 'close'],
    ['TE', 'trailers'],
    ['Trailer', 'x'],
  ] as const),
  ...([
    ['X-HTTP-Method-Override', 'DELETE'],
    ['Last-Event-ID', 'x'],
    ['Sec-Fetch-Site', 'cross-site'],
    ['Content-MD5', 'x'],
  ] as const),
  ...([
    ['X-Big', 'x'.repeat(12_000)],
    ['X-Bigger', 'x'.repeat(20_000)],
    ['__proto__', 'x'],
    ['constructor', 'x'],
  ] as const),
];

const applications: Readonly<Record<string, Apply>> = {
  type: (sent, a) => setHeader(sent, 'Content-Type', among(types, a)),
  encoding: (sent, a) => {
    setHeader(sent, 'Content-Encoding', among(encodings, a));
    if (a % encodings.length === 0) sent.body = gzipSync(sent.body);
  },
  'broken body': (sent, a) => putBody(sent, among(brokenBodies, a)),
  'big body': (sent, a) => putBody(sent, among(bigBodies, a)()),
  bom: (sent) => {
    sent.body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), sent.body]);
  },
  utf16: (sent) => {
    sent.body = Buffer.from(sent.body.toString('utf8'), 'utf16le');
  },
  method: (sent, a) => {
    sent.method = among(['HEAD', 'OPTIONS', 'GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY'], a);
  },
  id: (sent, a, b) => {
    const parts = sent.path.split('/');
    parts[Math.max(1, b % parts.length)] = among(strangeIds, a);
    sent.path = parts.join('/');
  },
  slash: (sent, a) => {
    sent.path = among(
      [
        `${sent.path}/`,
        `/${sent.path}`,
        sent.path.toUpperCase(),
        `${sent.path};x`,
        `${sent.path}?`,
        `${sent.path}%3F`,
        `.${sent.path}`,
      ],
      a,
    );
  },
  query: (sent, a) => void sent.query.push([...among(queries, a)]),
  'query twice': (sent, a) => {
    const [name, value] = among(queries, a);
    sent.query.push([name, value], [name, value]);
  },
  'idempotency key': (sent, a) => setHeader(sent, 'Idempotency-Key', among(keys, a)),
  authorization: (sent, a) => setHeader(sent, 'Authorization', among(authorizations, a)),
  'no key': (sent) => setHeader(sent, 'X-Vgai-Key', null),
  'other key': (sent, a) =>
    setHeader(
      sent,
      'X-Vgai-Key',
      among(
        ['', 'x', readerKey, readerKey, canary, accountKey.slice(1), `${accountKey} `, 'x'.repeat(5000), '\u00ff'],
        a,
      ),
    ),
  'header twice': (sent, a) => {
    const header = sent.headers[a % sent.headers.length];
    if (header !== undefined) sent.headers.push([header[0], a % 2 === 0 ? header[1] : 'x']);
  },
  header: (sent, a) => {
    const [name, value] = among(otherHeaders, a);
    setHeader(sent, name, value);
  },
  'many headers': (sent, a) => {
    for (let index = 0; index < 100 + (a % 300); index += 1) sent.headers.push([`X-${index}`, 'x']);
  },
  chunked: (sent, a) => chunk(sent, a),
  'byte changed': (sent, a, b) => {
    sent.body = Buffer.from(sent.body);
    if (sent.body.length > 0) sent.body[a % sent.body.length] = b % 256;
  },
  'bytes cut': (sent, a, b) => {
    const from = a % (sent.body.length + 1);
    sent.body = Buffer.concat([sent.body.subarray(0, from), sent.body.subarray(from + 1 + (b % 8))]);
  },
  'bytes twice': (sent, a, b) => {
    const from = a % (sent.body.length + 1);
    const to = from + (b % 200);
    sent.body = Buffer.concat([sent.body.subarray(0, to), sent.body.subarray(from)]);
  },
};

function putBody(sent: Sent, text: string): void {
  sent.body = Buffer.from(text);
  if (!sent.headers.some(([name]) => name.toLowerCase() === 'content-type'))
    sent.headers.push(['Content-Type', 'application/json']);
}

function chunk(sent: Sent, a: number): void {
  sent.headers.push(['Transfer-Encoding', 'chunked']);
  const at = sent.body.length === 0 ? 0 : 1 + (a % sent.body.length);
  const pieces = [sent.body.subarray(0, at), sent.body.subarray(at)].filter((piece) => piece.length > 0);
  const framed = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  sent.body = Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]);
}

/** Those that frame the body anew come last, or what is framed would be changed after it. */
export const quirk: fc.Arbitrary<Quirk> = fc.record({
  kind: fc.constantFrom(...Object.keys(applications)),
  a: fc.nat({ max: 9_999 }),
  b: fc.nat({ max: 9_999 }),
});

export function applyQuirk({ kind, a, b }: Quirk, sent: Sent): void {
  const isFramed = sent.headers.some(([name]) => name === 'Transfer-Encoding');
  if (isFramed && /body|byte|chunk|bom|utf16|encoding|twice/.test(kind)) return;
  applications[kind]?.(sent, a, b);
}

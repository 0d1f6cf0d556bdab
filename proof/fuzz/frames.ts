import fc from 'fast-check';
import { ClientFrame, closeCodes } from '../../src/contract/frames.ts';
import type { Trouble } from './judge.ts';
import { errorCheck, type Json } from './operations.ts';
import { frameBytes, opcodes, type Talk } from './socket.ts';
import { type Mutation, mutate, mutation, nastyText, valid, writeJson } from './values.ts';
import type { World } from './world.ts';

/** A frame before it is written; a few carry it wrongly. */
export type FrameDraft = Readonly<{ value: unknown; mutations: readonly Mutation[]; carrier: string; a: number }>;

export type TalkDraft = Readonly<{
  pick: number;
  handshake: readonly Readonly<{ kind: string; a: number }>[];
  frames: readonly FrameDraft[];
}>;

const kinds = (JSON.parse(JSON.stringify(ClientFrame)) as { anyOf: readonly Json[] }).anyOf;

const sound = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(...kinds.slice(0, -1).map(valid)) },
  { weight: 1, arbitrary: fc.constant({ type: 'end' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      { type: 'read', seq: 2 ** 53 - 1 },
      { type: 'received', seq: 7 },
      { type: '__proto__' },
    ),
  },
);

type Carry = (text: string, a: number) => Buffer;
const text = (payload: string | Buffer): Buffer => frameBytes({ opcode: opcodes.text }, Buffer.from(payload as string));
const among = <Item>(items: readonly Item[], a: number): Item => items[a % items.length] as Item;

/** Frames that the reader of frames takes, whatever is in them. */
const gentle: Readonly<Record<string, Carry>> = {
  'as it is': (json) => text(json),
  binary: (json) => frameBytes({ opcode: opcodes.binary }, Buffer.from(json)),
  fragments: (json, a) => {
    const bytes = Buffer.from(json);
    const at = a % (bytes.length + 1);
    const first = frameBytes({ opcode: opcodes.text, fin: false }, bytes.subarray(0, at));
    return Buffer.concat([first, ping(), frameBytes({ opcode: opcodes.continuation }, bytes.subarray(at))]);
  },
  cut: (json, a) => text(json.slice(0, a % (json.length + 1))),
  twice: (json) => text(json + json),
  nasty: (_, a) =>
    text(
      among(
        [
          '',
          ' ',
          '[]',
          'null',
          '{',
          '7',
          'NaN',
          '"x"',
          '\ufeff{}',
          '['.repeat(20_000),
          '{"type":"message","type":"end"}',
        ],
        a,
      ),
    ),
  pong: () => frameBytes({ opcode: opcodes.pong }, Buffer.alloc(0)),
  large: (_, a) => text(`{"type":"message","id":"big","text":"${'x'.repeat(60_000 + (a % 100_000))}"}`),
};

/** Frames after which the protocol is over. */
const rude: Readonly<Record<string, Carry>> = {
  oversized: () => text('x'.repeat(256 * 1024 + 1)),
  announced: (_, a) =>
    frameBytes({ opcode: opcodes.text, announced: among([2 ** 31, 2 ** 40, 2 ** 52, 300_000], a) }, Buffer.from('x')),
  unmasked: (json) => frameBytes({ opcode: opcodes.text, masked: false }, Buffer.from(json)),
  reserved: (json, a) => frameBytes({ opcode: among([3, 7, 11, 15], a), rsv: a % 8 }, Buffer.from(json)),
  rsv: (json, a) => frameBytes({ opcode: opcodes.text, rsv: 1 + (a % 7) }, Buffer.from(json)),
  'not utf-8': (_, a) =>
    frameBytes({ opcode: opcodes.text }, Buffer.from([0x22, among([0xff, 0xc0, 0xed], a), 0xa0, 0x80, 0x22])),
  'stray continuation': (json) => frameBytes({ opcode: opcodes.continuation }, Buffer.from(json)),
  'long ping': () => frameBytes({ opcode: opcodes.ping }, Buffer.alloc(126)),
  'fragmented ping': () => frameBytes({ opcode: opcodes.ping, fin: false }, Buffer.alloc(1)),
  close: (_, a) => closeFrame(among([1000, 1001, 1005, 1006, 1015, 999, 0, 3000, 4999, 5000, 65_535], a), 'bye'),
  'bare close': () => frameBytes({ opcode: opcodes.close }, Buffer.alloc(0)),
  'short close': () => frameBytes({ opcode: opcodes.close }, Buffer.from([3])),
  garbage: (_, a) => Buffer.from(Array.from({ length: 1 + (a % 200) }, (_item, index) => (a * 31 + index * 97) & 255)),
  http: () => Buffer.from('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'),
};

const carriers: Readonly<Record<string, Carry>> = { ...gentle, ...rude };

function closeFrame(code: number, reason: string): Buffer {
  return frameBytes(
    { opcode: opcodes.close },
    Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]),
  );
}

export const ping = (): Buffer => frameBytes({ opcode: opcodes.ping }, Buffer.alloc(0));

const frameOf = (names: readonly string[]): fc.Arbitrary<FrameDraft> =>
  fc.record({
    value: sound,
    mutations: fc.oneof(
      { weight: 2, arbitrary: fc.constant<readonly Mutation[]>([]) },
      { weight: 1, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 2 }) },
    ),
    carrier: fc.constantFrom(...names),
    a: fc.nat({ max: 9_999 }),
  });

const gentleFrame = frameOf([...Array<string>(20).fill('as it is'), ...Object.keys(gentle)]);
const handshakeQuirk = fc.record({
  kind: fc.constantFrom(
    'after',
    'protocol',
    'query token',
    'version',
    'key',
    'path',
    'method',
    'origin',
    'upgrade',
    'header',
    'body',
  ),
  a: fc.nat({ max: 999 }),
});

/** One socket: how it begins, what it says, and perhaps how it misbehaves at last. */
export const talks: fc.Arbitrary<TalkDraft> = fc
  .record({
    pick: fc.nat({ max: 1_000_000 }),
    handshake: fc.oneof(
      { weight: 5, arbitrary: fc.constant<TalkDraft['handshake']>([]) },
      { weight: 1, arbitrary: fc.array(handshakeQuirk, { minLength: 1, maxLength: 2 }) },
    ),
    frames: fc.array(gentleFrame, { maxLength: 60, size: 'max' }),
    last: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: frameOf(Object.keys(rude)) }),
  })
  .map(({ frames, last, ...rest }) => ({ ...rest, frames: last === null ? frames : [...frames, last] }));

/** A single frame, on which the reader of frames may not stumble. */
export const singleFrames = frameOf(Object.keys(gentle).filter((name) => name !== 'fragments' && name !== 'pong'));

export function frameOnWire({ value, mutations, carrier, a }: FrameDraft): Buffer {
  const json = writeJson(mutations.length === 0 ? value : mutate(value, mutations));
  return carriers[carrier]?.(json, a) ?? Buffer.alloc(0);
}

/** Pings that a frame brings with it. */
export const pingsIn = (frames: readonly FrameDraft[]): number =>
  frames.filter(({ carrier }) => carrier === 'fragments').length;

const afters = [
  '',
  '0',
  '7',
  '-1',
  '1e3',
  '999999999999999',
  '99999999999999999999',
  'NaN',
  '%00',
  '1&after=2',
  '%',
  '__proto__',
];
const origins = ['https://evil.example', 'null', '', 'x'.repeat(5000), '\u00ff'];
const paths = [
  '/http//socket',
  '/elsewhere',
  '/http/x/socket/',
  '/http/%/socket',
  '/http/%2e%2e/socket',
  '//',
  '*',
  '/desk/api/stream',
  'http://x/http/y/socket',
  '/\u00ff',
];

/** The bytes of an upgrade request. */
export function handshakeBytes(world: World, { pick, handshake }: Pick<TalkDraft, 'pick' | 'handshake'>): Buffer {
  const { id, token } = world.session(pick);
  const request = {
    ...{
      method: 'GET',
      path: `/http/${id}/socket`,
      protocol: `baton.v1, ${token}`,
      version: '13',
      upgrade: 'websocket',
      query: '',
      body: '',
    },
    ...{ key: 'dGhlIHNhbXBsZSBub25jZQ==', more: '' },
  };
  for (const { kind, a } of handshake) {
    if (kind === 'after') request.query += `&after=${among(afters, a)}`;
    if (kind === 'protocol')
      request.protocol = among(
        [
          token,
          `${token}, baton.v1`,
          'baton.v1',
          '',
          ',,',
          'baton.v1,',
          `baton.v1, ${token}, ${token}`,
          `baton.v2, ${token}`,
          '\u00ff',
          `x y, ${token}`,
          `baton.v1, ${token.slice(1)}`,
        ],
        a,
      );
    if (kind === 'query token')
      Object.assign(request, {
        protocol: null,
        query: `&session_token=${among([token, token.slice(2), '', '%', `${token}&session_token=x`], a)}`,
      });
    if (kind === 'version') request.version = among(['8', '7', '', 'x', '14', '13, 8'], a);
    if (kind === 'key') request.key = among(['', 'short', 'not base64 at all!!!!!!', 'A'.repeat(100)], a);
    if (kind === 'path') request.path = among(paths, a);
    if (kind === 'method') request.method = among(['POST', 'HEAD', 'PUT', 'OPTIONS'], a);
    if (kind === 'origin') request.more += `Origin: ${among(origins, a)}\r\n`;
    if (kind === 'upgrade') request.upgrade = among(['WebSocket', 'WEBSOCKET', 'websocket, h2c', 'h2c', ''], a);
    if (kind === 'header')
      request.more += among(
        [
          'Sec-WebSocket-Extensions: permessage-deflate; x=\r\n',
          'Sec-WebSocket-Extensions: ;;;\r\n',
          'Sec-WebSocket-Extensions: permessage-deflate\r\n',
          'Sec-WebSocket-Key: twice\r\n',
          'Expect: 100-continue\r\n',
        ],
        a,
      );
    if (kind === 'body') request.body = among(['x', '{}', '\0\0', 'GET / HTTP/1.1\r\n\r\n'], a);
  }
  return written(request, world.program.port);
}

type Request = Readonly<Record<'method' | 'path' | 'version' | 'upgrade' | 'query' | 'body' | 'key' | 'more', string>> &
  Readonly<{ protocol: string | null }>;

function written({ method, path, query, protocol, version, upgrade, key, more, body }: Request, port: number): Buffer {
  const lines = [
    `${method} ${path}${query === '' ? '' : `?${query.slice(1)}`} HTTP/1.1`,
    ...[`Host: 127.0.0.1:${port}`, 'Connection: Upgrade', `Upgrade: ${upgrade}`, `Sec-WebSocket-Version: ${version}`],
    `Sec-WebSocket-Key: ${key}`,
    ...(protocol === null ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n${more}\r\n${body}`, 'latin1');
}

/** How a socket may be closed: by us, by the library for what breaks the protocol, and with the contract's own codes. */
const soundCloses: ReadonlySet<number> = new Set([
  1000,
  1001,
  1002,
  1003,
  1005,
  1007,
  1009,
  3000,
  4999,
  closeCodes.token,
  closeCodes.notFound,
  closeCodes.ended,
  closeCodes.idle,
]);
const frameTypes: ReadonlySet<unknown> = new Set(['message', 'session', 'accepted', 'typing', 'error']);
const busy = /^(internal|starting|stopping|overloaded|unavailable)$/;

/** What is wrong with how a socket went; null when nothing is. */
export function judgeTalk({ status, head, refusal, frames, code, isLate }: Talk): Trouble | null {
  if (isLate)
    return {
      kind: 'late socket',
      text: `A socket was neither answered nor closed; status ${status}, last frames ${frames.slice(-3).join(' ').slice(0, 300)}`,
    };
  if (status === 0) return null; // Hung up on without an answer: what is no request may be.
  if (status >= 500) return { kind: `${status} handshake`, text: `The handshake was answered ${head}` };
  if (status >= 400 && !isErrorText(refusal))
    return {
      kind: `handshake ${status} without the form`,
      text: `The handshake was refused with ${head}\n${refusal.slice(0, 300)}`,
    };
  if (code !== null && !soundCloses.has(code))
    return { kind: `close ${code}`, text: `The socket was closed with ${code}.` };
  for (const frame of frames) {
    const wrong = frameTrouble(frame);
    if (wrong !== null) return { kind: wrong, text: `${wrong}: ${frame.slice(0, 400)}` };
  }
  return null;
}

function isErrorText(body: string): boolean {
  try {
    return errorCheck(JSON.parse(body));
  } catch {
    return body === '' && false;
  }
}

function frameTrouble(text: string): string | null {
  let frame: { type?: unknown; code?: unknown; message?: unknown; seq?: unknown };
  try {
    frame = JSON.parse(text) as typeof frame;
  } catch {
    return 'A frame is no JSON';
  }
  if (!frameTypes.has(frame.type)) return 'A frame is of no known type';
  if (frame.type !== 'error')
    return frame.type === 'typing' || Number.isInteger(frame.seq) ? null : 'A frame has no seq';
  if (typeof frame.code !== 'string' || !/\S.*[.!?]$/s.test(String(frame.message))) return 'An error frame is no error';
  return busy.test(frame.code) ? `error frame ${frame.code}` : null;
}

export const anyText = nastyText;

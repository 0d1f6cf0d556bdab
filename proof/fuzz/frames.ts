import fc from 'fast-check';
import { ClientFrame } from '../../src/contract/frames.ts';
import type { Json } from './operations.ts';
import { frameBytes, opcodes } from './socket.ts';
import { among, type Mutation, mutate, mutation, valid, writeJson } from './values.ts';

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

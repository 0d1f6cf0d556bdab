import fc from 'fast-check';

/** Changes to the bytes of a whole request, head and all. */
export type RawChange = Readonly<{
  how: 'put' | 'cut' | 'twice' | 'truncate' | 'splice' | 'line';
  at: number;
  size: number;
  value: number;
}>;

const lines = [
  ...[
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 5, 5',
    'Content-Length: 99999999999999999999',
    'Content-Length: 0x5',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding : chunked',
  ],
  ...[
    'Transfer-Encoding: chunked\r\nContent-Length: 3',
    'Content-Length: 3\r\nContent-Length: 4',
    'Host: a\r\nHost: b',
    ' folded: x',
    '\tx',
  ],
  ...[
    'X: a\0b',
    'X\0: a',
    'X y: z',
    ': nameless',
    'no colon',
    'X: \x7f',
    'X: \n Y: z',
    'Expect: 100-continue',
    'Expect: nothing',
  ],
  ...[
    'Connection: Upgrade\r\nUpgrade: websocket',
    'Connection: Upgrade\r\nUpgrade: h2c',
    'HTTP2-Settings: x',
    'Trailer: X',
    'TE: trailers',
  ],
  ...[
    `X-Large: ${'x'.repeat(20_000)}`,
    `${'X'.repeat(9_000)}: y`,
    Array.from({ length: 2_100 }, (_, index) => `X${index}: y`).join('\r\n'),
  ],
];

/** Bytes that were never a request. */
const strays: readonly string[] = [
  ...[
    '',
    '\r\n',
    '\r\n\r\n',
    '\0',
    'GARBAGE\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'get / http/1.1\r\nHost: x\r\n\r\n',
  ],
  ...[
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n',
    'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
  ...[
    'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /health HTTP/1.0\r\n\r\n',
    'GET  /health  HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /health HTTP/1.1\nHost: x\n\n',
    'GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
  ...[
    'GET /\u00ff HTTP/1.1\r\nHost: x\r\n\r\n',
    `GET /${'x'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'FOO /health HTTP/1.1\r\nHost: x\r\n\r\n',
    'M-SEARCH * HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
  ...[
    'POST /http/init HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST /http/init HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n',
  ],
  ...[
    'POST /http/init HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc',
    'GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20),
    'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET ? HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
];

const change: fc.Arbitrary<RawChange> = fc.record({
  how: fc.constantFrom('put', 'cut', 'twice', 'truncate', 'splice', 'line'),
  at: fc.nat({ max: 100_000 }),
  size: fc.nat({ max: 60 }),
  value: fc.nat({ max: 255 }),
});

/** @param stray one of the bytes that were never a request, or null for a request that is changed. */
export type RawDraft = Readonly<{ stray: string | null; changes: readonly RawChange[] }>;

export const raws: fc.Arbitrary<RawDraft> = fc.record({
  stray: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...strays) }),
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
});

/** @param other another request, spliced in. */
export function rawBytes(whole: Buffer, other: Buffer, { stray, changes }: RawDraft): Buffer {
  let bytes = stray === null ? whole : Buffer.from(stray, 'latin1');
  for (const { how, at, size, value } of changes) {
    const from = at % (bytes.length + 1);
    const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
    if (how === 'put') bytes = Buffer.concat([before, Buffer.from([value]), after.subarray(1)]);
    else if (how === 'cut') bytes = Buffer.concat([before, after.subarray(size)]);
    else if (how === 'twice') bytes = Buffer.concat([before, after.subarray(0, size), after]);
    else if (how === 'truncate') bytes = size < 20 ? before : bytes;
    else if (how === 'splice') bytes = Buffer.concat([before, other.subarray(at % (other.length + 1))]);
    else bytes = withLine(bytes, lines[at % lines.length] ?? '');
  }
  return bytes;
}

/** Adds a line to the head. */
function withLine(bytes: Buffer, line: string): Buffer {
  const end = bytes.indexOf('\r\n');
  if (end < 0) return bytes;
  return Buffer.concat([bytes.subarray(0, end + 2), Buffer.from(`${line}\r\n`, 'latin1'), bytes.subarray(end + 2)]);
}

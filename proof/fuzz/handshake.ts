import type { TalkDraft } from './frames.ts';
import { among } from './values.ts';
import type { World } from './world.ts';

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

// Everything that an endpoint's URL may try in order to reach a private network, made as real calls: nothing connects.
import { strict as assert } from 'node:assert';
import { lookup as systemLookUp } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type DeskCaller, deskCaller } from '../../src/outgoing/desk-caller.ts';
import { type LookUp, type NetworkGuard, networkGuard } from '../../src/outgoing/network-guard.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { routing, supportFlow } from './kit/flows.ts';
import { beginTalk, handOver, houseFor } from './kit/house.ts';

/** Listens on every address of this machine and counts who connects. */
type Listener = { connections: number; requests: number; readonly port: number; readonly server: Server };

let listener: Listener;

before(async () => {
  const server = createServer((_, response) => {
    listener.requests += 1;
    response.end('{}');
  });
  server.listen(0, '::');
  await once(server, 'listening');
  listener = { connections: 0, requests: 0, port: (server.address() as AddressInfo).port, server };
  server.on('connection', () => {
    listener.connections += 1;
  });
});
after(() => {
  listener.server.closeAllConnections();
  listener.server.close();
});

/** Names and the addresses that they give, one list a look-up; the last list stays. */
type Zone = Readonly<Record<string, readonly (readonly string[])[]>>;

function resolverOf(zone: Zone): LookUp {
  const asked = new Map<string, number>();
  return (name, _, done) => {
    const lists = zone[name.toLowerCase()] ?? [];
    const turn = asked.get(name) ?? 0;
    asked.set(name, turn + 1);
    const addresses = lists[Math.min(turn, lists.length - 1)] ?? [];
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() =>
      done(found.length > 0 ? null : Object.assign(new Error('No such name.'), { code: 'ENOTFOUND' }), found),
    );
  };
}

const forbiddenNames: Zone = {
  'localhost.': [['127.0.0.1', '::1']],
  'desk.localhost': [['127.0.0.1', '::1']],
  'loopback.test': [['127.0.0.1']],
  'loopback6.test': [['::1']],
  'mapped.test': [['::ffff:127.0.0.1']],
  'metadata.test': [['169.254.169.254']],
  'zone.test': [['fe80::1%lo']],
  'all-private.test': [['127.0.0.1', '::1', '10.0.0.1']],
  'translated.test': [['64:ff9b::7f00:1']],
  'nothing-sensible.test': [['not an address']],
};

const hosts: Readonly<Record<string, readonly string[]>> = {
  'every spelling of loopback': [
    ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.0.0.1', '0X7F.1'],
    ...['0177.0.0.1', '0177.0.0.01', '017700000001', '0x7f.0x0.0x0.0x1', '00000177.0.0.1', '127.0x00.0.1'],
    ...[
      '127.0.0.1.',
      '127。0。0。1',
      '127．0．0．1',
      '127｡0｡0｡1',
      '１２７.0.0.1',
      '①②⑦.0.0.1',
      '%31%32%37.0.0.1',
      '127%2e0%2e0%2e1',
    ],
    ...['0', '0.0.0.0', '0x0', '00', '0.0', '0.1.2.3'],
  ],
  'private, shared, reserved IPv4': [
    ...[
      '10.0.0.1',
      '10.255.255.255',
      '012.0.0.1',
      '167772161',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '0xc0.0xa8.1.1',
    ],
    ...['100.64.0.1', '100.127.255.255', '169.254.169.254', '0xa9fea9fe', '2852039166', '169.254.43518'],
    ...[
      '192.0.0.8',
      '192.0.0.170',
      '192.0.2.1',
      '192.88.99.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.7',
      '203.0.113.9',
    ],
    ...['224.0.0.1', '233.252.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '4294967295'],
  ],
  IPv6: [
    ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[0000:0000:0000:0000:0000:0000:0000:0001]', '[::0.0.0.1]'],
    ...['[fc00::1]', '[fd12:3456::1]', '[fd00:ec2::254]', '[FD00:EC2::254]', '[fe80::1]', '[febf::1]', '[fec0::1]'],
    ...[
      '[ff02::1]',
      '[ff0e::1]',
      '[100::1]',
      '[100:0:0:1::1]',
      '[2001:db8::1]',
      '[3fff::1]',
      '[2001:2::1]',
      '[2001:10::1]',
    ],
    ...['[2001:20::1]', '[5f00::1]', '[4000::1]', '[2001:1::1]'],
  ],
  'IPv4 in IPv6': [
    ...[
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::FFFF:7F00:0001]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
      '[::ffff:10.0.0.1]',
    ],
    ...['[::ffff:169.254.169.254]', '[::ffff:0:127.0.0.1]', '[::127.0.0.1]', '[::7f00:1]', '[::10.0.0.1]'],
    ...[
      '[64:ff9b::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b::a9fe:a9fe]',
      '[64:ff9b::808:808]',
      '[64:ff9b:1::7f00:1]',
      '[64:ff9b:1:a00::1]',
    ],
    ...[
      '[2002:7f00:1::]',
      '[2002:a00:1::1]',
      '[2002:808:808::1]',
      '[2001::7f00:1]',
      '[2001:0:7f00:1::]',
      '[2001:0:4136:e378:8000:63bf:80ff:fffe]',
    ],
    ...['[::5efe:127.0.0.1]', '[fe80::5efe:7f00:1]', '[2001:470::5efe:7f00:1]', '[2606:4700::200:5efe:10.0.0.1]'],
  ],
  names: ['localhost', 'LOCALHOST', 'ｌocalhost', 'lo%63alhost', ...Object.keys(forbiddenNames), 'LoopBack.test'],
};

/** Whole URLs, each with the port of the listener where `PORT` stands. */
const urls = [
  ...[
    'https://public.example@127.0.0.1:PORT/',
    'https://public.example:443@127.0.0.1:PORT/',
    'https://8.8.8.8:80@127.0.0.1:PORT/',
  ],
  ...[
    'https://127.0.0.1:PORT\\@8.8.8.8/',
    'https:\\\\127.0.0.1:PORT/',
    'https:127.0.0.1:PORT/',
    'https:///127.0.0.1:PORT/',
  ],
  ...[
    'https://127.0.0.1:0PORT/',
    'https://127.0.0.1:PORT#@8.8.8.8/',
    'https://127.0.0.1:PORT?@8.8.8.8/',
    '\thttps://127.0.0.1:PORT/',
  ],
  ...[
    'ht\ntps://127.0.0.1:PORT/',
    'HTTPS://127.0.0.1:PORT/',
    'https://127.0.0\n.1:PORT/',
    'https://127.0.0.1:PORT/desk/hooks/start',
  ],
];

/** What is no URL, or none that is called. */
const noUrls = [
  ...[
    'https://[fe80::1%25lo]:PORT/',
    'https://[fe80::1%lo]:PORT/',
    'https://127.0.0.1:99999/',
    'https://127.0.0.256:PORT/',
  ],
  ...[
    'https://1.2.3.4.5:PORT/',
    'https://0x7f.0.0.0.1:PORT/',
    'https://[::1:PORT/',
    'https://[::ffff:127.1]:PORT/',
    'https://',
  ],
  ...['https://127.0.0.1%00.public.example:PORT/', 'https://exa mple:PORT/', '//127.0.0.1:PORT/', '127.0.0.1:PORT'],
  ...[
    'file:///etc/passwd',
    'ftp://127.0.0.1:PORT/',
    'ws://127.0.0.1:PORT/',
    'unix:/var/run/docker.sock',
    'data:,x',
    'javascript:0',
  ],
];

const withPort = (text: string): string => text.replaceAll('PORT', String(listener.port));

async function resultOf(caller: DeskCaller, url: string): Promise<string> {
  const never = new AbortController().signal;
  const { result } = await caller.call({ url, id: 'x', body: '{}', secrets: [] }, never);
  return result.kind;
}

/** `localhost` is resolved by the system, the other names by the zone. */
async function withCaller(
  networks: readonly string[],
  use: (caller: DeskCaller, guard: NetworkGuard) => Promise<void>,
) {
  const zone = resolverOf(forbiddenNames);
  const lookUp: LookUp = (name, options, done) =>
    name.toLowerCase() === 'localhost' ? systemLookUp(name, options, done) : zone(name, options, done);
  const guard = networkGuard(networks, () => [], lookUp);
  const caller = deskCaller(guard, systemClock());
  try {
    await use(caller, guard);
  } finally {
    await caller.close();
  }
}

test('no form of a private address is connected to', async (t) => {
  const forms = [...Object.values(hosts).flatMap((list) => list.map((host) => `//${host}:PORT/start`))].flatMap(
    (rest) => [`https:${rest}`, `http:${rest}`],
  );
  const all = [...forms, ...urls, ...noUrls].map(withPort);
  assert.equal(new Set(all).size, all.length, 'each form is tried once');
  await withCaller([], async (caller) => {
    const before = listener.connections;
    for (const url of all) assert.equal(await resultOf(caller, url), 'forbidden', url);
    assert.equal(listener.connections, before, 'nothing reached the listener');
  });
  t.diagnostic(`${all.length} forms, all refused`);
});

test('the same calls do connect where the network is allowed, so that the table can fail', async () => {
  await withCaller(['127.0.0.0/8', '::1/128'], async (caller) => {
    const forms = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '127.0.0.1.',
      '①②⑦.0.0.1',
      '[::1]',
      'localhost',
      'loopback.test',
    ];
    for (const host of [...forms, '[::ffff:127.0.0.1]']) {
      const before = listener.requests;
      assert.equal(await resultOf(caller, withPort(`http://${host}:PORT/`)), 'answered', host);
      assert.equal(listener.requests, before + 1, `${host} reached the listener`);
    }
  });
});

test('what is seen to be private or no URL is refused when a virtual agent is published, with a sentence', async () => {
  await withCaller([], async (_, guard) => {
    const { names, ...addresses } = hosts;
    for (const host of Object.values(addresses).flat()) {
      for (const protocol of ['https', 'http']) {
        assert.match(
          (await guard.faultOf(`${protocol}://${host}/`)) ?? '',
          /BATON_ALLOW_NETWORKS/,
          `${protocol} ${host}`,
        );
      }
    }
    for (const host of names ?? []) assert.match((await guard.faultOf(`http://${host}/`)) ?? '', /use https/, host);
    for (const url of noUrls) assert.match((await guard.faultOf(withPort(url))) ?? '', /[.]$/, url);
  });
});

test('a name whose address changes after it was judged is judged again at each connection', async () => {
  const lookUp = resolverOf({ 'rebinding.test': [['127.0.0.2'], ['127.0.0.2'], ['127.0.0.1']] });
  const guard = networkGuard(['127.0.0.2/32'], () => [], lookUp);
  const caller = deskCaller(guard, systemClock());
  const url = withPort('http://rebinding.test:PORT/start');
  assert.equal(await guard.faultOf(url), null, 'it is in an allowed network when it is published');
  const before = listener.connections;
  assert.equal(await resultOf(caller, url), 'answered');
  assert.equal(listener.connections, before + 1);
  listener.server.closeAllConnections();
  await caller.close();
  const later = deskCaller(guard, systemClock());
  assert.equal(await resultOf(later, url), 'forbidden');
  assert.equal(listener.connections, before + 1, 'nothing reached the listener any more');
  await later.close();
});

test('a public name that turns to loopback is refused at the look-up for the connection', async () => {
  const lookUp = resolverOf({
    'public.test': [['93.184.216.34'], ['127.0.0.1'], ['93.184.216.34', '127.0.0.1', '::1']],
  });
  const connectTo = (options: object) =>
    new Promise((resolve) => {
      networkGuard([], () => [], lookUp).lookup('https:')('public.test', options, (error, address) =>
        resolve(error ?? address),
      );
    });
  assert.equal(await connectTo({}), '93.184.216.34');
  assert.match(String(await connectTo({})), /ForbiddenAddressError/);
  assert.deepEqual(
    await connectTo({ all: true }),
    [{ address: '93.184.216.34', family: 4 }],
    'of several the public one',
  );
});

test('a name with a private and an allowed address leads to the allowed one only', async () => {
  const lookUp = resolverOf({ 'both.test': [['127.0.0.1', '127.0.0.2', '::1']] });
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.socket.localAddress);
    response.end('{}');
  });
  server.listen(0, '::');
  await once(server, 'listening');
  const caller = deskCaller(
    networkGuard(['127.0.0.2/32'], () => [], lookUp),
    systemClock(),
  );
  assert.equal(await resultOf(caller, `http://both.test:${(server.address() as AddressInfo).port}/`), 'answered');
  await caller.close();
  server.closeAllConnections();
  server.close();
  assert.deepEqual(seen, ['::ffff:127.0.0.2']);
});

for (const status of [300, 301, 302, 303, 307, 308]) {
  test(`a redirect with ${status} into a private network is a final refusal and is not followed`, async (t) => {
    const house = await houseFor(t);
    // The listener's address is allowed too, so that only not following keeps it unvisited.
    const location = withPort('http://127.0.0.1:PORT/secret');
    house.desk.behave = () => ({ status, headers: { location, refresh: `0;url=${location}` } });
    const before = listener.connections;
    const { user, id } = await handOver(house);
    await user.hears('Nobody is here.');
    assert.equal(house.desk.of('start', id).length, 1, 'it is tried once');
    assert.equal(listener.connections, before);
  });
}

test('a desk whose name is rebound to loopback gets no start call, and the handoff fails', async (t) => {
  const lookUp = resolverOf({ 'desk.test': [['127.0.0.2'], ['127.0.0.1']] });
  const environment = { BATON_ALLOW_NETWORKS: '127.0.0.2/32' };
  const house = await houseFor(t, { environment, instead: { lookUp } });
  const url = withPort('http://desk.test:PORT/start');
  const before = listener.connections;
  // Plain http is looked up when it is published, once each endpoint; the second look-up is the connection's.
  const https = 'https://desk.test/inbound';
  const node = { inboundTransferUrl: https, statusDeliveryUrl: https, endedUrl: https };
  await house.publish(supportFlow({ url: () => url }, node));
  const { user, id } = await beginTalk(house);
  await user.hears('Nobody is here.');
  assert.equal(listener.connections, before, 'nothing reached the listener');
  const [dead] = await house.deliveries(`session=${id}`);
  assert.match(String(dead?.last_failure), /desk\.test is not in an allowed network/);
});

test('credentials and fragments in an endpoint are refused when it is published', async (t) => {
  const house = await houseFor(t);
  for (const url of ['https://key:secret@desk.example/', 'https://key@desk.example/', 'https://desk.example/#x']) {
    const flow = supportFlow(house.desk, { inboundTransferUrl: url });
    const { status, body } = await house.ask('PUT', '/agents/support', { json: flow });
    assert.equal(status, 422);
    assert.deepEqual(
      body.faults?.map(({ path }) => path),
      ['nodes.human.inboundTransferUrl'],
    );
    assert.match(String(body.faults?.[0]?.message), /without credentials/);
  }
});

test('the built-in desk’s address opens its four endpoints and nothing else of this server', async (t) => {
  const house = await houseFor(t, { environment: { BATON_ALLOW_NETWORKS: '' }, instead: { ownDesk: true } });
  const faultsOf = async (url: string) => {
    const flow = { ...supportFlow({ url: () => `${house.url}/desk/hooks/start` }) };
    const node = { ...routing({ url: () => `${house.url}/desk/hooks/start` }), inboundTransferUrl: url };
    const json = { ...flow, nodes: { ...(flow.nodes as object), human: node } };
    const { status, body } = await house.ask('PUT', '/agents/support', { json });
    return status === 200 ? [] : (body.faults ?? []).map(({ path }) => path);
  };
  for (const hook of ['start', 'inbound', 'status', 'ended', 'x/../ended', '%2e/ended']) {
    assert.deepEqual(await faultsOf(`${house.url}/desk/hooks/${hook}`), [], hook);
  }
  const { port } = new URL(house.url);
  for (const path of [
    ...[
      '',
      '/',
      '/agents',
      '/desk',
      '/desk/hooks',
      '/desk/hooks/',
      '/desk/hooks/other',
      '/desk/hooks/start/',
      '/desk/hooks/start/x',
    ],
    ...[
      '/desk/hooks/../../agents',
      '/desk/hooks/%2e%2e/%2e%2e/agents',
      '/desk/hooks/..%2f..%2fagents',
      '/desk/hooks/..%5c..%5cagents',
    ],
    ...[
      '/desk/hooks\\..\\..\\agents',
      '/DESK/hooks/start',
      '/desk/hooks/START',
      '/desk/hooks/start?x',
      '/desk/hooks/start%2f..',
      '/desk/hooks//start',
    ],
    ...['/desk/hooks/start;/../../../agents', '/desk/hooks/%73tart', '/desk/hooks/start%00', '/desk/api/sign-out'],
  ]) {
    assert.deepEqual(await faultsOf(`${house.url}${path}`), ['nodes.human.inboundTransferUrl'], path);
  }
  for (const origin of [
    `https://127.0.0.1:${port}`,
    `http://localhost:${port}`,
    `http://[::1]:${port}`,
    `http://127.0.0.1:${Number(port) + 1}`,
  ]) {
    assert.deepEqual(await faultsOf(`${origin}/desk/hooks/start`), ['nodes.human.inboundTransferUrl'], origin);
  }
});

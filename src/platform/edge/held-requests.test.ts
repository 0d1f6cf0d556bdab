import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { heldByNetwork, heldRequests } from './held-requests.ts';

type Take = (incoming: IncomingMessage, response: ServerResponse) => void;

/** A server that answers nobody. @returns its port. */
async function listen(t: TestContext, take: Take): Promise<number> {
  const server = createServer(take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

test('a request whose connection is lost gives its room back, also one that waited behind another', async (t) => {
  const held = heldRequests({ requests: 3, bytes: 100 });
  const rooms: boolean[] = [];
  let closed: Promise<unknown> = Promise.resolve();
  const { promise: allCame, resolve: came } = Promise.withResolvers<void>();
  const port = await listen(t, (incoming, response) => {
    closed = once(incoming.socket, 'close');
    if (rooms.push(held.take(incoming.headers, response, 10)) === 4) came();
  });
  const client = connect(port, '127.0.0.1');
  client.write(request.repeat(4));
  await allCame;
  client.destroy();
  await closed;
  const again = connect(port, '127.0.0.1');
  again.write(request.repeat(4));
  while (rooms.length < 8) await new Promise(setImmediate);
  assert.deepEqual(rooms, [true, true, true, false, true, true, true, false]);
  again.destroy();
});

test('a request whose connection was lost before it asked takes no room', async (t) => {
  const held = heldRequests({ requests: 1, bytes: 100 });
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const rooms: boolean[] = [];
  const take: Take = (incoming, response) => {
    rooms.push(held.take(incoming.headers, response, 10));
    ask();
  };
  const port = await listen(t, (incoming, response) => {
    if (rooms.length > 0) take(incoming, response);
    else response.once('close', () => take(incoming, response));
  });
  const client = connect(port, '127.0.0.1');
  client.end(`${request}no request\r\n\r\n`);
  await asked;
  const again = connect(port, '127.0.0.1');
  again.write(request);
  while (rooms.length < 2) await new Promise(setImmediate);
  assert.deepEqual(rooms, [true, true]);
  again.destroy();
});

test('one connection takes 64 places at most, however many requests it sends ahead', async (t) => {
  const held = heldRequests({ requests: 1_000, bytes: 100 });
  const rooms: boolean[] = [];
  const { promise: allCame, resolve: came } = Promise.withResolvers<void>();
  const port = await listen(t, (incoming, response) => {
    if (rooms.push(held.take(incoming.headers, response, 10)) === 200) came();
  });
  const client = connect(port, '127.0.0.1');
  client.write(request.repeat(200));
  await allCame;
  assert.equal(rooms.filter(Boolean).length, 64);
  client.destroy();
});

test('a network that fills its room takes none of the others, and networks that are idle make way for new ones', async (t) => {
  const heldFor = heldByNetwork({ requests: 2, bytes: 100 }, 2);
  const rooms: boolean[] = [];
  const port = await listen(t, (incoming, response) => {
    const address = incoming.url?.slice(1) ?? '';
    rooms.push(heldFor(address).take(incoming.headers, response, 10));
  });
  const ask = async (...addresses: readonly string[]): Promise<void> => {
    const client = connect(port, '127.0.0.1');
    t.after(() => client.destroy());
    client.write(addresses.map((address) => request.replace(' / ', ` /${address} `)).join(''));
    const wanted = rooms.length + addresses.length;
    while (rooms.length < wanted) await new Promise(setImmediate);
  };
  await ask('10.0.0.1', '10.0.0.1', '10.0.0.1');
  await ask('10.0.0.2');
  await ask('10.0.0.3');
  assert.deepEqual(rooms, [true, true, false, true, false]);
});

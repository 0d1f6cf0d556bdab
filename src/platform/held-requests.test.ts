import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { heldRequests } from './held-requests.ts';

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
  again.write(request);
  while (rooms.length < 5) await new Promise(setImmediate);
  assert.deepEqual(rooms, [true, true, true, false, true]);
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

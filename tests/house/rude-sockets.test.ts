// Clients that do not behave: frames too large, of the wrong kind, in pieces, in floods; sockets that come and go.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { supportFlow } from './kit/flows.ts';
import { connectTalk, type House, houseFor, issue } from './kit/house.ts';
import { openRaw, openWire, type RawSocket, rawFrame } from './kit/raw-socket.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);

const gauge = async (house: House, name: string): Promise<number> => {
  const { text } = await house.ask('GET', '/metrics');
  return Number(new RegExp(`^baton_${name} (\\d+)`, 'm').exec(text)?.[1]);
};

async function greeted(house: House): Promise<{ raw: RawSocket; session: { id: string; token: string } }> {
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const raw = openRaw(house.url, session);
  await house.until('it is greeted', () => raw.received().includes('Hello.'));
  return { raw, session };
}

test('a frame of more than 256 KiB is closed with 1009 before it is taken in, whole or in pieces', async (t) => {
  const house = await houseFor(t);
  const { raw, session } = await greeted(house);
  raw.wire.write(rawFrame('', { length: 256 * 1024 + 1 }));
  await house.until('it is closed', () => raw.closeCode() === 1009);
  raw.wire.destroy();
  const pieces = openRaw(house.url, session);
  await house.until('it is greeted', () => pieces.received().includes('Hello.'));
  const piece = 'x'.repeat(60_000);
  pieces.wire.write(rawFrame(piece, { fin: false }));
  for (let count = 0; count < 4; count += 1) pieces.wire.write(rawFrame(piece, { opcode: 0, fin: false }));
  await house.until('it is closed', () => pieces.closeCode() === 1009);
  pieces.wire.destroy();
  assert.equal((await house.eventsOf(session.id, 'user-message-received')).length, 0);
});

test('a message in many small pieces is one message; one in endlessly many is refused', async (t) => {
  const house = await houseFor(t);
  const { raw, session } = await greeted(house);
  const text = JSON.stringify({ type: 'message', id: 'm', text: issue });
  for (const [index, letter] of [...text].entries())
    raw.wire.write(rawFrame(letter, { opcode: index === 0 ? 1 : 0, fin: index === text.length - 1 }));
  await house.until('it is accepted', () => raw.received().includes('"accepted"'));
  raw.wire.write(rawFrame('', { fin: false }));
  for (let count = 0; count < 200; count += 1)
    raw.wire.write(Buffer.concat(Array.from({ length: 100 }, () => rawFrame('', { opcode: 0, fin: false }))));
  await house.until('it is closed', () => raw.closeCode() === 1008);
  raw.wire.destroy();
  assert.equal((await house.eventsOf(session.id, 'user-message-received')).length, 1);
});

test('binary frames are told so, and too many of them end the socket', async (t) => {
  const house = await houseFor(t);
  const { raw } = await greeted(house);
  raw.wire.write(rawFrame('{}', { opcode: 2 }));
  await house.until('it is told', () => raw.received().includes('wrong-shape'));
  for (let count = 0; count < 100; count += 1) raw.wire.write(rawFrame('{}', { opcode: 2 }));
  await house.until('it is closed', () => raw.closeCode() === 1008);
  raw.wire.destroy();
});

test('text that is no UTF-8, a frame that is not masked and an unknown opcode end the socket', async (t) => {
  const house = await houseFor(t);
  const { raw: first, session } = await greeted(house);
  const cases: readonly (readonly [Buffer, number])[] = [
    [rawFrame(Buffer.from([0xff, 0xfe])), 1007],
    [Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    [rawFrame('{}', { opcode: 3 }), 1002],
  ];
  first.wire.destroy();
  for (const [bytes, code] of cases) {
    const raw = openRaw(house.url, session);
    await house.until('it is greeted', () => raw.received().includes('Hello.'));
    raw.wire.write(bytes);
    await house.until('it is closed', () => raw.closeCode() !== null);
    assert.equal(raw.closeCode(), code);
    raw.wire.destroy();
  }
});

test('a client that pings and pings and takes no pong is dropped; one that takes them is answered', async (t) => {
  const house = await houseFor(t);
  const { raw } = await greeted(house);
  const pings = Buffer.concat(Array.from({ length: 500 }, () => rawFrame('x'.repeat(100), { opcode: 9 })));
  const before = raw.received().length;
  raw.wire.write(rawFrame('alive?', { opcode: 9 }));
  await house.until('it is answered', () => raw.received().subarray(before).includes('alive?'));
  raw.wire.pause();
  let most = 0;
  const flood = async (): Promise<boolean> => {
    for (let count = 0; count < 20 && !raw.wire.destroyed; count += 1) raw.wire.write(pings);
    most = Math.max(most, await gauge(house, 'socket_bytes_waiting'));
    return (await gauge(house, 'sockets')) === 0;
  };
  await house.until('it is dropped', flood);
  assert.ok(most < 256 * 1024, `${most} bytes waited`);
  raw.wire.destroy();
});

test('a client that floods with small frames is held back, and others are served', async (t) => {
  const house = await houseFor(t, { hands });
  const { user } = await connectTalk(house);
  const { raw } = await greeted(house);
  const typing = Buffer.concat(Array.from({ length: 10_000 }, () => rawFrame('{"type":"typing"}')));
  for (let count = 0; count < 80; count += 1) raw.wire.write(typing);
  user.say('Me too.');
  await user.hears('Me too.');
  await house.settle();
  const left = raw.wire.writableLength;
  assert.ok(left > 0, 'all of it was read');
  await house.settle();
  assert.equal(raw.wire.writableLength, left);
  await house.advanceUntil('it is read on', 1_000, () => raw.wire.writableLength < left);
  raw.wire.destroy();
});

test('sockets that are opened and closed in a loop leave nothing behind', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  for (let round = 0; round < 20; round += 1) {
    const users = Array.from({ length: 20 }, () => house.connect(session));
    await Promise.all(
      users.map(async (one, index) => {
        if (index % 2 === 0) await house.until('it is open', () => one.isOpen());
        one.socket.terminate();
        await one.closed;
      }),
    );
  }
  await house.until('they are gone', async () => (await gauge(house, 'sockets')) === 1);
  await house.outbound(session.id, { text: 'Still here?' });
  await user.hears('Still here?');
  await Promise.all(Array.from({ length: 49 }, () => house.connect(session).sees('connected')));
});

test('a connection that never asks for anything, and a handshake that is never finished, take no socket', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const silent = openWire(house.url);
  const half = openWire(house.url);
  half.write(`GET /http/${session.id}/socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n`);
  await house.until('both are connected', () => !silent.connecting && !half.connecting);
  await house.settle();
  assert.equal(await gauge(house, 'sockets'), 0);
  await house.connect(session).hears('Hello.');
  for (const wire of [silent, half]) wire.destroy();
});

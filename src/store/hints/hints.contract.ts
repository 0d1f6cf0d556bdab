import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { until } from '../../../tests/house/kit/until.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { handClock } from '../../platform/hand-clock.ts';
import type { Log } from '../../platform/log.ts';
import { encodeHint, type Hint, type Hints } from './hints.ts';
import type { HintParts } from './link.ts';
import { type HintServer, type Kind, type Power, prepareServer } from './servers.contract.ts';

export type Transport = Readonly<{
  name: string;
  /** Everybody hears everything under its prefix. */
  isBroadcast?: boolean;
  /** Whether the server may be stopped and started. */
  hasPower: boolean;
  /** Why it cannot be tested here. */
  skip: string | false;
  /** A server that is down, where it is ours. */
  prepare: () => Promise<HintServer>;
  open: (url: string, parts: HintParts) => Promise<Hints>;
  /** Of URLs that it takes. */
  schemes?: readonly string[];
}>;

type Line = Readonly<{ level: string; fields: object; message: string }>;
type Instance = Readonly<{ hints: Hints; heard: Hint[]; lines: Line[]; ended: () => boolean }>;

const session = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const moved = (number: number, caller: number | null = null): Hint => ({
  kind: 'moved',
  sessionId: session(number),
  version: 7,
  caller,
});
const gone = (instance: number): Hint => ({ kind: 'gone', instance });

/** What every way for hints between instances does, in trouble too. */
export function hintsContract(transport: Transport): void {
  describe(`hints over ${transport.name}`, { skip: transport.skip }, () => {
    const kit = createKit(transport);
    before(kit.prepare);
    afterEach(kit.closeAll);
    after(kit.end);
    whoHears(kit, transport);
    if (transport.hasPower) serverTrouble(kit);
    else test('a server that is stopped and started', { skip: 'the server is not ours' }, () => {});
    ending(kit);
  });
}

type Kit = ReturnType<typeof createKit>;

function createKit(transport: Pick<Transport, 'prepare' | 'open' | 'schemes'>) {
  let server: HintServer | undefined;
  let opened: Instance[] = [];
  let prefixes = 0;
  const own = (): HintServer => {
    if (server === undefined) throw new Error('The server is not prepared.');
    return server;
  };
  const url = (): string => own().url;
  return {
    url,
    schemes: transport.schemes ?? [],
    power: (): Power => {
      const { power } = own();
      if (power === null) throw new Error('The server is not ours.');
      return power;
    },
    prepare: async (): Promise<void> => {
      server = await transport.prepare();
      await server.power?.up();
    },
    closeAll: async (): Promise<void> => {
      await Promise.all(opened.map(({ hints }) => hints.close()));
      opened = [];
    },
    end: async (): Promise<void> => server?.close(),
    newPrefix: (): string => {
      prefixes += 1;
      return `test_${process.pid}_${prefixes}`;
    },
    open: async (prefix: string, clock: Clock = systemClock(), at: string = url()): Promise<Instance> => {
      const lines: Line[] = [];
      const write = (level: string) => (fields: object, message: string) => {
        lines.push({ level, fields, message });
      };
      const log: Log = { info: write('info'), warn: write('warn'), error: write('error'), debug: () => {} };
      const hints = await transport.open(at, { clock, log, prefix });
      const instance = { ...collect(hints), lines };
      opened.push(instance);
      return instance;
    },
  };
}

function collect(hints: Hints): Omit<Instance, 'lines'> {
  const heard: Hint[] = [];
  let ended = false;
  const read = async (): Promise<void> => {
    for await (const batch of hints.follow()) heard.push(...batch);
    ended = true;
  };
  void read();
  return { hints, heard, ended: () => ended };
}

const hears = (instance: Instance, hint: Hint, nudge?: () => void): Promise<unknown> =>
  until(`${encodeHint(hint) || hint.kind} is heard`, () => instance.heard.some((one) => same(one, hint)), nudge);

const same = (one: Hint, other: Hint): boolean => one.kind === other.kind && encodeHint(one) === encodeHint(other);

const connected = (instance: Instance, nudge?: () => void): Promise<unknown> =>
  hears(instance, { kind: 'missed' }, nudge);

/** Tells until it is heard: for those whose subscription may not have come to the server yet. */
async function reaches(from: Instance, to: Instance, hint: Hint): Promise<void> {
  await hears(to, hint, () => from.hints.tell([hint]));
}

/** Everything that `from` told `to` before has come when this has. */
async function mark(from: Instance, to: Instance, number: number): Promise<void> {
  from.hints.tell([gone(number)]);
  await hears(to, gone(number));
}

const aboutSessions = ({ heard }: Instance): readonly string[] =>
  heard.filter(({ kind }) => kind === 'moved' || kind === 'typing').map(encodeHint);

async function pair(kit: Kit): Promise<readonly [Instance, Instance]> {
  const prefix = kit.newPrefix();
  const both = [await kit.open(prefix), await kit.open(prefix)] as const;
  await Promise.all(both.map((one) => connected(one)));
  return both;
}

function whoHears(kit: Kit, { isBroadcast = false }: Transport): void {
  test('a hint is heard by those who watch the session, by the instance that has to call, and gone by all', async () => {
    const [teller, hearer] = await pair(kit);
    hearer.hints.watch(session(1));
    await reaches(teller, hearer, moved(1));
    await reaches(teller, hearer, { kind: 'typing', sessionId: session(1) });
    hearer.hints.listenAs(5);
    await reaches(teller, hearer, moved(2, 5));
    await reaches(teller, hearer, gone(9));
  });

  test('many hints told at once come in their order', async () => {
    const [teller, hearer] = await pair(kit);
    hearer.hints.watch(session(1));
    await reaches(teller, hearer, moved(1));
    const told = Array.from({ length: 500 }, (_, version): Hint => ({ ...moved(1), version: 1000 + version }) as Hint);
    teller.hints.tell(told);
    await hears(hearer, told.at(-1) as Hint);
    const versions = hearer.heard.flatMap((hint) =>
      hint.kind === 'moved' && hint.version >= 1000 ? [hint.version] : [],
    );
    assert.deepEqual(
      versions,
      Array.from({ length: 500 }, (_, version) => 1000 + version),
    );
  });

  test('those who watch another session hear nothing', {
    skip: isBroadcast && 'everybody hears everything',
  }, async () => {
    const [teller, hearer] = await pair(kit);
    hearer.hints.watch(session(1));
    await reaches(teller, hearer, moved(1));
    await mark(teller, hearer, 8);
    hearer.heard.length = 0;
    teller.hints.tell([moved(2), { kind: 'typing', sessionId: session(2) }]);
    await mark(teller, hearer, 9);
    assert.deepEqual(aboutSessions(hearer), []);
  });

  test('who watches no more hears no more', { skip: isBroadcast && 'everybody hears everything' }, async () => {
    const [teller, hearer] = await pair(kit);
    for (const number of [1, 2]) hearer.hints.watch(session(number));
    for (const number of [1, 2]) await reaches(teller, hearer, moved(number));
    hearer.hints.unwatch(session(1));
    // The same request, or a later one: when it has come, so has the one before.
    hearer.hints.watch(session(3));
    await reaches(teller, hearer, moved(3));
    hearer.heard.length = 0;
    await until('what was on its way has come', async () => {
      hearer.heard.length = 0;
      teller.hints.tell([moved(1), moved(2)]);
      await hears(hearer, moved(2));
      return !hearer.heard.some((hint) => same(hint, moved(1)));
    });
  });

  test('an instance of another number hears no calls', {
    skip: isBroadcast && 'everybody hears everything',
  }, async () => {
    const [teller, hearer] = await pair(kit);
    hearer.hints.listenAs(5);
    await reaches(teller, hearer, moved(1, 5));
    hearer.hints.listenAs(6);
    await reaches(teller, hearer, moved(2, 6));
    await until('the former number is not listened to', async () => {
      hearer.heard.length = 0;
      teller.hints.tell([moved(3, 5), moved(4, 6)]);
      await hears(hearer, moved(4, 6));
      return !hearer.heard.some((hint) => same(hint, moved(3, 5)));
    });
  });

  test('a session that is watched, left and watched again within a moment is heard', async () => {
    const [teller, hearer] = await pair(kit);
    for (let round = 0; round < 5; round += 1) {
      hearer.hints.watch(session(1));
      hearer.hints.unwatch(session(1));
    }
    hearer.hints.watch(session(1));
    await reaches(teller, hearer, moved(1));
  });

  test('a Baton of another prefix on the same server hears nothing', async () => {
    const [teller, hearer] = await pair(kit);
    const [stranger, other] = await pair(kit);
    other.hints.watch(session(1));
    other.hints.listenAs(5);
    await reaches(stranger, other, moved(1, 5));
    await mark(stranger, other, 7);
    other.heard.length = 0;
    hearer.hints.watch(session(2));
    await reaches(teller, hearer, moved(2));
    teller.hints.tell([moved(1, 5), gone(5)]);
    await mark(teller, hearer, 8);
    await mark(stranger, other, 9);
    assert.deepEqual(other.heard, [gone(9)]);
  });
}

function serverTrouble(kit: Kit): void {
  const levels = ({ lines }: Instance): string => lines.map(({ level }) => level).join();

  test('the server is restarted: missed is heard, and hints work again', async () => {
    const [teller, hearer] = await pair(kit);
    hearer.hints.watch(session(1));
    hearer.hints.listenAs(5);
    await reaches(teller, hearer, moved(1));
    await kit.power().down();
    await until('both know', () => [teller, hearer].every((one) => levels(one) === 'warn'));
    hearer.hints.watch(session(2));
    hearer.hints.unwatch(session(1));
    hearer.heard.length = 0;
    teller.heard.length = 0;
    await kit.power().up();
    await Promise.all([connected(teller), connected(hearer)]);
    assert.deepEqual(hearer.heard, [{ kind: 'missed' }]);
    assert.equal(levels(hearer), 'warn,info');
    // What was watched meanwhile is subscribed when missed is heard.
    teller.hints.tell([moved(2), moved(3, 5)]);
    await hears(hearer, moved(2));
    await hears(hearer, moved(3, 5));
  });

  test('the server is absent at the start, for long: one warning without a password, and then it works', async () => {
    await kit.power().down();
    const prefix = kit.newPrefix();
    const clock = handClock(0);
    const advance = (): void => clock.advance(100);
    const at = new URL(kit.url());
    if (at.password === '') Object.assign(at, { username: 'default', password: 'secret' });
    const hearer = await kit.open(prefix, clock, at.href);
    hearer.hints.watch(session(1));
    await until(
      'a minute is over',
      () => clock.now() > 60_000,
      () => clock.advance(500),
    );
    assert.equal(levels(hearer), 'warn');
    assert.deepEqual(hearer.heard, []);
    await kit.power().up();
    await connected(hearer, advance);
    assert.equal(levels(hearer), 'warn,info');
    assert.equal(JSON.stringify(hearer.lines).includes(at.password), false);
    const teller = await kit.open(prefix);
    await reaches(teller, hearer, moved(1));
  });

  test('what is told while the server is away is dropped', async () => {
    const [teller, hearer] = await pair(kit);
    hearer.hints.watch(session(1));
    await reaches(teller, hearer, moved(1));
    await kit.power().down();
    await until('both know', () => [teller, hearer].every((one) => levels(one) === 'warn'));
    for (let round = 0; round < 1000; round += 1) teller.hints.tell([moved(1), gone(3)]);
    for (const one of [teller, hearer]) one.heard.length = 0;
    await kit.power().up();
    await Promise.all([connected(teller), connected(hearer)]);
    await mark(teller, hearer, 9);
    assert.deepEqual(hearer.heard, [{ kind: 'missed' }, gone(9)]);
  });

  test('a server that does not read is given little, and is left when it is silent for long', async () => {
    const prefix = kit.newPrefix();
    const clock = handClock(0);
    const [teller, hearer] = [await kit.open(prefix, clock), await kit.open(prefix)];
    await Promise.all([connected(teller), connected(hearer)]);
    hearer.hints.watch(session(1));
    await reaches(teller, hearer, moved(1));
    const memory = (): number => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    kit.power().freeze();
    try {
      const many = Array.from({ length: 100 }, () => moved(2));
      const before = memory();
      for (let round = 0; round < 20_000; round += 1) teller.hints.tell(many);
      assert.ok(memory() - before < 20_000_000);
      await until(
        'it is left',
        () => levels(teller) === 'warn',
        () => clock.advance(100),
      );
    } finally {
      kit.power().thaw();
    }
    teller.heard.length = 0;
    await connected(teller, () => clock.advance(100));
    await reaches(teller, hearer, gone(4));
  });

  test('it is closed while the server is away', async () => {
    await kit.power().down();
    const instance = await kit.open(kit.newPrefix());
    await until('it is away', () => levels(instance) === 'warn');
    await instance.hints.close();
    await until('its feed ends', instance.ended);
    await kit.power().up();
    assert.deepEqual(instance.heard, []);
  });
}

function ending(kit: Kit): void {
  test('what is told just before the end is heard', async () => {
    const [teller, hearer] = await pair(kit);
    teller.hints.tell([gone(3)]);
    await teller.hints.close();
    await hears(hearer, gone(3));
  });

  test('after the end nothing is told, nothing throws, and the feed is over', async () => {
    const [teller, hearer] = await pair(kit);
    await teller.hints.close();
    await until('its feed ends', teller.ended);
    teller.hints.watch(session(1));
    teller.hints.listenAs(1);
    teller.hints.tell([gone(3)]);
    teller.hints.unwatch(session(1));
    await teller.hints.close();
    assert.deepEqual(hearer.heard, [{ kind: 'missed' }]);
  });

  for (const scheme of kit.schemes) {
    test(`it connects over ${scheme} to a server that says nothing, gives up, tries again, and is closed`, async () => {
      const sockets = new Set<Socket>();
      let taken = 0;
      const silent = createServer((socket) => {
        taken += 1;
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket)).resume();
        socket.on('error', () => {});
      }).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const address = silent.address();
      assert.ok(address !== null && typeof address === 'object');
      const clock = handClock(0);
      const instance = await kit.open(kit.newPrefix(), clock, `${scheme}://127.0.0.1:${address.port}`);
      for (let tries = 1; tries <= 3; tries += 1) {
        await until(
          `it tries a time ${tries}`,
          () => taken === tries,
          () => clock.advance(100),
        );
        await until('former tries have left nothing open', () => sockets.size === 1);
      }
      instance.hints.tell([gone(3)]);
      await instance.hints.close();
      await until('nothing is left open', () => sockets.size === 0);
      silent.close();
      await once(silent, 'close');
      assert.deepEqual(instance.heard, []);
    });
  }
}

/** A server that lets in only those who know a password. @param secrets by URL's user and password. */
export function passwordContract(
  kind: Kind,
  open: Transport['open'],
  cases: readonly Readonly<{ args: readonly string[]; right: string; wrong: string }>[],
): void {
  for (const { args, right, wrong } of cases) {
    test(`${kind.program} ${args.join(' ')}: the password is told, and a wrong one is warned of`, async () => {
      const server = await prepareServer({
        ...kind,
        named: undefined,
        args: (...at) => [...kind.args(...at), ...args],
      });
      const kit = createKit({ open, prepare: async () => server });
      await kit.prepare();
      const as = (who: string): string => server.url.replace('://', `://${who}@`);
      const prefix = kit.newPrefix();
      const [first, second] = [
        await kit.open(prefix, systemClock(), as(right)),
        await kit.open(prefix, systemClock(), as(right)),
      ];
      first.hints.listenAs(1);
      await reaches(second, first, moved(1, 1));
      const stranger = await kit.open(prefix, systemClock(), as(wrong));
      await until('it is warned of', () => stranger.lines.length > 0);
      assert.match(JSON.stringify(stranger.lines), /Authorization|WRONGPASS|NOAUTH/i);
      assert.equal(JSON.stringify(stranger.lines).includes(wrong.split(':').at(-1) as string), false);
      await kit.closeAll();
      await kit.end();
      assert.equal(stranger.lines.length, 1);
    });
  }
}

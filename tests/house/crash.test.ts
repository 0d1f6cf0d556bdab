// The process is killed with SIGKILL in the middle of traffic, again and again: what was accepted is not lost.
import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as shortly } from 'node:timers/promises';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { ServerFrame } from '../../src/contract/frames.ts';
import { silentLog } from '../../src/platform/log.ts';
import { type Answer, type AnyBody, type Asking, openClient } from './kit/client.ts';
import { openDesk } from './kit/desk.ts';
import { type EndUser, openSocket } from './kit/end-user.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, type Conversation, houseFor, issue, type LoggedEvent } from './kit/house.ts';
import { type MortalServer, mortalServer } from './kit/mortal-server.ts';
import { embeddedOnly } from './kit/storage.ts';
import { until } from './kit/until.ts';

const kills = 5;
const perKill = 60;
const sessions = 3;
const messages = (kills * perKill) / sessions + 40;

type Ask = <Body = AnyBody>(method: string, path: string, asking?: Asking) => Promise<Answer<Body>>;

/** Asks until there is an answer other than 5xx, whoever dies meanwhile. */
function stubborn(server: MortalServer, client: ReturnType<typeof openClient>): Ask {
  return async (method, path, asking = {}) => {
    const headers = { 'x-vgai-key': accountKey, ...asking.headers };
    for (;;) {
      try {
        const answer = await client.ask<never>(method, `${server.url()}${path}`, { ...asking, headers });
        if (answer.status < 500) return answer;
      } catch {
        // Nobody is there just now.
      }
      await shortly(5);
    }
  };
}

/** An end user who keeps what they were sent over all connections, and comes back after each that breaks. */
class LoyalUser {
  readonly facts: ServerFrame[] = [];
  readonly accepted = new Map<string, number>();
  readonly #server: MortalServer;
  readonly #session: Conversation;
  readonly #onAccepted: () => void;
  #socket: EndUser | null = null;

  constructor(server: MortalServer, session: Conversation, onAccepted: () => void = () => {}) {
    this.#server = server;
    this.#session = session;
    this.#onAccepted = onAccepted;
  }

  /** Says the texts in order, five at a time, and says again under the same id what was not accepted. */
  async sayAll(texts: readonly string[]): Promise<void> {
    for (let from = 0; from < texts.length; from += 5) {
      const some = texts.slice(from, from + 5);
      while (some.some((text) => !this.accepted.has(text))) {
        const socket = this.#connected();
        for (const text of some) if (!this.accepted.has(text)) socket.say(text, text);
        const settled = (): boolean => !this.#isAlive(socket) || some.every((text) => this.accepted.has(text));
        await until('the messages are accepted or the socket breaks', settled);
        if (!this.#isAlive(socket)) await shortly(5);
      }
    }
  }

  async hears(text: string): Promise<void> {
    await until(`the end user hears "${text}"`, () => {
      this.#connected();
      return this.facts.some((frame) => frame.type === 'message' && frame.text === text);
    });
  }

  leave(): void {
    this.#socket?.socket.terminate();
  }

  #isAlive({ socket }: EndUser): boolean {
    return socket.readyState === socket.OPEN || socket.readyState === socket.CONNECTING;
  }

  #connected(): EndUser {
    if (this.#socket !== null && this.#isAlive(this.#socket)) return this.#socket;
    const last = this.facts.at(-1);
    const after = last !== undefined && 'seq' in last ? last.seq : 0;
    const user = openSocket(this.#server.url(), this.#session.id, this.#session.token, { after });
    user.socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as ServerFrame;
      if (frame.type === 'message' || frame.type === 'session') this.facts.push(frame);
      if (frame.type !== 'accepted' || this.accepted.has(frame.id)) return;
      this.accepted.set(frame.id, frame.seq);
      this.#onAccepted();
    });
    this.#socket = user;
    return user;
  }
}

test('a server that is killed five times under load loses nothing, repeats only under the same webhook-id, keeps order', async (t) => {
  const desk = await openDesk();
  const client = openClient();
  const server = mortalServer({
    BATON_KEY: accountKey,
    BATON_SECRET: 'a-secret-for-tests-only',
    BATON_ALLOW_NETWORKS: '127.0.0.1/32',
    BATON_MESSAGES_PER_SECOND: '1000000',
    BATON_MESSAGE_BURST: '1000000',
  });
  const users: LoyalUser[] = [];
  t.after(async () => {
    for (const user of users) user.leave();
    await server.close();
    await desk.close();
    client.close();
  });
  await server.start();
  const ask = stubborn(server, client);
  assert.equal((await ask('PUT', '/agents/support', { json: supportFlow(desk) })).status, 200);

  let accepted = 0;
  let killed = 0;
  let reviving: Promise<void> = Promise.resolve();
  const onAccepted = (): void => {
    accepted += 1;
    if (killed >= kills || accepted < (killed + 1) * perKill) return;
    killed += 1;
    reviving = reviving.then(() => server.kill()).then(() => server.start());
  };

  const talks = await Promise.all(
    Array.from({ length: sessions }, async (_, number) => {
      type Init = { session_id: string; session_token: string };
      const { body } = await ask<Init>('POST', '/http/init', { json: { agent_id: 'support' } });
      const id = body.session_id;
      const user = new LoyalUser(server, { id, token: body.session_token }, onAccepted);
      users.push(user);
      await user.sayAll([issue]);
      const said = Array.from({ length: messages }, (_, index) => `${number}: message ${index}`);
      const answered = Array.from({ length: 60 }, (_, index) => `${number}: answer ${index}`);
      const answers = async (): Promise<void> => {
        for (const text of answered) {
          const headers = { 'idempotency-key': text.replaceAll(/[: ]/g, '-') };
          const { status } = await ask('POST', `/live-agent/outbound/${id}`, { json: { text }, headers });
          assert.equal(status, 200);
        }
      };
      await Promise.all([user.sayAll(said), answers()]);
      return { id, user, said, answered, token: body.session_token };
    }),
  );
  await reviving;
  assert.equal(killed, kills);

  for (const { id, user, said, answered, token } of talks) {
    await user.hears(String(answered.at(-1)));
    await user.hears(String(said.at(-1)));
    const { body } = await ask<{ events: LoggedEvent[] }>('GET', `/sessions/${id}/events?limit=1000`);
    assert.deepEqual(
      body.events.map(({ seq }) => seq),
      body.events.map((_, index) => index + 1),
      'the log has no hole',
    );
    const kept = (kind: string) => body.events.filter((event) => event.kind === kind).map(({ text }) => text);
    assert.deepEqual(kept('user-message-received'), [issue, ...said]);
    assert.deepEqual(kept('live-agent-message-sent'), answered);
    const arrived = () => desk.firstArrivals(id).filter(({ kind }) => kind === 'inbound');
    await until('the desk has every message', () => arrived().length === said.length);
    assert.deepEqual(
      arrived().map((call) => call.body.text),
      said,
      'first arrivals are in order',
    );
    for (const calls of Map.groupBy(desk.of('inbound', id), (call) => call.body.messageId).values()) {
      assert.equal(new Set(calls.map((call) => call.id)).size, 1, 'a repeat has the webhook-id of the first');
      assert.equal(new Set(calls.map((call) => call.raw)).size, 1, 'and its bytes');
    }
    const fresh = new LoyalUser(server, { id, token });
    users.push(fresh);
    await fresh.hears(String(said.at(-1)));
    await fresh.hears(String(answered.at(-1)));
    assert.deepEqual(user.facts, fresh.facts, 'the torn reader saw no hole and no duplicate');
  }
});

test('a second server on the same folder is refused, and the first goes on', embeddedOnly, async (t) => {
  const house = await houseFor(t);
  await assert.rejects(house.startAnother(), /in use by another Baton/);
  await house.publish(supportFlow(house.desk));
});

test('a secret whose writing was cut off is no secret: another one is made', embeddedOnly, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-secret-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // What a process leaves that dies, or finds the disk full, between making the file and writing it.
  writeFileSync(join(folder, 'secret'), '', { mode: 0o600 });
  const environment = { PORT: '0', BATON_DATA: folder, BATON_KEY: accountKey, BATON_LOG_LEVEL: 'silent' };
  const app = await startApp(readConfig(environment), { log: silentLog });
  await app.stop();
  assert.ok(readFileSync(join(folder, 'secret'), 'utf8').length >= 16);
});

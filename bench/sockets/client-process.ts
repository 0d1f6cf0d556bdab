// All the end users and their live agent, in a process beside the server's. The parent says what to do, step by step.
import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { Latencies } from '../../src/replay/latencies.ts';
import { EndUser } from './end-user.ts';
import type { Order, Resumed, Verified } from './orders.ts';

/** Facts that an end user is sent; all other kinds of the log are not for them. */
const shown = new Set([
  ...['virtual-agent-message-sent', 'live-agent-message-sent', 'user-message-received', 'session-started'],
  ...['handoff-requested', 'handoff-connected', 'handoff-assigned', 'handoff-ended', 'session-ended'],
]);

let key = '';
let url = '';
let pool: Pool | null = null;
let users: readonly EndUser[] = [];
const owedOutbounds = new Map<string, { user: EndUser; text: string }>();

async function call<Body>(method: 'GET' | 'POST', path: string, body?: object, more: object = {}): Promise<Body> {
  pool ??= new Pool(url, { connections: 64 });
  const headers = { 'x-vgai-key': key, ...(body && { 'content-type': 'application/json' }), ...more };
  const answer = await pool.request({ method, path, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${method} ${path} was answered with ${answer.statusCode} ${text}`);
  return JSON.parse(text) as Body;
}

/** Does it for all, so many at once. */
async function forAll(some: readonly EndUser[], atOnce: number, task: (user: EndUser) => Promise<void>): Promise<void> {
  const queue = [...some];
  const worker = async (): Promise<void> => {
    for (let user = queue.shift(); user !== undefined; user = queue.shift()) await task(user);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** A live agent's message; it is owed until it is answered with 200, under one key. */
async function outbound(user: EndUser, text: string, idempotencyKey: string = randomUUID()): Promise<void> {
  owedOutbounds.set(idempotencyKey, { user, text });
  await call('POST', `/live-agent/outbound/${user.id}`, { text }, { 'idempotency-key': idempotencyKey });
  owedOutbounds.delete(idempotencyKey);
}

async function talk(user: EndUser): Promise<void> {
  user.connect(url);
  await user.hears('Hello.');
  for (const turn of [1, 2, 3]) {
    user.say(`question ${turn}, which is as long as such lines are`);
    await user.hears(`question ${turn}, which is as long as such lines are`);
    await outbound(user, `answer ${turn}, which is as long as such lines are`);
    await user.hears(`answer ${turn}, which is as long as such lines are`);
  }
  await user.until(() => user.owesNothing);
}

async function prepare(order: Extract<Order, { kind: 'prepare' }>): Promise<void> {
  ({ url, key } = order);
  const made: EndUser[] = [];
  const open = async (): Promise<EndUser> => {
    const init = { agent_id: order.agentId };
    const opened = await call<{ session_id: string; session_token: string }>('POST', '/http/init', init);
    return new EndUser(opened.session_id, opened.session_token);
  };
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < order.sessions) {
      begun += 1;
      const user = await open();
      made.push(user);
      await talk(user);
    }
  };
  await Promise.all(Array.from({ length: 100 }, worker));
  users = made;
}

/** Nobody reads any more; everybody is written to, writes, and is written to again until the server dies. */
async function miss(): Promise<void> {
  for (const user of users) user.pause();
  await forAll(users, 64, (user) => outbound(user, 'missed'));
  for (const user of users) user.say('said when the server died');
  let answered = 0;
  await forAll(users, 64, async (user) => {
    await outbound(user, 'late').catch(() => {}); // It stays owed.
    answered += 1;
    if (answered === users.length >> 1) process.send?.({ kind: 'half' });
  });
  for (const user of users) user.leave();
  await pool?.destroy();
  pool = null;
}

const hasResumed = (user: EndUser): boolean =>
  user.owesNothing && user.texts.includes('missed') && user.texts.includes('said when the server died');

async function reconnect(order: Extract<Order, { kind: 'reconnect' }>): Promise<Resumed> {
  url = order.url;
  if (order.fresh) {
    users = Array.from({ length: order.sessions }, () => new EndUser(randomUUID(), 'x'.repeat(180)));
    for (const user of users) user.say('said when the server died');
  }
  const before = users.reduce((sum, { connections }) => sum + connections, 0);
  const cpu = process.cpuUsage();
  const from = performance.now();
  let done = 0;
  const report = setInterval(() => process.stderr.write(`  ${done} of ${users.length} have resumed\n`), 5_000);
  for (const user of users) user.connect(url);
  await Promise.all(
    users.map(async (user) => {
      await user.until(() => hasResumed(user));
      done += 1;
    }),
  );
  const ms = performance.now() - from;
  clearInterval(report);
  const used = process.cpuUsage(cpu);
  const firsts = new Latencies();
  for (const { firstFrameMs } of users) firsts.add(firstFrameMs ?? 0);
  const connections = users.reduce((sum, user) => sum + user.connections, 0) - before;
  return { ms, firstFrame: firsts.quantiles(), connections, cpuUs: used.user + used.system };
}

/** What the live agent could not send is sent again, then something new, and everybody hears it. */
async function live(): Promise<void> {
  for (const [idempotencyKey, { user, text }] of owedOutbounds) await outbound(user, text, idempotencyKey);
  await forAll(users, 64, async (user) => {
    await outbound(user, 'live');
    await user.hears('live');
    await user.hears('late');
  });
}

async function verify(sample: number): Promise<Verified> {
  const once = ['missed', 'late', 'live', 'said when the server died', 'Hello.'];
  const faults = users.flatMap((user) => [
    ...user.faults,
    ...once.filter((text) => user.texts.filter((one) => one === text).length !== 1).map((text) => `"${text}" not once`),
    ...(user.texts.length === once.length + 6 ? [] : [`${user.texts.length} messages`]),
  ]);
  const step = Math.max(1, Math.floor(users.length / sample));
  const sampled = users.filter((_, index) => index % step === 0);
  await forAll(sampled, 16, async (user) => {
    type Log = { events: readonly { seq: number; kind: string }[] };
    const { events } = await call<Log>('GET', `/sessions/${user.id}/events?limit=1000`);
    const log = events.filter(({ kind }) => shown.has(kind)).map(({ seq }) => seq);
    if (log.join() !== user.seqs.join()) faults.push(`the log has ${log.join()}, the end user ${user.seqs.join()}`);
  });
  return { clients: users.length, sampled: sampled.length, faults };
}

async function obey(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'prepare':
      return prepare(order);
    case 'miss':
      return miss();
    case 'reconnect':
      return reconnect(order);
    case 'live':
      return live();
    case 'verify':
      return verify(order.sample);
    case 'leave':
      for (const user of users) user.leave();
      return null;
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ kind: 'done', result }),
    (error: unknown) => process.send?.({ kind: 'failed', error: String(error) }),
  );
});

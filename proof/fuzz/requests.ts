import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import type { Operation } from './operations.ts';
import { accountKey } from './program.ts';
import { readerKey } from './quirk-values.ts';
import { applyQuirk, type Quirk, quirk } from './quirks.ts';
import { type Mutation, mutate, mutation, valid, writeJson } from './values.ts';
import type { World } from './world.ts';

/** A request before the world is asked which session, which key, which id: it can be shrunk, and made again. */
export type Draft = Readonly<{
  operation: Operation;
  pick: number;
  body: unknown;
  query: Readonly<Record<string, unknown>>;
  mutations: readonly Mutation[];
  quirks: readonly Quirk[];
}>;

/** A request as it is sent. */
export type Sent = {
  method: string;
  path: string;
  query: [string, string][];
  headers: [string, string][];
  body: Buffer;
};

const sometimes = <Item>(item: fc.Arbitrary<Item>, most: number): fc.Arbitrary<readonly Item[]> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<readonly Item[]>([]) },
    { weight: 1, arbitrary: fc.array(item, { minLength: 1, maxLength: most }) },
  );

/** @param rare operations that are costly by design: passwords, and signatures that are wrong. */
export function drafts(operations: readonly Operation[], rare: ReadonlySet<string>): fc.Arbitrary<Draft> {
  const each = operations.map((operation) => ({
    weight: rare.has(operation.id) ? 1 : 20,
    arbitrary: draftOf(operation),
  }));
  return fc.oneof(...each);
}

function draftOf(operation: Operation): fc.Arbitrary<Draft> {
  const query = Object.fromEntries(operation.query.map(({ name, schema }) => [name, valid(schema)]));
  return fc.record({
    operation: fc.constant(operation),
    pick: fc.nat({ max: 1_000_000 }),
    body: operation.body === null ? fc.constant(undefined) : valid(operation.body),
    query: fc.oneof(fc.constant({}), fc.record(query, { requiredKeys: [] })) as fc.Arbitrary<Draft['query']>,
    mutations: sometimes(mutation, 3),
    quirks: sometimes(quirk, 2),
  });
}

const standing = /^\/agents\/(stub|queued|never|dead|stuck|desk|chat)(?![\w-])/;

/** Sound requests of one operation. */
export const soundDrafts = (operation: Operation): fc.Arbitrary<Draft> =>
  draftOf(operation).map((draft) => ({ ...draft, mutations: [], quirks: [] }));

export function build(world: World, draft: Draft): Sent {
  const { operation, pick } = draft;
  const { method, path: template, access } = operation;
  const ids = operation.parameters.map((name) => [name, world.idFor(operation, name, pick)] as const);
  const sent: Sent = {
    method,
    path: ids.reduce((path, [name, id]) => path.replace(`{${name}}`, encodeURIComponent(id)), template),
    query: Object.entries(draft.query).map(([name, value]) => [name, String(value)]),
    headers: [['Host', `127.0.0.1:${world.program.port}`]],
    body: bodyOf(world, draft),
  };
  if (access === 'key') sent.headers.push(['X-Vgai-Key', accountKey]);
  if (access === 'session') sent.headers.push(['Authorization', `Bearer ${world.session(pick).token}`]);
  if (access === 'cookie') {
    sent.headers.push(['Cookie', operation.id.endsWith('signOut') ? world.spareCookie : world.cookie]);
    sent.headers.push(['Sec-Fetch-Site', 'same-origin']);
  }
  if (sent.body.length > 0) sent.headers.push(['Content-Type', 'application/json']);
  if (operation.isIdempotent && pick % 3 === 0) sent.headers.push(['Idempotency-Key', `k${pick % 50}`]);
  for (const one of draft.quirks) applyQuirk(one, sent);
  for (const header of sent.headers) if (header[1] === readerKey) header[1] = world.program.readerKey;
  // The virtual agents that bring sessions into their states stay as they are.
  if (sent.method !== 'GET' && sent.method !== 'HEAD') sent.path = sent.path.replace(standing, '/agents/scratch-1');
  if (access === 'signature') sign(world, sent, pick);
  return sent;
}

function bodyOf(world: World, { operation, pick, body, mutations }: Draft): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  const real = realBody(world, operation, pick, body);
  return Buffer.from(writeJson(mutations.length === 0 ? real : mutate(real, mutations)));
}

/** Where chance would hardly make a body that means something, what a real conversation sends. */
function realBody(world: World, { id }: Operation, pick: number, made: unknown): unknown {
  if (id === 'publishAgent' && pick % 4 !== 0) return world.flows[pick % world.flows.length];
  if (id === 'saveDraft' && pick % 2 === 0)
    return { ...(made as object), definition: world.flows[pick % world.flows.length] };
  if (id === 'publishDraft' && pick % 2 === 0) return {};
  if (id === 'openTrial' && pick % 2 === 0) return { live_agent: pick % 4 === 0 ? 'desk' : 'tester' };
  if (id === 'testEndpoint' && pick % 4 !== 0) return { ...(made as object), url: endpointOf(world, pick) };
  if (id === 'init') return { ...(made as object), agent_id: ['stub', 'desk', 'queued', 'scratch-1'][pick % 4] };
  if (id.startsWith('hook.')) return hookBody(world, id.slice(5), pick, made);
  const { email, password } = world.owner;
  if (id === 'signIn' && pick % 2 === 0) return { email, password };
  if (id === 'changePassword' && pick % 2 === 0) return { current: password, password };
  const isLive = ['outbound', 'disconnect', 'assign', 'typing'].includes(id);
  return isLive && pick % 4 !== 0 ? { ...(made as object), epoch: 1 } : made;
}

/** One that takes what it is sent, one that refuses, and the built-in desk's. */
const endpointOf = (world: World, pick: number): string =>
  [
    world.stub.url('content')('tested'),
    world.stub.url('refusing')('tested'),
    `${world.program.url}/desk/hooks/inbound`,
  ][pick % 3] ?? '';

function hookBody(world: World, kind: string, pick: number, made: unknown): unknown {
  const sessionId = world.told[pick % world.told.length] ?? '';
  const instant = new Date(1_900_000_000_000 + pick).toISOString();
  const heard = world.stub.heard.get(kind);
  const real = heard === undefined ? made : (JSON.parse(heard) as object);
  const own =
    kind === 'start' ? { agentId: 'desk' } : kind === 'inbound' ? { seq: 20 + (pick % 9), messageId: `m${pick}` } : {};
  const epoch = kind === 'inbound' || kind === 'ended' ? { epoch: 1 } : {};
  const times =
    kind === 'inbound' ? { timestamp: instant, respondBy: instant } : kind === 'status' ? { timestamp: instant } : {};
  return { ...(real as object), sessionId, ...own, ...epoch, ...times };
}

function sign(world: World, sent: Sent, pick: number): void {
  const id = `call-${pick % 5000}`;
  const at = new Date();
  // A wrong signature makes the desk ask for newer secrets once a second, by design: it is tried now and then.
  const isWrong = pick % 499 === 0;
  const signature = new Webhook(world.secret).sign(id, at, sent.body.toString('utf8'));
  sent.headers.push(['webhook-id', id], ['webhook-timestamp', String(Math.floor(at.getTime() / 1000))]);
  sent.headers.push(['webhook-signature', isWrong ? `v1,${'A'.repeat(43)}=` : signature]);
}

/** The exact bytes. A quirk that gave a length or an encoding keeps it. */
export function bytesOf(sent: Sent): Buffer {
  const query = sent.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const target = query === '' ? sent.path : `${sent.path}${sent.path.includes('?') ? '&' : '?'}${query}`;
  const isFramed = sent.headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const isBare = sent.body.length === 0 && !['POST', 'PUT', 'PATCH'].includes(sent.method);
  const length = isFramed || isBare ? [] : [`Content-Length: ${sent.body.length}`];
  const lines = [
    `${sent.method} ${target} HTTP/1.1`,
    ...sent.headers.map(([name, value]) => `${name}: ${value}`),
    ...length,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), sent.body]);
}

/** A lone surrogate has no form in a URL; everything else is encoded. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

const longest = 2_000;

/** A command line that sends it again; bodies that are no text, or long, go in hex. */
export function asCurl(url: string, sent: Sent): string {
  const query = sent.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const headers = sent.headers.map(([name, value]) => `-H ${quote(`${name}: ${short(value)}`)}`);
  const text = sent.body.toString('utf8');
  const isText = Buffer.from(text).equals(sent.body) && !text.includes('\0');
  const body = isText
    ? `--data-binary ${quote(short(text))}`
    : `--data-binary @<(echo ${short(sent.body.toString('hex'))} | xxd -r -p)`;
  const target = quote(short(`${url}${sent.path}${query === '' ? '' : `?${query}`}`));
  return [
    'curl -i --path-as-is',
    '-X',
    sent.method,
    ...headers,
    ...(sent.body.length === 0 ? [] : [body]),
    target,
  ].join(' ');
}

const short = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}…(${text.length} long)`;

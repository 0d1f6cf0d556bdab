import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type DeskMe,
  type DeskPerson,
  type DeskStory,
  type DeskSync,
  deskApi,
  sayRequest,
} from '../contract/desk-api.ts';
import { heldByNetwork } from '../platform/edge/held-requests.ts';
import { isTooDeep } from '../platform/json-depth.ts';
import type { Commands } from './conversations/commands.ts';
import { accept, DeskError, tooDeepError } from './desk-error.ts';
import { checkSameOrigin } from './doors.ts';
import type { Accounts, Admitted } from './people/accounts.ts';
import { mountSignIn, type SignInParts } from './people/sign-in-api.ts';
import { type Conversation, wire } from './store/conversation-table.ts';
import type { DeskStore } from './store/desk-store.ts';
import { overviewOf, type Streams } from './streams.ts';

export type ApiParts = Readonly<{
  store: DeskStore;
  commands: Commands;
  accounts: Accounts;
  /** The accounts that the desk keeps itself; null where it does not. */
  own: SignInParts | null;
  streams: Streams;
  typing: (conversation: Conversation) => void;
  /** The desk's own public base URL. */
  url: () => string;
}>;

/** A message of the longest text, every character written as an escape. */
const longestBody = 64 * 1024;
/** Those who sign in are strangers yet. */
const mostStrangers = { requests: 50, bytes: 50 * longestBody };
const mostNetworks = 200;

/** Everything that the pages ask (`deskApi`); answers are never kept by browsers or proxies. */
export function mountApi(scope: FastifyInstance, parts: ApiParts): void {
  readJson(scope);
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    checkSameOrigin(request, parts.url());
  });
  scope.register((inside, _, registered) => {
    const held = heldByNetwork(mostStrangers, mostNetworks);
    inside.addHook('onRequest', async (request, reply) => {
      if (held(request.ip).take(request.headers, reply.raw, longestBody)) return;
      throw new DeskError('overloaded', 'Too many sign in at once; try again in a second.', {}, 1);
    });
    if (parts.own !== null) mountSignIn(inside, parts.own, parts.url);
    mountSignOut(inside, parts);
    registered();
  });
  scope.register((inside, _, registered) => {
    const whoAsks = admitting(inside, parts);
    mountConversations(inside, parts, whoAsks);
    mountChanges(inside, parts, whoAsks);
    registered();
  });
}

/** JSON only; no body at all counts as none. */
function readJson(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else if (isTooDeep(body)) done(tooDeepError());
    else void parse(request, body, done);
  });
}

const pathOf = ({ path }: { path: string }): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const send = (reply: FastifyReply, cookies: readonly string[]): void => {
  if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
};

function mountSignOut(scope: FastifyInstance, { accounts, streams }: ApiParts): void {
  scope.post(pathOf(deskApi.signOut), async (request, reply) => {
    const { signIn, cookies } = await accounts.signOut(request.headers.cookie);
    if (signIn !== null) streams.closeOf(signIn);
    send(reply, cookies);
    return reply.code(204).send();
  });
}

/** Who asks, as the hook before every call found out. */
type WhoAsks = (request: FastifyRequest) => Admitted;

/** Lets in who is signed in; a cookie that was prolonged is given anew. */
function admitting(scope: FastifyInstance, { accounts }: ApiParts): WhoAsks {
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  // Before the body is read: nobody who is not signed in makes the desk read anything.
  scope.addHook('onRequest', async (request, reply) => {
    const found = await accounts.admit(request.headers.cookie);
    send(reply, found.cookies);
    admitted.set(request, found);
  });
  return (request) => {
    const found = admitted.get(request);
    if (found === undefined) throw new Error('A call was let in without asking who makes it.');
    return found;
  };
}

type ById = { Params: { id: string } };

function mountConversations(scope: FastifyInstance, parts: ApiParts, whoAsks: WhoAsks): void {
  const { commands, store, typing, accounts } = parts;
  const personOf = (request: FastifyRequest): DeskPerson => whoAsks(request).person;
  scope.get(pathOf(deskApi.me), async (request): Promise<DeskMe> => {
    const { signInAt } = accounts;
    return { person: personOf(request), ...(signInAt !== null && { signInAt }) };
  });
  scope.get<ById>(pathOf(deskApi.story), async ({ params: { id } }): Promise<DeskStory> => {
    const conversation = wire(commands.find(id));
    const entries = [...store.entries.of(id)];
    return { conversation, ...store.conversations.history(id), entries, cursor: store.cursor() };
  });
  scope.post<ById>(pathOf(deskApi.take), async (request) => commands.take(request.params.id, personOf(request)));
  scope.post<ById>(pathOf(deskApi.say), async (request) => {
    const { id, text } = accept(sayRequest.read(request.body));
    return commands.say(request.params.id, personOf(request), { id, text });
  });
  scope.post<ById>(pathOf(deskApi.typing), async (request, reply) => {
    const conversation = commands.find(request.params.id);
    const person = personOf(request);
    const isTheirs = conversation.state === 'open' && conversation.assignee?.id === person.id;
    if (isTheirs && !conversation.ending) typing(conversation);
    return reply.code(204).send();
  });
  scope.post<ById>(pathOf(deskApi.end), async (request) => commands.end(request.params.id, personOf(request)));
}

type Following = { Querystring: { after?: string | string[] } };

function mountChanges(scope: FastifyInstance, { store, streams, accounts }: ApiParts, whoAsks: WhoAsks): void {
  scope.get<Following>(pathOf(deskApi.sync), async ({ query }): Promise<DeskSync> => {
    const after = cursorOf(query.after, store);
    return after === null ? overviewOf(store) : store.changesAfter(after, -1);
  });
  scope.get<Following>(pathOf(deskApi.stream), { exposeHeadRoute: false }, (request, reply) => {
    const after = cursorOf(request.headers['last-event-id'] ?? request.query.after, store);
    const { signIn } = whoAsks(request);
    streams.open(reply, { signIn, isSignedIn: () => accounts.holds(signIn) }, after);
  });
}

/**
 * A cursor as a query or a header gives it; null for none. One that this desk has not reached is of another database,
 * so it counts as none. @throws DeskError `wrong-shape`.
 */
function cursorOf(given: string | string[] | undefined, store: DeskStore): number | null {
  if (given === undefined || given === '') return null;
  if (typeof given === 'string' && /^\d{1,15}$/.test(given)) {
    return Number(given) > store.cursor() ? null : Number(given);
  }
  const faults = [{ path: 'after', message: 'Give the cursor that the desk gave, a whole number.' }];
  throw new DeskError('wrong-shape', 'after: Give the cursor that the desk gave, a whole number.', { faults });
}

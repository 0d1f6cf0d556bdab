import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DeskPerson, type DeskStory, type DeskSync, deskApi, sayRequest } from '../contract/desk-api.ts';
import { linkRequest, ownerRequest, signInRequest } from '../contract/people/people.ts';
import type { Attempts } from '../platform/edge/attempts.ts';
import { heldByNetwork } from '../platform/edge/held-requests.ts';
import { type SignInCookie, signInCookie } from '../platform/edge/sign-in-cookie.ts';
import { isTooDeep } from '../platform/json-depth.ts';
import type { Commands } from './conversations/commands.ts';
import { accept, DeskError, tooDeepError } from './desk-error.ts';
import { checkSameOrigin } from './doors.ts';
import { type People, type SignedIn, signInDays } from './people/people.ts';
import { type Conversation, wire } from './store/conversation-table.ts';
import type { DeskStore } from './store/desk-store.ts';
import { overviewOf, type Streams } from './streams.ts';

export type ApiParts = Readonly<{
  store: DeskStore;
  commands: Commands;
  people: People;
  attempts: Attempts;
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
    mountSignIn(inside, parts);
    registered();
  });
  scope.register((inside, _, registered) => {
    // Before the body is read: nobody who is not signed in makes the desk read anything.
    inside.addHook('onRequest', async (request, reply) => void signedIn(parts, request, reply));
    mountConversations(inside, parts);
    mountChanges(inside, parts);
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

/** @param url the desk's own public base URL. */
const cookieOf = (url: string): SignInCookie =>
  signInCookie(url, { name: 'baton_desk', seconds: signInDays * 24 * 3600 });

/** @throws DeskError `rate-limited` when there were too many tries. */
function noteTry({ attempts }: ApiParts, address: string, email?: string): void {
  const waitMs = attempts.note(address, email);
  if (waitMs === 0) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new DeskError('rate-limited', `Too many tries to sign in; try again in ${seconds} s.`, {}, seconds);
}

/** Links cannot be guessed; wrong passwords from an address do not lock out who comes from there by a link. */
const byLink = ({ ip }: FastifyRequest): string => `${ip}, by link`;

function mountSignIn(scope: FastifyInstance, parts: ApiParts): void {
  const { people, attempts, streams, url } = parts;
  const welcome = (reply: FastifyReply, { person, token }: SignedIn): object => {
    reply.header('set-cookie', cookieOf(url()).write(token));
    return { person };
  };
  scope.post(pathOf(deskApi.signIn), async (request, reply) => {
    const { email, password } = accept(signInRequest.read(request.body));
    noteTry(parts, request.ip, email);
    const signedInNow = await people.signIn(email, password);
    attempts.forgive(request.ip, email);
    return welcome(reply, signedInNow);
  });
  scope.post(pathOf(deskApi.signInByLink), async (request, reply) => {
    const { token } = accept(linkRequest.read(request.body));
    noteTry(parts, byLink(request));
    const signedInNow = people.signInByLink(token);
    attempts.forgive(byLink(request));
    return welcome(reply, signedInNow);
  });
  scope.post(pathOf(deskApi.makeOwner), async (request, reply) => {
    const claim = accept(ownerRequest.read(request.body));
    noteTry(parts, byLink(request));
    const signedInNow = await people.makeOwner(claim);
    attempts.forgive(byLink(request));
    return welcome(reply, signedInNow);
  });
  scope.post(pathOf(deskApi.signOut), async (request, reply) => {
    const cookie = cookieOf(url());
    const token = cookie.read(request.headers.cookie);
    if (token !== null) {
      people.signOut(token);
      streams.closeOf(token);
    }
    return reply.header('set-cookie', cookie.erase()).code(204).send();
  });
}

/** Who asks. A cookie that was prolonged is given anew. @throws DeskError `signed-out`. */
function signedIn({ people, url }: ApiParts, request: FastifyRequest, reply: FastifyReply): DeskPerson {
  const cookie = cookieOf(url());
  const token = cookie.read(request.headers.cookie);
  const found = token === null ? null : people.personOf(token);
  if (found === null || token === null) throw new DeskError('signed-out', 'Nobody is signed in here; sign in first.');
  if (found.prolonged) reply.header('set-cookie', cookie.write(token));
  return found.person;
}

type ById = { Params: { id: string } };

function mountConversations(scope: FastifyInstance, parts: ApiParts): void {
  const { commands, store, typing } = parts;
  scope.get(pathOf(deskApi.me), async (request, reply) => ({ person: signedIn(parts, request, reply) }));
  scope.get<ById>(pathOf(deskApi.story), async ({ params: { id } }): Promise<DeskStory> => {
    const conversation = wire(commands.find(id));
    const entries = [...store.entries.of(id)];
    return { conversation, ...store.conversations.history(id), entries, cursor: store.cursor() };
  });
  scope.post<ById>(pathOf(deskApi.take), async (request, reply) =>
    commands.take(request.params.id, signedIn(parts, request, reply)),
  );
  scope.post<ById>(pathOf(deskApi.say), async (request, reply) => {
    const { id, text } = accept(sayRequest.read(request.body));
    return commands.say(request.params.id, signedIn(parts, request, reply), { id, text });
  });
  scope.post<ById>(pathOf(deskApi.typing), async (request, reply) => {
    const conversation = commands.find(request.params.id);
    const person = signedIn(parts, request, reply);
    const isTheirs = conversation.state === 'open' && conversation.assignee?.id === person.id;
    if (isTheirs && !conversation.ending) typing(conversation);
    return reply.code(204).send();
  });
  scope.post<ById>(pathOf(deskApi.end), async (request, reply) =>
    commands.end(request.params.id, signedIn(parts, request, reply)),
  );
}

type Following = { Querystring: { after?: string | string[] } };

function mountChanges(scope: FastifyInstance, parts: ApiParts): void {
  const { store, streams, people, url } = parts;
  scope.get<Following>(pathOf(deskApi.sync), async ({ query }): Promise<DeskSync> => {
    const after = cursorOf(query.after, store);
    return after === null ? overviewOf(store) : store.changesAfter(after, -1);
  });
  scope.get<Following>(pathOf(deskApi.stream), { exposeHeadRoute: false }, (request, reply) => {
    const after = cursorOf(request.headers['last-event-id'] ?? request.query.after, store);
    const token = cookieOf(url()).read(request.headers.cookie) ?? '';
    streams.open(reply, { token, isSignedIn: () => people.holds(token) }, after);
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

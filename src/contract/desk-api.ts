import Type, { type Static, type TSchema } from 'typebox';
import { shape } from './shape.ts';
import { Instant, SessionId, Text } from './text.ts';

/*
 * What the pages of the built-in desk ask of the desk. It is no part of the router's wire: any other desk has its own.
 *
 * 1. The desk numbers its changes. A page that knows all up to a cursor asks for what changed after it, once (`sync`) or
 *    as a stream (`stream`), and gets each conversation and entry as it is now: what it missed is never more than that.
 * 2. Entries are in order of `place`: compared number by number, they are the conversation as the desk knows it.
 */

/** Where the desk's own calls stand, below its base URL. */
export const deskPaths = { pages: '/desk', api: '/desk/api', hooks: '/desk/hooks' } as const;

/** Its endpoints, below `deskPaths.hooks`. */
export const deskHooks = ['start', 'inbound', 'status', 'ended'] as const;

const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const DeskPerson = Type.Object({ id: Type.String(), name: Type.String() });

/** One handoff, as the desk sees it. Its id is `<session id>.<epoch>`. */
export const DeskConversation = Type.Object({
  id: Type.String(),
  sessionId: SessionId,
  epoch: Type.Integer(),
  agentId: Type.String(),
  /** Waiting: nobody has taken it. Ended: the virtual agent, or nobody, owns the session again. */
  state: Type.Union([Type.Literal('waiting'), Type.Literal('open'), Type.Literal('ended')]),
  assignee: nullable(DeskPerson),
  /** Somebody asked to hand back, and the router has not taken it yet. */
  ending: Type.Boolean(),
  /** Why it ended, as the router's *ended* call says it (contract 3.5). */
  endReason: nullable(Type.String()),
  startedAt: Instant,
  /** By when the live agent must answer; null while they owe no answer. */
  respondBy: nullable(Instant),
  /** Seq up to which the start call's transcript reached; the first inbound message names it as the one before. */
  lastSeq: Type.Integer(),
  /** What the end user is called, from the transferred parameters; null when nothing says so. */
  customer: nullable(Type.String()),
  /** The newest line of either side, shortened, for lists. */
  preview: nullable(
    Type.Object({
      from: Type.Union([Type.Literal('user'), Type.Literal('virtual_agent'), Type.Literal('live_agent')]),
      text: Type.String(),
    }),
  ),
  /** When something last happened in it. */
  changedAt: Instant,
});

const Place = Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 });

export const DeskUserMessage = Type.Object({
  kind: Type.Literal('user-message'),
  conversationId: Type.String(),
  place: Place,
  messageId: Type.String(),
  seq: Type.Integer(),
  /** The message that was sent to the desk before this one; when the desk does not have it, there is a hole. */
  previousSeq: Type.Integer(),
  text: Type.String(),
  at: Instant,
});

export const DeskLiveAgentMessage = Type.Object({
  kind: Type.Literal('live-agent-message'),
  conversationId: Type.String(),
  place: Place,
  /** Chosen by the page that sent it. */
  id: Type.String(),
  text: Type.String(),
  at: Instant,
  by: DeskPerson,
  /** Sending: the router has not taken it yet. Refused: it will not take it, `why` says why. */
  status: Type.Enum(['sending', 'submitted', 'delivered', 'read', 'undeliverable', 'refused']),
  why: nullable(Type.String()),
});

export const DeskEntry = Type.Union([DeskUserMessage, DeskLiveAgentMessage]);

/** One answer of `sync` and one event of `stream`: all that changed after the cursor that was asked for. */
export const DeskSync = Type.Object({
  cursor: Type.Integer(),
  conversations: Type.Array(DeskConversation),
  entries: Type.Array(DeskEntry),
});

/** A conversation with all that is in it. `transcript` and `parameters` are the start call's and do not change. */
export const DeskStory = Type.Object({
  conversation: DeskConversation,
  transcript: Type.Array(
    Type.Object({ from: Type.Union([Type.Literal('user'), Type.Literal('agent')]), text: Type.String() }),
  ),
  parameters: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  entries: Type.Array(DeskEntry),
  cursor: Type.Integer(),
});

const ClientId = Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' });

/** The same id twice is one message. */
export const SayRequest = Type.Object({ id: ClientId, text: Text });
export const DeskMe = Type.Object({
  person: DeskPerson,
  /** Where one signs in, at a desk whose people are the router's. */
  signInAt: Type.Optional(Type.String()),
});

export type DeskPerson = Static<typeof DeskPerson>;
export type DeskConversation = Static<typeof DeskConversation>;
export type DeskUserMessage = Static<typeof DeskUserMessage>;
export type DeskLiveAgentMessage = Static<typeof DeskLiveAgentMessage>;
export type DeskEntry = Static<typeof DeskEntry>;
export type DeskSync = Static<typeof DeskSync>;
export type DeskStory = Static<typeof DeskStory>;
export type DeskMe = Static<typeof DeskMe>;

export const sayRequest = shape(SayRequest);

/** A call of the desk's pages. Paths stand below `deskPaths.api`; those with a body take and give JSON. */
export const deskApi = {
  /** 200 DeskMe; 401 `signed-out` when nobody is signed in, with `signInAt` where the page is not to do it itself. */
  me: { method: 'GET', path: '/me' },
  /** This and the next two only where the desk keeps its own accounts. OwnerRequest of people: makes the owner's account by the link of the first start, and signs in. 200 DeskMe. */
  makeOwner: { method: 'POST', path: '/owner' },
  /** SignInRequest of people. 200 DeskMe. */
  signIn: { method: 'POST', path: '/sign-in' },
  /** LinkRequest of people: signs in by a one-time link. 200 DeskMe. */
  signInByLink: { method: 'POST', path: '/link' },
  /** 204. */
  signOut: { method: 'POST', path: '/sign-out' },
  /** `?after=` a cursor; without it waiting and open conversations and the newest 100 that ended, without entries. */
  sync: { method: 'GET', path: '/sync' },
  /** Server-sent events; each is a DeskSync whose id is its cursor. `?after=` or `Last-Event-ID`. */
  stream: { method: 'GET', path: '/stream' },
  /** 200 DeskStory. */
  story: { method: 'GET', path: '/conversations/{id}' },
  /** Takes it, also from somebody else. 200 DeskConversation; 409 `ended`. */
  take: { method: 'POST', path: '/conversations/{id}/take' },
  /** SayRequest; takes the conversation when nobody has. 200 DeskLiveAgentMessage; 409 `ended` or `not-yours`. */
  say: { method: 'POST', path: '/conversations/{id}/messages' },
  /** Tells the end user that somebody writes. 204; may be lost. */
  typing: { method: 'POST', path: '/conversations/{id}/typing' },
  /** Hands back to the virtual agent. 200 DeskConversation; of one that has ended it changes nothing. */
  end: { method: 'POST', path: '/conversations/{id}/end' },
} as const;

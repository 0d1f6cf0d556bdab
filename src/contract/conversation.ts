import Type, { type Static } from 'typebox';
import type { SessionEvent } from '../core/events.ts';
import { type Flow, nodeOf } from '../core/flow/flow.ts';
import { ownerOf, type Session } from '../core/session.ts';
import { shape } from './shape.ts';
import { Instant, instant, OptionalText, SessionId } from './text.ts';

export const AgentId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: "A virtual agent's id." });

export const UserId = Type.String({
  ...{ minLength: 1, maxLength: 256 },
  description: 'Names the end user across sessions.',
});

export const InitRequest = Type.Object({
  agent_id: AgentId,
  user: Type.Optional(Type.Object({ id: UserId })),
});

export const InitAnswer = Type.Object({
  session_id: SessionId,
  session_start_time: Instant,
  session_expiration_time: Instant,
  session_token: Type.String({ description: 'A JWT, HS256 over {session_id, iat, exp}; good for this session.' }),
});

export const ParameterName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$' });

export const ParameterValue = Type.Union([OptionalText, Type.Array(OptionalText, { maxItems: 100 })]);

export const Assignments = Type.Array(Type.Object({ name: ParameterName, value: ParameterValue }), { maxItems: 200 });

export const StepRequest = Type.Object({
  input: Type.Optional(Type.Union([OptionalText, Type.Null()])),
  parameters: Type.Optional(Assignments),
});

const Message = Type.Object({ text: Type.String() });

export const StepAnswer = Type.Object({
  session_id: SessionId,
  session_status: Type.Union([Type.Literal('AWAITING_INPUT'), Type.Literal('ENDED')]),
  messages: Type.Array(Message, { description: 'What the virtual agent said in this step.' }),
  nodes: Type.Array(
    Type.Object({
      id: Type.String(),
      type: Type.String(),
      status: Type.Union([Type.Literal('DONE'), Type.Literal('AWAITING_INPUT'), Type.Literal('FAILED')]),
      errors: Type.Array(Type.String()),
      messages: Type.Array(Message),
    }),
  ),
  owner: Type.Optional(Type.Literal('live_agent', { description: 'Present while a live agent owns the session.' })),
});

/** What a visitor may know of a virtual agent that chats with anybody (`webChat`). */
export const ChatProfile = Type.Object({ agent_id: AgentId, name: Type.String() });
export type ChatProfile = Static<typeof ChatProfile>;

export const initRequest = shape(InitRequest);
export const stepRequest = shape(StepRequest);

export function initAnswer(
  session: Pick<Session, 'id' | 'startedAt' | 'expiresAt'>,
  token: string,
): Static<typeof InitAnswer> {
  return {
    session_id: session.id,
    session_start_time: instant(session.startedAt),
    session_expiration_time: instant(session.expiresAt),
    session_token: token,
  };
}

type Step = Static<typeof StepAnswer>;
type StepNode = Step['nodes'][number];

/** What a step is answered with: the session after it, and the events that it caused. */
export function stepAnswer(session: Session, events: readonly SessionEvent[], flow: Flow | null): Step {
  const nodes: StepNode[] = [];
  for (const event of events) addToNodes(nodes, event, flow);
  const owner = ownerOf(session);
  return {
    session_id: session.id,
    session_status: owner === 'nobody' ? 'ENDED' : 'AWAITING_INPUT',
    messages: nodes.flatMap((node) => node.messages),
    nodes,
    ...(owner === 'live_agent' ? { owner } : {}),
  };
}

/** The node that is about; of one that was entered in an earlier step it is the first word in this one. */
function nodeNow(nodes: StepNode[], id: string, flow: Flow | null): StepNode {
  const last = nodes.at(-1);
  if (last?.id === id) return last;
  const node: StepNode = { id, type: typeOf(flow, id), status: 'DONE', errors: [], messages: [] };
  nodes.push(node);
  return node;
}

const typeOf = (flow: Flow | null, id: string): string =>
  (flow === null ? undefined : nodeOf(flow, id))?.type ?? 'collect-input';

function addToNodes(nodes: StepNode[], event: SessionEvent, flow: Flow | null): void {
  const last = nodes.at(-1);
  switch (event.kind) {
    case 'node-entered':
      nodes.push({ id: event.node, type: event.type, status: 'DONE', errors: [], messages: [] });
      return;
    case 'input-taken':
      nodeNow(nodes, event.node, flow).status = 'DONE';
      return;
    case 'virtual-agent-message-sent':
      nodeNow(nodes, event.node, flow).messages.push({ text: event.text });
      return;
    case 'skill-failed': {
      const node = nodeNow(nodes, event.node, flow);
      node.status = 'FAILED';
      // Why is for those who may read the log: it names hosts and credentials.
      node.errors.push('It got no answer; the events of the session say why.');
      return;
    }
    case 'input-awaited':
    case 'handoff-requested':
      if (last !== undefined) last.status = 'AWAITING_INPUT';
      return;
    case 'handoff-unavailable':
      if (last === undefined) return;
      last.status = 'FAILED';
      last.errors.push('Live agent routing needs a socket; connect GET /http/{session_id}/socket in this session.');
      return;
    case 'session-ended':
      if (event.detail !== undefined) last?.errors.push(event.detail);
      return;
    default:
      return;
  }
}

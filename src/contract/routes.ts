import Type, { type TSchema } from 'typebox';
import { InitAnswer, InitRequest, StepAnswer, StepRequest } from './conversation.ts';
import type { ErrorCode } from './errors.ts';
import { InsightsAnswer, InsightsQuery, ParametersAnswer, SessionReport } from './insights.ts';
import { AssignRequest, DisconnectRequest, OutboundAnswer, OutboundText, SessionOwner } from './live-agent.ts';
import {
  AgentAnswer,
  AgentList,
  DeliveriesQuery,
  Delivery,
  DeliveryList,
  EventsAnswer,
  EventsQuery,
  PublishAnswer,
  SecretList,
  TranscriptAnswer,
} from './manage.ts';
import { VirtualAgentDefinition } from './virtual-agent.ts';

export const scopes = ['init', 'live-agent', 'manage', 'read'] as const;
export type Scope = (typeof scopes)[number];

/** Who may call: a key with one of these scopes, the session's own token, or anybody. */
export type Access = readonly Scope[] | 'session' | 'anybody';

/** One call of the HTTP surface. Paths use `{name}`; 401 and 403 follow from `access`, 500 and 503 may always come. */
export type Route = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  access: Access;
  tag: string;
  summary: string;
  query?: TSchema;
  body?: TSchema;
  /** Whether `Idempotency-Key` is honoured. */
  idempotent?: true;
  answer: TSchema | 'text' | 'nothing';
  errors: readonly ErrorCode[];
}>;

const Health = Type.Object({ status: Type.String() });
const bodyErrors = ['bad-json', 'wrong-shape', 'body-too-large', 'media-type'] as const;
const liveErrors = ['session-not-found', 'session-ended', 'wrong-owner', 'wrong-epoch', 'key-reused'] as const;
const read = ['read', 'manage'] as const;

export const routes = {
  init: {
    method: 'POST',
    path: '/http/init',
    access: ['init'],
    tag: 'End user',
    summary: 'Opens a session with the published version of a virtual agent. The flow is not run yet.',
    body: InitRequest,
    answer: InitAnswer,
    errors: [...bodyErrors, 'agent-not-found', 'rate-limited'],
  },
  step: {
    method: 'POST',
    path: '/http/{session_id}/step',
    access: 'session',
    tag: 'End user',
    summary: 'Runs the flow until it waits or ends. The first step only starts it: its input answers no node.',
    body: StepRequest,
    answer: StepAnswer,
    errors: [
      ...bodyErrors,
      'session-not-found',
      'session-ended',
      'parameter-reserved',
      'parameter-wrong-shape',
      'too-many-parameters',
      'rate-limited',
    ],
  },
  outbound: {
    method: 'POST',
    path: '/live-agent/outbound/{session_id}',
    access: ['live-agent'],
    tag: 'Live agent',
    summary: 'Sends a message of the live agent to the end user.',
    body: OutboundText,
    idempotent: true,
    answer: OutboundAnswer,
    errors: [...bodyErrors, ...liveErrors, 'media-refused', 'rate-limited'],
  },
  disconnect: {
    method: 'POST',
    path: '/live-agent/disconnect/{session_id}',
    access: ['live-agent'],
    tag: 'Live agent',
    summary: 'Hands the conversation back to the virtual agent. Of a handoff that has ended it changes nothing.',
    body: DisconnectRequest,
    idempotent: true,
    answer: SessionOwner,
    errors: [...bodyErrors, ...liveErrors],
  },
  assign: {
    method: 'POST',
    path: '/live-agent/assign/{session_id}',
    access: ['live-agent'],
    tag: 'Live agent',
    summary: 'Says that somebody took a conversation that the start call answered as queued.',
    body: AssignRequest,
    answer: SessionOwner,
    errors: [...bodyErrors, ...liveErrors],
  },
  publishAgent: {
    method: 'PUT',
    path: '/agents/{agent_id}',
    access: ['manage'],
    tag: 'Virtual agents',
    summary: 'Validates, stores and publishes a new version. Running sessions keep theirs.',
    body: VirtualAgentDefinition,
    answer: PublishAnswer,
    errors: [...bodyErrors, 'invalid-flow', 'region-refused'],
  },
  listAgents: {
    method: 'GET',
    path: '/agents',
    access: read,
    tag: 'Virtual agents',
    summary: 'Lists the virtual agents.',
    answer: AgentList,
    errors: [],
  },
  getAgent: {
    method: 'GET',
    path: '/agents/{agent_id}',
    access: read,
    tag: 'Virtual agents',
    summary: 'One virtual agent with the definition of its published version.',
    answer: AgentAnswer,
    errors: ['agent-not-found'],
  },
  deleteAgent: {
    method: 'DELETE',
    path: '/agents/{agent_id}',
    access: ['manage'],
    tag: 'Virtual agents',
    summary: 'Takes a virtual agent away: no new sessions. Running sessions go on with their version.',
    answer: 'nothing',
    errors: ['agent-not-found'],
  },
  listSecrets: {
    method: 'GET',
    path: '/agents/{agent_id}/secrets',
    access: ['manage'],
    tag: 'Virtual agents',
    summary: 'The secrets that sign calls to its endpoints.',
    answer: SecretList,
    errors: ['agent-not-found'],
  },
  rotateSecret: {
    method: 'POST',
    path: '/agents/{agent_id}/secrets',
    access: ['manage'],
    tag: 'Virtual agents',
    summary: 'Adds a new secret; the newest and the one before it sign, older ones are forgotten.',
    answer: SecretList,
    errors: ['agent-not-found'],
  },
  listEvents: {
    method: 'GET',
    path: '/sessions/{session_id}/events',
    access: read,
    tag: 'Record',
    summary: "A page of a session's log.",
    query: EventsQuery,
    answer: EventsAnswer,
    errors: ['session-not-found', 'wrong-shape'],
  },
  readTranscript: {
    method: 'GET',
    path: '/sessions/{session_id}/transcript',
    access: read,
    tag: 'Record',
    summary: "A page of a session's messages, virtual and live agent's, as the start call writes them.",
    query: EventsQuery,
    answer: TranscriptAnswer,
    errors: ['session-not-found', 'wrong-shape'],
  },
  listInsights: {
    method: 'GET',
    path: '/insights/sessions',
    access: read,
    tag: 'Record',
    summary: 'Call logs, newest first.',
    query: InsightsQuery,
    answer: InsightsAnswer,
    errors: ['wrong-shape'],
  },
  getInsight: {
    method: 'GET',
    path: '/insights/sessions/{session_id}',
    access: read,
    tag: 'Record',
    summary: 'The call log of one session.',
    answer: SessionReport,
    errors: ['session-not-found'],
  },
  getParameters: {
    method: 'GET',
    path: '/insights/sessions/{session_id}/parameters',
    access: read,
    tag: 'Record',
    summary: 'The parameters of one session.',
    answer: ParametersAnswer,
    errors: ['session-not-found'],
  },
  listDeliveries: {
    method: 'GET',
    path: '/deliveries',
    access: read,
    tag: 'Deliveries',
    summary: 'Calls that are owed to desks, stuck, dead or done.',
    query: DeliveriesQuery,
    answer: DeliveryList,
    errors: ['wrong-shape'],
  },
  replayDelivery: {
    method: 'POST',
    path: '/deliveries/{delivery_id}/replay',
    access: ['manage'],
    tag: 'Deliveries',
    summary: 'Tries a dead call again, under its old webhook-id and out of order.',
    answer: Delivery,
    errors: ['delivery-not-found', 'delivery-state'],
  },
  skipDelivery: {
    method: 'POST',
    path: '/deliveries/{delivery_id}/skip',
    access: ['manage'],
    tag: 'Deliveries',
    summary: 'Gives up an owed or dead call; its lane goes on.',
    answer: Delivery,
    errors: ['delivery-not-found', 'delivery-state', 'start-owed'],
  },
  health: {
    method: 'GET',
    path: '/health',
    access: 'anybody',
    tag: 'Operations',
    summary: 'The process lives.',
    answer: Health,
    errors: [],
  },
  ready: {
    method: 'GET',
    path: '/ready',
    access: 'anybody',
    tag: 'Operations',
    summary: 'It serves: the database answers and it is not stopping.',
    answer: Health,
    errors: ['starting', 'stopping'],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    access: read,
    tag: 'Operations',
    summary: 'Counters and gauges in the text format of Prometheus.',
    answer: 'text',
    errors: [],
  },
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof routes;

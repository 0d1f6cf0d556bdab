import Type from 'typebox';
import { agentRoutes } from './agents/agent-routes.ts';
import { ChatProfile, InitAnswer, InitRequest, StepAnswer, StepRequest } from './conversation.ts';
import { deliveryRoutes } from './deliveries/delivery-routes.ts';
import { endpointRoutes } from './endpoints/endpoint-routes.ts';
import { InsightsAnswer, InsightsQuery, ParametersAnswer, SessionReport } from './insights.ts';
import { keyRoutes } from './keys/key-routes.ts';
import {
  AssignAnswer,
  AssignRequest,
  DisconnectRequest,
  OutboundAnswer,
  OutboundText,
  SessionOwner,
  TypingRequest,
} from './live-agent.ts';
import { EventsAnswer, EventsQuery, TranscriptAnswer } from './manage.ts';
import { personRoutes } from './people/person-routes.ts';
import type { Route } from './route.ts';
import { serverRoutes } from './server/server.ts';
import { templateRoutes } from './templates/template-routes.ts';
import { trialRoutes } from './trials/trials.ts';
import { userRoutes } from './users/users.ts';

const Health = Type.Object({ status: Type.String() });
const bodyErrors = ['bad-json', 'wrong-shape', 'too-deep', 'body-too-large', 'media-type'] as const;
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
  chatProfile: {
    method: 'GET',
    path: '/chat/{agent_id}/profile',
    access: 'anybody',
    tag: 'End user',
    browsers: true,
    summary: 'What a visitor may know of a virtual agent that allows the chat page.',
    answer: ChatProfile,
    errors: ['agent-not-found'],
  },
  openChat: {
    method: 'POST',
    path: '/chat/{agent_id}/session',
    access: 'anybody',
    tag: 'End user',
    browsers: true,
    summary:
      'Hands out a session to a visitor, without a key and without a body. Nothing is stored: the first message on its socket begins the session. For virtual agents with webChat, within limits for each address.',
    answer: InitAnswer,
    errors: ['agent-not-found', 'origin-refused', 'rate-limited'],
  },
  step: {
    method: 'POST',
    path: '/http/{session_id}/step',
    access: 'session',
    tag: 'End user',
    browsers: true,
    summary: 'Runs the flow until it waits or ends. The first step only starts it: its input answers no node.',
    body: StepRequest,
    answer: StepAnswer,
    errors: [
      ...bodyErrors,
      'origin-refused',
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
    answer: AssignAnswer,
    errors: [...bodyErrors, ...liveErrors],
  },
  typing: {
    method: 'POST',
    path: '/live-agent/typing/{session_id}',
    access: ['live-agent'],
    tag: 'Live agent',
    summary: 'Shows the end user that the live agent is typing. Not a fact: never stored, may be lost.',
    body: TypingRequest,
    answer: 'nothing',
    errors: [...bodyErrors, ...liveErrors, 'rate-limited'],
  },
  ...agentRoutes,
  ...trialRoutes,
  ...endpointRoutes,
  ...templateRoutes,
  ...keyRoutes,
  ...personRoutes,
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
    errors: ['wrong-shape', 'too-much'],
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
  ...userRoutes,
  ...deliveryRoutes,
  ...serverRoutes,
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

import Type from 'typebox';
import type { Route } from '../route.ts';

const Endpoints = Type.Object(
  { start: Type.String(), inbound: Type.String(), status: Type.String(), ended: Type.String() },
  { description: 'What a live agent routing node names to reach the built-in desk.' },
);

export const ServerAnswer = Type.Object({
  version: Type.String(),
  url: Type.String({ description: 'The public base URL.' }),
  region: Type.Union([Type.Enum(['eu', 'us']), Type.Null()]),
  built_in_desk: Type.Union([Endpoints, Type.Null()], { description: 'Null where it stands elsewhere, or nowhere.' }),
  credentials: Type.Array(Type.Object({ name: Type.String(), origin: Type.String() }), {
    description: 'Those that nodes may name, and the one origin that each is sent to.',
  }),
  session_life_hours: Type.Number(),
  outbound_transfer: Type.String({ description: 'Where a desk sends what its live agents write.' }),
  stop_connection: Type.String({ description: 'Where a desk hands back.' }),
  chat: Type.String({ description: 'The chat page of a virtual agent with webChat.' }),
});

export const serverRoutes = {
  describeServer: {
    method: 'GET',
    path: '/server',
    access: ['read', 'manage'],
    tag: 'Operations',
    summary: 'What is to be known of this server to set up virtual agents and desks.',
    answer: ServerAnswer,
    errors: [],
  },
} as const satisfies Record<string, Route>;

import type { Route } from '../route.ts';
import { EndpointTestAnswer, EndpointTestRequest } from './endpoint-tests.ts';
import { EndpointList } from './endpoints.ts';

export const endpointRoutes = {
  listEndpoints: {
    method: 'GET',
    path: '/endpoints',
    access: ['read', 'manage'],
    tag: 'Deliveries',
    summary:
      'The URLs that are called, by desks and questions of nodes: what is owed, stuck and dead, and how they answer.',
    answer: EndpointList,
    errors: [],
  },
  testEndpoint: {
    method: 'POST',
    path: '/agents/{agent_id}/endpoints/test',
    access: ['manage'],
    audited: 'each',
    tag: 'Virtual agents',
    summary:
      'Sends one signed call to an endpoint, as a conversation would, and tells what came of it. Its body is made up and marked by "test": true.',
    body: EndpointTestRequest,
    answer: EndpointTestAnswer,
    errors: ['bad-json', 'wrong-shape', 'too-deep', 'body-too-large', 'media-type', 'agent-not-found', 'rate-limited'],
  },
} as const satisfies Record<string, Route>;

import Type from 'typebox';
import type { Route } from '../route.ts';
import { VirtualAgentDefinition } from '../virtual-agent.ts';

const summary = {
  name: Type.String(),
  title: Type.String(),
  description: Type.String({ description: 'What it does, in one sentence.' }),
  todo: Type.Array(Type.String(), { description: 'What to change before it is published.' }),
};

const TemplateList = Type.Object({ templates: Type.Array(Type.Object(summary)) });
const TemplateAnswer = Type.Object({ ...summary, definition: VirtualAgentDefinition });

export const templateRoutes = {
  listTemplates: {
    method: 'GET',
    path: '/templates',
    access: ['read', 'manage'],
    tag: 'Virtual agents',
    summary: 'Lists virtual agents to begin with.',
    answer: TemplateList,
    errors: [],
  },
  getTemplate: {
    method: 'GET',
    path: '/templates/{name}',
    access: ['read', 'manage'],
    tag: 'Virtual agents',
    summary: 'One virtual agent to begin with: change what `todo` says, and PUT its definition to /agents/{agent_id}.',
    answer: TemplateAnswer,
    errors: ['template-not-found'],
  },
} as const satisfies Record<string, Route>;

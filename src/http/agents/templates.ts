import { allTemplates, templateOf } from '../../templates/templates.ts';
import { HttpError } from '../http-error.ts';
import type { Handlers } from '../serve.ts';

/** Virtual agents to begin with. */
export const templateHandlers: Handlers = {
  listTemplates: async () => ({ templates: allTemplates().map(({ definition: _, ...summary }) => summary) }),
  getTemplate: async ({ params }) => {
    const name = params.name ?? '';
    const template = templateOf(name);
    if (template !== null) return template;
    throw new HttpError('template-not-found', `There is no template "${name}"; GET /templates lists them.`);
  },
};

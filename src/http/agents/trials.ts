import { tryRequest } from '../../contract/agents/imports.ts';
import type { Fault } from '../../contract/shape.ts';
import type { Flow } from '../../core/flow/flow.ts';
import { defaultMinScore, systemEntities, systemIntents } from '../../core/understanding.ts';
import { accept, stoppingError, wrongShape } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Handlers } from '../serve.ts';
import { findings } from './check.ts';
import { findDraft } from './drafts.ts';
import { agentNotFound } from './publish.ts';

/** Definitions that are kept, so that whoever tries again and again has them read once. */
const mostKept = 20;

type Kept = Readonly<{
  /** Never another definition's: neither the number of a version nor the revision of a draft comes again. */
  key: string;
  flow: Flow;
}>;

export function trialHandlers(parts: HttpParts): Handlers {
  const kept = new Map<string, Flow>();
  const keep: Keep = async (key, make) => {
    const flow = kept.get(key) ?? (await make());
    kept.delete(key);
    kept.set(key, flow);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return { key, flow };
  };
  return {
    tryAgent: async ({ params, body }) => {
      const { text, intents, entity, draft = false } = accept(tryRequest.read(body));
      const id = params.agent_id ?? '';
      const { key, flow } = draft ? await draftOf(parts, id, keep) : await publishedOf(parts, id, keep);
      const asked = intents ?? (flow.intents ?? []).map(({ name }) => name);
      const faults = [...unknownIntents(flow, intents ?? []), ...unknownEntity(flow, entity)];
      if (faults.length > 0) throw wrongShape(faults);
      const { trials, clock, state } = parts;
      const trial = { key, text, intents: asked, entity, at: clock.now() };
      const answer = await trials.ask(trial, flow).catch((error: unknown) => {
        throw state() === 'stopping' ? stoppingError() : error;
      });
      return { ...answer, min_score: defaultMinScore };
    },
  };
}

type Keep = (key: string, make: () => Promise<Flow>) => Promise<Kept>;

async function publishedOf({ store: { agents } }: HttpParts, id: string, keep: Keep): Promise<Kept> {
  const version = await agents.findVersion(id);
  if (version === null) throw agentNotFound(id);
  return keep(`${id} version ${version}`, async () => {
    const flow = await agents.findFlow(id, version);
    if (flow === null) throw agentNotFound(id);
    return flow;
  });
}

async function draftOf(parts: HttpParts, id: string, keep: Keep): Promise<Kept> {
  const draft = await findDraft(parts, id);
  return keep(`${id} draft ${draft.revision}`, () => wordsOf(parts, draft.definition));
}

/** What of a draft has to do with words, which is all that must be sound. */
async function wordsOf(parts: HttpParts, definition: object): Promise<Flow> {
  const ours = Object.entries(definition).filter(([name]) => ['intents', 'entities', 'timeZone'].includes(name));
  const flow = {
    name: 'draft',
    start: 'end',
    nodes: { end: { type: 'end-conversation' } },
    ...Object.fromEntries(ours),
  };
  const { faults } = await findings(parts, flow);
  if (faults.length > 0) throw wrongShape(faults, 'invalid-flow');
  return flow as Flow;
}

function unknownIntents({ intents = [] }: Flow, asked: readonly string[]): readonly Fault[] {
  const known = new Set<string>([...systemIntents, ...intents.map(({ name }) => name)]);
  return asked.flatMap((intent, index) =>
    known.has(intent)
      ? []
      : [{ path: `intents.${index}`, message: `There is no intent "${intent}"; declare it first.` }],
  );
}

function unknownEntity({ entities = [] }: Flow, entity: string | undefined): readonly Fault[] {
  const known = new Set<string>([...systemEntities, ...entities.map(({ name }) => name)]);
  if (entity === undefined || known.has(entity)) return [];
  return [{ path: 'entity', message: `There is no entity "${entity}"; declare it first.` }];
}

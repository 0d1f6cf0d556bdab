import { initAnswer } from '../../contract/conversation.ts';
import { trialRequest } from '../../contract/trials/trials.ts';
import { assignmentsFor } from '../../core/assignments.ts';
import type { Flow } from '../../core/flow/flow.ts';
import type { Assignment, ParameterValues } from '../../core/flow/parameters.ts';
import { trialVersion } from '../../core/flow/trial.ts';
import { startParameters } from '../../core/flow/user-parameters.ts';
import { checked } from '../agents/check.ts';
import { findDraft } from '../agents/drafts.ts';
import { newSecret, overtaken } from '../agents/publish.ts';
import { expectOpened } from '../end-user.ts';
import { accept, HttpError } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Handlers } from '../serve.ts';

/** A trial that nobody opened for so long after its last session was over is forgotten: the longest life of a session. */
const keptMs = 30 * 24 * 3_600_000;

export function draftSessionHandlers(parts: HttpParts): Handlers {
  const { engine, store, tokens, clock, settings } = parts;
  return {
    openTrial: async ({ params, body }) => {
      const { revision: read, live_agent: liveAgent = 'desk', ...asked } = accept(trialRequest.read(body ?? {}));
      const { id, revision, definition } = await findDraft(parts, params.agent_id ?? '');
      if (read !== undefined && read !== revision) throw overtaken(id, { overtaken: 'draft', revision });
      const { flow } = await checked(parts, definition);
      const parameters = givenTo(flow, asked.parameters ?? []);
      const [version, at] = [trialVersion(revision, liveAgent), clock.now()];
      const forgetBefore = at - settings.sessionLifeMs - keptMs;
      await store.agents.keepTrial(id, { version, flow, secret: newSecret(parts), at, forgetBefore });
      const request = { virtualAgentId: id, userId: asked.user?.id, trial: { version, parameters } };
      const session = expectOpened(await engine.open(request), id);
      const token = await tokens.issue(session.id, session.startedAt, session.expiresAt);
      return { ...initAnswer(session, token), agent_version: version };
    },
    trialStart: takeAnything,
    trialInbound: takeAnything,
    trialStatus: takeAnything,
    trialEnded: takeAnything,
  };
}

const takeAnything = async (): Promise<object> => ({});

/** What a session is to begin with. @throws HttpError where it may not be set. */
function givenTo(flow: Flow, asked: readonly Assignment[]): ParameterValues {
  const checked = assignmentsFor(flow, { parameters: startParameters(flow, {}) }, asked);
  if (checked.kind === 'refused') throw new HttpError(checked.code, checked.message);
  return Object.fromEntries(checked.assignments.map(({ name, value }) => [name, value]));
}

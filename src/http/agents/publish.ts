import type { Static } from 'typebox';
import type { PublishAnswer } from '../../contract/agents/agents.ts';
import { AgentId } from '../../contract/conversation.ts';
import { shape } from '../../contract/shape.ts';
import { instant } from '../../contract/text.ts';
import { seal } from '../../platform/secrets.ts';
import type { DraftOvertaken, StoredSecret, Terms, VersionOvertaken } from '../../store/agents.ts';
import { accept, HttpError } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked } from '../serve.ts';
import { checked } from './check.ts';

const agentId = shape(AgentId);

/** The virtual agent that a call is about. @throws HttpError where it could be none. */
export const idOf = ({ params }: Asked): string => accept(agentId.read(params.agent_id));

/** Publishes a definition if it is sound and nobody was faster. @throws HttpError otherwise; nothing is changed then. */
export async function publish(
  parts: HttpParts,
  id: string,
  definition: unknown,
  terms: Terms,
): Promise<Static<typeof PublishAnswer>> {
  const { flow, warnings } = await checked(parts, definition);
  const result = await parts.store.agents.publish(id, flow, newSecret(parts), parts.clock.now(), terms);
  if ('overtaken' in result) throw overtaken(id, result);
  return {
    ...{ agent_id: id, version: result.version, published_at: instant(result.publishedAt) },
    ...(terms.restoredFrom === undefined ? {} : { restored_from: terms.restoredFrom }),
    warnings: [...warnings],
  };
}

export const agentNotFound = (id: string): HttpError =>
  new HttpError('agent-not-found', `There is no virtual agent "${id}"; GET /agents lists what there is.`);

export function newSecret({ random, clock, settings }: HttpParts): StoredSecret {
  const secret = `whsec_${random.bytes(32).toString('base64')}`;
  return { sealed: seal(settings.sealingKey, secret, random), createdAt: clock.now() };
}

export function overtaken(id: string, by: VersionOvertaken | DraftOvertaken): HttpError {
  if (by.overtaken === 'draft') {
    const { revision } = by;
    const message =
      revision === null
        ? 'There is no draft any more: it was published or discarded. To begin a new one, save it without revision.'
        : `The draft has the revision ${revision} meanwhile; compare it with yours (GET /agents/${id}/draft), then send yours again with that revision.`;
    return new HttpError('draft-overtaken', message, { revision });
  }
  const { version } = by;
  const message =
    version === null
      ? `No version of "${id}" is published now; to publish it all the same, give it the base_version null (in a query none).`
      : `Version ${version} was published meanwhile; compare it with yours (GET /agents/${id}/versions/${version}), then send yours again with the base_version ${version}.`;
  return new HttpError('version-overtaken', message, { version });
}

import { restoreRequest, versionsQuery } from '../../contract/agents/agents.ts';
import { instant } from '../../contract/text.ts';
import type { AgentVersion } from '../../store/agents.ts';
import { accept, HttpError } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked, Handlers } from '../serve.ts';
import { agentNotFound, publish } from './publish.ts';

const defaultLimit = 100;
const versionForm = /^[1-9]\d{0,8}$/;

export function versionHandlers(parts: HttpParts): Handlers {
  const { agents } = parts.store;
  const find = async ({ params }: Asked) => {
    const { agent_id: id = '', version = '' } = params;
    const found = versionForm.test(version) ? await agents.readVersion(id, Number(version)) : null;
    if (found !== null) return { id, ...found };
    throw new HttpError('version-not-found', `There is no such version; GET /agents/{agent_id}/versions lists them.`);
  };
  return {
    listVersions: async ({ params, query }) => {
      const { after, limit: asked } = accept(versionsQuery.read(query));
      const id = params.agent_id ?? '';
      const limit = Number(asked ?? defaultLimit);
      const found = await agents.listVersions(id, after === undefined ? null : Number(after), limit + 1);
      if (found.length === 0 && (await agents.readVersion(id, 1)) === null) throw agentNotFound(id);
      const versions = found.slice(0, limit);
      const next = found.length > limit ? (versions.at(-1)?.version ?? null) : null;
      return { versions: versions.map(onWire), next_after: next };
    },
    getVersion: async (asked) => {
      const { id, flow, ...version } = await find(asked);
      return { agent_id: id, ...onWire(version), definition: flow };
    },
    restoreVersion: async (asked) => {
      const { base_version: base } = accept(restoreRequest.read(asked.body ?? {}));
      const { id, flow, version } = await find(asked);
      return publish(parts, id, flow, { base, by: asked.caller?.name, restoredFrom: version });
    },
  };
}

const onWire = ({ version, name, isCurrent, publishedAt, publishedBy, restoredFrom }: AgentVersion) => ({
  ...{ version, name, current: isCurrent, published_at: instant(publishedAt) },
  ...(publishedBy === null ? {} : { published_by: publishedBy }),
  ...(restoredFrom === null ? {} : { restored_from: restoredFrom }),
});

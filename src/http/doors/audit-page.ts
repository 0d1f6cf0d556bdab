import { auditQuery } from '../../contract/keys/keys.ts';
import { instant } from '../../contract/text.ts';
import { isUuid } from '../../platform/random.ts';
import { accept, wrongShape } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Handlers } from '../serve.ts';

const defaultLimit = 100;

export function auditHandlers({ store }: HttpParts): Handlers {
  return {
    listAudit: async ({ query }) => {
      const { after, limit: asked } = accept(auditQuery.read(query));
      if (after !== undefined && !isUuid(after)) {
        throw wrongShape([{ path: 'after', message: "Give an entry's id, as next_after was." }]);
      }
      const limit = Number(asked ?? defaultLimit);
      const found = await store.audit.list(after ?? null, limit);
      const entries = found.map(({ at, keyId, ...rest }) => ({ ...rest, at: instant(at), key_id: keyId }));
      return { entries, next_after: found.length === limit ? (found.at(-1)?.id ?? null) : null };
    },
  };
}

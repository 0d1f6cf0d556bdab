import type { Flow } from '../../../src/core/flow/flow.ts';
import type { AgentStore, AgentVersion, DraftStore, PublishedAgent, StoredSecret } from '../../../src/store/agents.ts';
import { decodeBody, encodeBody } from '../../../src/store/codec.ts';
import { type DraftRow, draftOf, nameOf, revisionOf, savedRow } from '../../../src/store/rows/draft-row.ts';

type FlowRow = Readonly<{
  publishedAt: number;
  publishedBy: string | null;
  restoredFrom: number | null;
  definition: string;
}>;

type AgentRow = Readonly<{
  version: number;
  isRemoved: boolean;
  flows: readonly FlowRow[];
  /** By their negative numbers. */
  trials: ReadonlyMap<number, Readonly<{ keptAt: number; definition: string }>>;
  /** Newest first. */
  secrets: readonly StoredSecret[];
  draft: DraftRow | null;
}>;

export type AgentRows = Map<string, AgentRow>;

/** Writes at once and resolves when it is flushed. @param undo takes it back. */
type Write = (undo: () => void, durable: () => void) => Promise<void>;

type Put = (id: string, row: AgentRow, durable?: () => void) => Promise<void>;

const keptSecrets = 2;
const none: AgentRow = { version: 0, isRemoved: true, flows: [], trials: new Map(), secrets: [], draft: null };

export function agentStore(
  rows: AgentRows,
  write: Write,
  published: (id: string, version: number, flow: Flow) => void,
): AgentStore {
  const put: Put = (id, row, durable = () => {}) => {
    const old = rows.get(id);
    rows.set(id, row);
    return write(() => {
      if (old === undefined) rows.delete(id);
      else rows.set(id, old);
    }, durable);
  };
  const find = (id: string): PublishedAgent | null => {
    const row = rows.get(id);
    const last = row?.flows.at(-1);
    if (row === undefined || row.isRemoved || last === undefined) return null;
    return { id, version: row.version, publishedAt: last.publishedAt, flow: decodeBody<Flow>(last.definition) };
  };
  return {
    ...history(rows),
    ...drafts(rows, put, (id) => find(id)?.version ?? null),
    publish: async (id, flow, secret, at, { base, draft: revision, by = null, restoredFrom = null } = {}) => {
      const { version: before, flows, trials, secrets, draft } = rows.get(id) ?? none;
      const current = find(id)?.version ?? null;
      if (revision !== undefined && revision !== revisionOf(draft)) {
        return { overtaken: 'draft', revision: revisionOf(draft) };
      }
      if (base !== undefined && base !== current) return { overtaken: 'version', version: current };
      const version = before + 1;
      const definition = encodeBody(flow);
      const row: AgentRow = {
        ...{ version, isRemoved: false, trials },
        flows: [...flows, { publishedAt: at, publishedBy: by, restoredFrom, definition }],
        secrets: secrets.length === 0 ? [secret] : secrets,
        draft: revision === undefined ? draft : withoutDefinition(draft),
      };
      await put(id, row, () => published(id, version, decodeBody<Flow>(definition)));
      return { id, version, publishedAt: at, flow };
    },
    find: async (id) => find(id),
    findVersion: async (id) => find(id)?.version ?? null,
    list: async () => [...rows.keys()].sort().flatMap((id) => find(id) ?? []),
    remove: async (id) => {
      const row = rows.get(id);
      if (row === undefined || row.isRemoved) return false;
      await put(id, { ...row, isRemoved: true });
      return true;
    },
    findFlow: async (id, version) => {
      const row = rows.get(id);
      const found = row?.flows[version - 1] ?? row?.trials.get(version);
      return found === undefined ? null : decodeBody<Flow>(found.definition);
    },
    keepTrial: async (id, { version, flow, secret, at, forgetBefore }) => {
      const row = rows.get(id) ?? none;
      const kept = [...row.trials].filter(([, { keptAt }]) => keptAt >= forgetBefore);
      const definition = row.trials.get(version)?.definition ?? encodeBody(flow);
      const trials = new Map([...kept, [version, { keptAt: at, definition }]]);
      await put(id, { ...row, trials, secrets: row.secrets.length === 0 ? [secret] : row.secrets });
    },
    secrets: async (id) => rows.get(id)?.secrets ?? [],
    addSecret: async (id, secret) => {
      const row = rows.get(id) ?? none;
      await put(id, { ...row, secrets: [secret, ...row.secrets].slice(0, keptSecrets) });
    },
    giveSecret: async (id, secret) => {
      const row = rows.get(id) ?? none;
      await put(id, row.secrets.length === 0 ? { ...row, secrets: [secret] } : row);
    },
  };
}

function history(rows: AgentRows): Pick<AgentStore, 'listVersions' | 'readVersion'> {
  const all = (id: string): readonly (AgentVersion & Readonly<{ flow: Flow }>)[] => {
    const { flows, version: last, isRemoved } = rows.get(id) ?? none;
    return flows.map(({ definition, ...rest }, index) => {
      const flow = decodeBody<Flow>(definition);
      return { ...rest, version: index + 1, name: flow.name, isCurrent: !isRemoved && last === index + 1, flow };
    });
  };
  return {
    listVersions: async (id, before, limit) =>
      all(id)
        .filter(({ version }) => before === null || version < before)
        .toReversed()
        .slice(0, limit)
        .map(({ flow: _, ...version }) => version),
    readVersion: async (id, version) => all(id)[version - 1] ?? null,
  };
}

const withoutDefinition = (draft: DraftRow | null): DraftRow | null =>
  draft === null ? null : { ...draft, definition: null };

function drafts(rows: AgentRows, put: Put, versionOf: (id: string) => number | null): DraftStore {
  const find = (id: string) => {
    const draft = rows.get(id)?.draft ?? null;
    return draft === null ? null : draftOf(draft);
  };
  return {
    findDraft: async (id) => find(id),
    listDrafts: async () =>
      [...rows.keys()].sort().flatMap((id) => {
        const draft = find(id);
        if (draft === null) return [];
        const { definition, ...rest } = draft;
        return [{ ...rest, name: nameOf(definition) }];
      }),
    saveDraft: async (id, save, at) => {
      const row = rows.get(id) ?? none;
      const saved = savedRow(row.draft, { id, save, at, published: versionOf(id) });
      if ('overtaken' in saved) return saved;
      if (saved !== row.draft) await put(id, { ...row, draft: saved });
      return { ...saved, definition: save.definition };
    },
    removeDraft: async (id, revision) => {
      const row = rows.get(id) ?? none;
      const found = revisionOf(row.draft);
      if (found === null) return 'not-found';
      if (revision !== null && revision !== found) return { overtaken: 'draft', revision: found };
      await put(id, { ...row, draft: withoutDefinition(row.draft) });
      return 'removed';
    },
  };
}

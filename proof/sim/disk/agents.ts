import type { Flow } from '../../../src/core/flow/flow.ts';
import { decodeBody, encodeBody } from '../../../src/store/codec.ts';
import type { AgentStore, PublishedAgent, StoredSecret } from '../../../src/store/store.ts';

type AgentRow = Readonly<{
  version: number;
  isRemoved: boolean;
  flows: readonly Readonly<{ publishedAt: number; definition: string }>[];
  /** Newest first. */
  secrets: readonly StoredSecret[];
}>;

export type AgentRows = Map<string, AgentRow>;

/** Writes at once and resolves when it is flushed. @param undo takes it back. */
type Write = (undo: () => void, durable: () => void) => Promise<void>;

const keptSecrets = 2;
const none: AgentRow = { version: 0, isRemoved: true, flows: [], secrets: [] };

export function agentStore(
  rows: AgentRows,
  write: Write,
  published: (id: string, version: number, flow: Flow) => void,
): AgentStore {
  const put = (id: string, row: AgentRow, durable: () => void = () => {}): Promise<void> => {
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
    publish: async (id, flow, secret, at) => {
      const { version: before, flows, secrets } = rows.get(id) ?? none;
      const version = before + 1;
      const definition = encodeBody(flow);
      const row: AgentRow = {
        ...{ version, isRemoved: false, flows: [...flows, { publishedAt: at, definition }] },
        secrets: secrets.length === 0 ? [secret] : secrets,
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
      const found = rows.get(id)?.flows[version - 1];
      return found === undefined ? null : decodeBody<Flow>(found.definition);
    },
    secrets: async (id) => rows.get(id)?.secrets ?? [],
    addSecret: async (id, secret) => {
      const row = rows.get(id) ?? none;
      await put(id, { ...row, secrets: [secret, ...row.secrets].slice(0, keptSecrets) });
    },
  };
}

import type { AuditEntry } from '../store.ts';

/** The columns that `entryOf` wants. */
export const auditColumns = 'id, at, actor, key_id, address, operation, target, status, code';

export function entryOf(row: Record<string, unknown>): AuditEntry {
  const text = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    id: String(row.id),
    at: Number(row.at),
    actor: String(row.actor),
    keyId: text(row.key_id),
    address: text(row.address),
    operation: String(row.operation),
    target: String(row.target),
    status: row.status === null ? null : Number(row.status),
    code: text(row.code),
  };
}

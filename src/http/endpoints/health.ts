import type { Endpoint } from '../../contract/endpoints/endpoints.ts';
import { instant } from '../../contract/text.ts';
import type { EndpointUse } from '../../outgoing/endpoint-uses.ts';
import type { EndpointDebt } from '../../store/store.ts';
import type { HttpParts } from '../parts.ts';
import type { Handlers } from '../serve.ts';

const most = 200;

export function endpointHandlers({ store, uses, noted }: HttpParts): Handlers {
  return {
    listEndpoints: async () => {
      // So that the store knows of the tries that are counted here; where it takes nothing, the read says so.
      await noted().catch(() => {});
      const debts = await store.reports.endpoints(most + 1);
      const used = new Map(uses().map((use) => [use.url, use]));
      const indebted = debts.map((debt) => endpointOf(debt, used.get(debt.url)));
      const known = new Set(debts.map(({ url }) => url));
      const others = [...used.values()].filter(({ url }) => !known.has(url)).sort(worseFirst);
      const all = [...indebted, ...others.map((use) => endpointOf(nothingOwed(use), use))];
      return { endpoints: all.slice(0, most), truncated: all.length > most };
    },
  };
}

const nothingOwed = ({ url }: EndpointUse): EndpointDebt => ({
  ...{ url, kinds: [], owed: 0, stuck: 0, dead: 0, oldestOwedAt: null, lastFailure: null },
});

/** Those whose last call failed before the others, then by their URLs. */
function worseFirst(one: EndpointUse, other: EndpointUse): number {
  return Number(isFailing(other)) - Number(isFailing(one)) || (one.url < other.url ? -1 : 1);
}

const isFailing = ({ lastFailedAt, lastDeliveredAt }: EndpointUse): boolean =>
  lastFailedAt !== null && (lastDeliveredAt === null || lastFailedAt > lastDeliveredAt);

const kindsInOrder = ['start', 'inbound', 'status', 'ended', 'ask'] as const;

const instantOrNull = (at: number | null): string | null => (at === null ? null : instant(at));

function endpointOf(debt: EndpointDebt, use: EndpointUse | undefined): Endpoint {
  const { url, owed, stuck, dead, oldestOwedAt, lastFailure } = debt;
  return {
    ...{ url, owed, stuck, dead },
    kinds: kindsInOrder.filter((kind) => debt.kinds.includes(kind) || use?.kinds.has(kind) === true),
    oldest_owed_since: instantOrNull(oldestOwedAt),
    last_failure: lastFailure,
    since_start:
      use === undefined
        ? null
        : {
            ...{ delivered: use.delivered, failed: use.failed, typical_ms: use.typicalMs },
            last_delivered_at: instantOrNull(use.lastDeliveredAt),
            last_failed_at: instantOrNull(use.lastFailedAt),
          },
  };
}

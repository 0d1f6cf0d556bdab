import type { DeliveryRef } from '../../../src/store/store.ts';

/** By session, lane, seq and part. */
export function callOrder(one: DeliveryRef, other: DeliveryRef): number {
  return (
    compare(one.sessionId, other.sessionId) ||
    compare(one.lane, other.lane) ||
    one.seq - other.seq ||
    one.part - other.part
  );
}

/** Texts by code unit. */
export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

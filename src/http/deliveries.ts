import type { Static } from 'typebox';
import { type DeliveryAttempt, deliveriesQuery } from '../contract/deliveries/deliveries.ts';
import { isAnswerWithheld } from '../contract/insights.ts';
import { instant } from '../contract/text.ts';
import type { Command } from '../core/commands.ts';
import {
  type DeliveryRef,
  deliveryId,
  deliveryRefOf,
  type FailedAttempt,
  type StoredDelivery,
} from '../store/store.ts';
import { accept, expectDone, HttpError, unavailableError, wrongShape } from './http-error.ts';
import type { HttpParts } from './parts.ts';
import type { Asked, Handlers } from './serve.ts';

const defaultLimit = 100;

export function deliveryHandlers({ engine, store, noted }: HttpParts): Handlers {
  const find = async ({ params }: Asked): Promise<StoredDelivery> => {
    const ref = deliveryRefOf(params.delivery_id ?? '');
    // An attempt that is not written down yet may have settled it.
    if (ref !== null) await noted().catch(refuseUnnoted);
    const delivery = ref === null ? null : await store.deliveries.find(ref);
    if (delivery === null)
      throw new HttpError('delivery-not-found', 'There is no such delivery; GET /deliveries lists them.');
    return delivery;
  };
  const change = async (asked: Asked, delivery: StoredDelivery, command: Command) => {
    expectDone(await engine.submit(delivery.sessionId, command));
    return onWire(await find(asked));
  };
  return {
    listDeliveries: async ({ query }) => {
      const { state, url, session: sessionId, after, limit: asked } = accept(deliveriesQuery.read(query));
      if ((state === 'delivered' || state === 'skipped') && sessionId === undefined) throw needsSession(state);
      if (url !== undefined && state === undefined && sessionId === undefined) throw needsState();
      const limit = Number(asked ?? defaultLimit);
      const found = await store.deliveries.list({ state, url, sessionId, after: readAfter(after), limit });
      const last = found.at(-1);
      return { deliveries: found.map(onWire), next_after: last && found.length === limit ? deliveryId(last) : null };
    },
    getDelivery: async (asked) => {
      const delivery = await find(asked);
      const session = await engine.read(delivery.sessionId);
      const failed = await store.deliveries.attempts(delivery);
      const withheld = session !== null && isAnswerWithheld(session, delivery.lane);
      return { ...onWire(delivery), attempt_log: attemptLog(delivery, failed, withheld) };
    },
    replayDelivery: async (asked) => {
      const delivery = await find(asked);
      if (delivery.state !== 'dead') throw stateError(delivery, 'Only a dead one can be replayed');
      return change(asked, delivery, { kind: 'replay-delivery', call: keyOf(delivery) });
    },
    skipDelivery: async (asked) => {
      const delivery = await find(asked);
      if (delivery.state !== 'dead' && delivery.state !== 'owed') {
        throw stateError(delivery, 'Only an owed or dead one can be skipped');
      }
      return change(asked, delivery, { kind: 'skip-delivery', call: keyOf(delivery), callKind: delivery.kind });
    },
  };
}

function refuseUnnoted(): never {
  throw unavailableError();
}

const needsSession = (state: string): HttpError =>
  wrongShape([{ path: 'session', message: `Name the session whose ${state} calls you want; there are too many.` }]);

const needsState = (): HttpError =>
  wrongShape([{ path: 'state', message: 'Name owed, stuck or dead beside the url; there are too many others.' }]);

type Attempt = Static<typeof DeliveryAttempt>;

/** Attempts in order; the one that was taken is known by its call. */
function attemptLog(
  { state, attempts, settledAt }: StoredDelivery,
  failed: readonly FailedAttempt[],
  withheld: boolean,
): readonly Attempt[] {
  const log: Attempt[] = failed.map(({ number, at, status, cause, excerpt }) => {
    const shown = { number, at: instant(at), outcome: 'failed', status, cause } as const;
    return withheld && excerpt !== null ? { ...shown, excerpt: null, withheld } : { ...shown, excerpt };
  });
  if (state === 'delivered' && settledAt !== null) {
    const number = Math.max((failed.at(-1)?.number ?? 0) + 1, attempts);
    log.push({ number, at: instant(settledAt), outcome: 'delivered', status: null, cause: null, excerpt: null });
  }
  return log;
}

const keyOf = ({ lane, seq, part }: StoredDelivery) => ({ lane, seq, part });

const stateError = ({ state }: StoredDelivery, rule: string): HttpError =>
  new HttpError('delivery-state', `${rule}; this delivery is ${state}.`);

function readAfter(after: string | undefined): DeliveryRef | undefined {
  if (after === undefined) return undefined;
  const ref = deliveryRefOf(after);
  if (ref === null) throw wrongShape([{ path: 'after', message: "Give a delivery's id, as next_after was." }]);
  return ref;
}

const onWire = (delivery: StoredDelivery) => ({
  id: deliveryId(delivery),
  session_id: delivery.sessionId,
  lane: delivery.lane,
  kind: delivery.kind,
  seq: delivery.seq,
  url: delivery.url,
  state: delivery.state,
  attempts: delivery.attempts,
  owed_since: instant(delivery.owedAt),
  next_attempt_at: delivery.state === 'owed' ? instant(delivery.dueAt) : null,
  last_failure: delivery.lastFailure,
});

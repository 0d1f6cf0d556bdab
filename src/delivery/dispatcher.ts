import type { EndpointUse } from '../outgoing/endpoint-uses.ts';
import type { DeliveryRef, DeliveryStore, StoredDelivery } from '../store/store.ts';
import { attempts } from './attempts/attempts.ts';
import { recorder } from './attempts/recorder.ts';
import { Claims, type ClaimsParts } from './claims.ts';
import type { LaneClaims } from './lane-parts.ts';
import { LaneSet } from './lane-set.ts';
import type { DispatcherParts } from './parts.ts';

/** Makes the calls that are owed to desks, lane by lane. */
export type Dispatcher = Readonly<{
  /** Finds what was owed before, then follows what is committed. Resolves when nothing owed is unknown to it. */
  start: () => Promise<void>;
  /** Begins no more attempts and waits for those in flight; what is owed stays owed. */
  stop: () => Promise<void>;
  /** Whether so much waits for desks that no new session should begin: what waits is memory. */
  isCrowded: () => boolean;
  /** Resolves when every attempt that was made is written down; rejects when the store does not take them. */
  noted: () => Promise<void>;
  /** What came of calls by their URLs since this process began. */
  uses: () => readonly EndpointUse[];
  stats: () => Readonly<{
    lanes: number;
    /** Sessions whose calls this instance makes, where there are several. */
    held: number;
    delivered: number;
    failed: number;
    dead: number;
    waiting: number;
    /** Questions of nodes since the start. */
    answered: number;
    unanswered: number;
  }>;
}>;

const pageSize = 1_000;
/** How long a stop waits for desks that are answering. */
const graceMs = 3_000;

export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { engine, deliveries, clock, log } = parts;
  const records = recorder(deliveries, clock, log);
  const stopping = new AbortController();
  const hangUp = new AbortController();
  const make = attempts({ ...parts, records, hangUp: hangUp.signal, stopping: stopping.signal });
  const lanes = new LaneSet({
    ...{ clock, deliveries, log, sessions: parts.sessions },
    ...{ attempt: make.attempt, late: make.late, resume: make.resume, flush: records.flush, signal: stopping.signal },
    claims: parts.shared === null ? null : lateClaims(() => claims),
  });
  const isCrowded = crowd(parts, lanes);
  const claims = claimsOf(parts, { lanes, flush: records.flush, isCrowded });
  // Subscribed here, before anything can be committed through a running server.
  const changes = engine.changes();

  const follow = async (): Promise<void> => {
    for await (const batch of changes) {
      for (const change of batch) {
        if (claims?.take(change) === 'leave') continue;
        await lanes.take(change).catch((error: unknown) => {
          log.error(
            { session: change.session.id, error: String(error) },
            claims === null ? 'A replay could not begin; ask for it again.' : 'A replay waits until it can be read.',
          );
          claims?.readAgain(change.session.id);
        });
      }
    }
  };

  return {
    start: async () => {
      if (claims === null) await recover(deliveries, lanes);
      else claims.start();
      void follow();
    },
    stop: async () => {
      stopping.abort();
      const grace = clock.after(graceMs, () => hangUp.abort());
      await claims?.stop();
      await lanes.finish();
      grace();
      await records.close();
    },
    ...{ isCrowded, noted: records.flush, uses: make.uses },
    stats: () => ({ lanes: lanes.size, held: claims?.size ?? 0, ...make.stats() }),
  };
}

/** Lanes and claims need each other. */
const lateClaims = (claims: () => Claims | null): LaneClaims => ({
  isSure: () => claims()?.lease.isSure() ?? true,
  sure: async () => claims()?.lease.sure(),
  holds: (sessionId) => claims()?.holds(sessionId) ?? true,
  found: (sessionId, seq) => claims()?.found(sessionId, seq),
  giveUp: async (sessionId) => claims()?.giveUp(sessionId),
});

function claimsOf(
  { shared, engine, deliveries, clock, log }: DispatcherParts,
  rest: Pick<ClaimsParts, 'lanes' | 'flush' | 'isCrowded'>,
): Claims | null {
  return shared === null ? null : new Claims({ shared, engine, deliveries, clock, log, ...rest });
}

function crowd({ log, mostLanes }: DispatcherParts, lanes: LaneSet): () => boolean {
  let told = false;
  return () => {
    const isCrowded = lanes.size >= mostLanes;
    if (isCrowded && !told) {
      log.warn(
        { lanes: lanes.size },
        'Too many handoffs wait for their desks; new sessions are refused until some end.',
      );
    }
    told = isCrowded;
    return isCrowded;
  };
}

/** Takes up all that was owed when this process began. */
async function recover(deliveries: DeliveryStore, lanes: LaneSet): Promise<void> {
  let after: DeliveryRef | null = null;
  for (;;) {
    const page: readonly StoredDelivery[] = await deliveries.owed(after, pageSize);
    for (const delivery of page) lanes.recover(delivery);
    after = page.at(-1) ?? null;
    if (page.length < pageSize) return;
  }
}

import type { Clock } from '../platform/clock.ts';
import { networkOf } from '../platform/edge/networks.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { type AuditStore, unknownActor } from '../store/store.ts';
import { rateLimiter } from './rate.ts';

/*
 * The record of calls that manage: who, from where, what, and how it ended.
 * 1. An entry is on disk before its call changes anything, and gets its outcome after that.
 * 2. It never holds a body, a key or a secret.
 * 3. Strangers write a bounded number of entries, whatever they do.
 */
export type Audit = Readonly<{
  /** Resolves when the entry is on disk. Rejects when the database does not take it; the call is not to be made then. */
  begin: (call: ManagingCall) => Promise<BegunEntry>;
  /** Notes a call that was not let in, as far as its address has not filled its share. */
  refused: (call: ManagingCall, outcome: Outcome) => Promise<void>;
  /** Starts dropping old entries. */
  start: () => void;
  stop: () => void;
}>;

export type ManagingCall = Readonly<{
  /** Null when nobody knows. */
  actor: Actor | null;
  address: string | null;
  operation: string;
  target: string;
  /** A repeat of what this actor did with success within the hour needs no entry: programs poll. */
  hourly?: boolean;
}>;

/** @param keyId of a stored key; null for what is none, whose name says what it is. */
export type Actor = Readonly<{ name: string; keyId: string | null }>;

export type Outcome = Readonly<{
  status: number;
  code: string | null;
  /** What the call was about, where its path does not say. */
  target?: string | undefined;
}>;

/** Writes how the call ended. Never rejects: what was done is done. */
export type BegunEntry = (outcome: Outcome) => Promise<void>;

export type AuditParts = Readonly<{ audit: AuditStore; clock: Clock; random: Random; log: Log }>;

const hourMs = 3_600_000;
const keptMs = 365 * 24 * hourMs;
const strangersKeptMs = 30 * 24 * hourMs;
const forgottenAtOnce = 10_000;
/** Entries a minute about those who were not let in, of one address and of all. */
const refusedPerAddress = 6;
const refusedOfAll = 30;
const mostRemembered = 10_000;

export function createAudit(parts: AuditParts): Audit {
  const { audit, clock, random, log } = parts;
  const perAddress = rateLimiter(refusedPerAddress / 60, refusedPerAddress);
  const ofAll = rateLimiter(refusedOfAll / 60, refusedOfAll);
  const done = new Map<string, number>();
  const write = async (call: ManagingCall, outcome: Outcome | null): Promise<string> => {
    const { actor, address, operation } = call;
    const at = clock.now();
    const id = random.uuid(at);
    const who = { actor: actor?.name ?? unknownActor, keyId: actor?.keyId ?? null, address };
    const how = { status: outcome?.status ?? null, code: outcome?.code ?? null };
    await audit.begin({ id, at, ...who, operation, target: tellable(call.target), ...how });
    return id;
  };
  return {
    begin: async (call) => {
      const repeat = call.hourly === true ? repeatOf(call) : null;
      if (repeat !== null && (done.get(repeat) ?? Number.NEGATIVE_INFINITY) + hourMs > clock.now())
        return async () => {};
      const id = await write(call, null);
      return async ({ status, code, target = call.target }) => {
        try {
          await audit.settle(id, { target: tellable(target), status, code });
        } catch (error) {
          log.error(
            { entry: id, error: String(error) },
            'The outcome of a call could not be written to the audit log.',
          );
        }
        if (repeat === null || status >= 400) return;
        if (done.size >= mostRemembered) done.clear();
        done.set(repeat, clock.now());
      };
    },
    refused: async (call, outcome) => {
      if (perAddress.take(networkOf(call.address ?? ''), clock.now()) > 0) return;
      if (ofAll.take('', clock.now()) > 0) return;
      try {
        await write(call, outcome);
      } catch (error) {
        log.error({ error: String(error) }, 'A refused call could not be written to the audit log.');
      }
    },
    ...forgetting(parts),
  };
}

const repeatOf = ({ actor, address, operation, target }: ManagingCall): string =>
  JSON.stringify([actor?.keyId, actor?.name, address, operation, target]);

/** Paths hold what callers like, a key by mistake too; and entries are shown in terminals. */
function tellable(target: string): string {
  return target
    .replaceAll(/(baton_|whsec_|eyJ)[^\s/]+/g, '$1…')
    .replaceAll(/[\p{C}\p{Z}]/gu, ' ')
    .slice(0, 200);
}

function forgetting({ audit, clock, log }: AuditParts): Pick<Audit, 'start' | 'stop'> {
  let cancel = (): void => {};
  let stopped = false;
  const forget = (): void => {
    const at = clock.now();
    audit
      .forget({ before: at - keptMs, unknownBefore: at - strangersKeptMs, limit: forgottenAtOnce })
      .catch((error: unknown) => log.error({ error: String(error) }, 'Old entries of the audit log stay for an hour.'))
      .finally(() => {
        if (!stopped) cancel = clock.after(hourMs, forget);
      });
  };
  const stop = (): void => {
    stopped = true;
    cancel();
  };
  return { start: forget, stop };
}

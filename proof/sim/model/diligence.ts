import type { Call } from '../witness.ts';
import { broken, callName, type Lane, type Mirror, type OwedCall, type World } from './world.ts';

/** What was done for a call in this run of the program; times are ms of the simulation. */
type Care = { touchedAt: number; missedAt: number | null; inFlight: boolean };

/** How often what nobody did is looked for. */
const lookEveryMs = 20_000;
/** Longer than any wait between two tries of a call. */
const idleMs = 200_000;
/**
 * Longer than it takes until another instance makes the calls of one that is gone: its lease (8 s), the next round of
 * the others (2 s), who after a failed round of their own wait another lease, and where that is missed too the next look (6 s).
 */
const takeoverMs = 30_000;
/** An endpoint that takes no connections is tried by three lanes at a time, each for up to eleven seconds. */
const perLaneMs = 4_000;
/** Longer than anybody waits without a word. */
const silentMs = 60_000;
/** Longer than a disk takes. */
const graceMs = 10_000;

/**
 * What must not stay undone, nor be done in vain: calls that nobody tries, calls that are made again though they were taken,
 * and end users who are not told that their desk does not receive, or are told so for ever.
 */
export class Diligence {
  readonly #world: World;
  readonly #cares = new Map<string, Care>();
  #lookAt = 0;
  #refuses = false;
  /** By instance the calls that it has heard to be taken. */
  readonly #taken = new Map<number, Set<string>>();
  /** Since when the program serves and the disk takes what is written; null while not. */
  #wellSince: number | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** @param gone the instance that is gone. */
  turn(change: Readonly<{ gone?: number; refuses?: boolean }>): void {
    this.#refuses = change.refuses ?? this.#refuses;
    const { instances, clocks, isShared } = this.#world;
    this.#wellSince = instances.serve && !this.#refuses ? clocks.time() : null;
    // What a run of the program knew is gone with it. Among others, whoever goes on begins to count anew.
    if (change.gone !== undefined || isShared) this.#cares.clear();
    if (change.gone !== undefined) this.#taken.delete(change.gone);
  }

  /** What the database forgot may have been that a call was taken. */
  forgot(): void {
    this.#taken.clear();
  }

  called({ webhookId, by }: Call): void {
    const call = this.#find(webhookId);
    const care = this.#careOf(webhookId);
    if (this.#taken.get(by)?.has(webhookId) === true && call !== null && !call.call.replayed) {
      broken(5, call.mirror.id, `${callName(call.call)} is made again though its desk has taken it.`);
    }
    care.touchedAt = this.#world.clocks.time();
    care.inFlight = true;
  }

  heard({ webhookId, by }: Call, status: number | null): void {
    const care = this.#careOf(webhookId);
    care.touchedAt = this.#world.clocks.time();
    care.inFlight = false;
    if (status !== null && status >= 200 && status < 300) {
      this.#taken.set(by, (this.#taken.get(by) ?? new Set()).add(webhookId));
    } else care.missedAt ??= care.touchedAt;
  }

  stepped(): void {
    const time = this.#world.clocks.time();
    if (time < this.#lookAt) return;
    this.#lookAt = time + lookEveryMs;
    if (this.#wellSince === null) return;
    const wellFor = time - this.#wellSince;
    for (const mirror of this.#world.sessions.values()) {
      for (const lane of mirror.lanes.values()) this.#look(mirror, lane, wellFor);
      if (wellFor > idleMs) this.#checkOver(mirror, time);
    }
  }

  #look(mirror: Mirror, lane: Lane, wellFor: number): void {
    const head = lane.calls.find((call) => !isSettled(call) && !call.replayed);
    if (head === undefined || [...lane.inFlight.keys()].some((one) => this.#world.instances.isWell(one))) return;
    const time = this.#world.clocks.time();
    const care = this.#cares.get(head.id);
    const touchedAt = Math.max(0, ...lane.calls.map(({ id }) => this.#cares.get(id)?.touchedAt ?? 0));
    const idle = Math.min(wellFor, time - touchedAt, this.#world.lastNow - head.event.at);
    const most = this.#world.isShared ? idleMs + takeoverMs : idleMs;
    if (idle > most && idle > most + perLaneMs * this.#lanesAt(head.url)) {
      broken(2, mirror.id, `${callName(head)} is owed, and nobody has tried it for ${Math.round(idle / 1_000)} s.`);
    }
    if (care?.missedAt === null || care === undefined || time - care.missedAt < graceMs) return;
    const { handoff, delayed } = mirror.state ?? { handoff: null, delayed: null };
    const isHeard = handoff !== null && handoff !== undefined && `h${handoff.epoch}` === lane.name;
    if (!isHeard || handoff.stage === 'connecting' || head.kind === 'start' || delayed !== null) return;
    if (wellFor < silentMs || this.#world.lastNow - head.event.at < silentMs) return;
    broken(12, mirror.id, `${callName(head)} has been tried in vain for long, and the end user is not told.`);
  }

  /** How many lanes wait for an endpoint. */
  #lanesAt(url: string): number {
    let count = 0;
    for (const { lanes } of this.#world.sessions.values()) {
      for (const { calls } of lanes.values())
        if (calls.some((call) => call.url === url && !isSettled(call))) count += 1;
    }
    return count;
  }

  #checkOver({ id, state, lanes }: Mirror, time: number): void {
    if (state === null || state.delayed === null || state.handoff === null) return;
    const lane = lanes.get(`h${state.delayed.epoch}`);
    if (lane?.calls.every(isSettled) !== true) return;
    const touchedAt = Math.max(0, ...lane.calls.map((call) => this.#cares.get(call.id)?.touchedAt ?? 0));
    if (time - touchedAt < idleMs) return;
    broken(12, id, 'nothing waits for its desk any more, and the end user is still told so.');
  }

  #find(webhookId: string): Readonly<{ mirror: Mirror; call: OwedCall }> | null {
    const mirror = this.#world.sessions.get(webhookId.slice(0, 36));
    const call = mirror?.calls.get(webhookId);
    return mirror === undefined || call === undefined ? null : { mirror, call };
  }

  #careOf(webhookId: string): Care {
    const care = this.#cares.get(webhookId) ?? { touchedAt: 0, missedAt: null, inFlight: false };
    this.#cares.set(webhookId, care);
    return care;
  }
}

const isSettled = ({ taken, refused, died, skipped, cancelled }: OwedCall): boolean =>
  taken || refused || died || skipped || cancelled;

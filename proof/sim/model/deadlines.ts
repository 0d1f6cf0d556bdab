import type { SessionEvent } from '../../../src/core/events.ts';
import type { Owning, State } from './state.ts';
import { broken, instantOf, type Mirror, type World } from './world.ts';

/** Whatever is due has this long, while the program runs and its disk takes what is written. */
const graceMs = 10_000;
/**
 * Among others, one that finds a session due has it to itself for 10 s, and all look every second: where its claim or its
 * commit is lost without anybody being gone, it is found again after that; this is time for five such losses in a row.
 */
const graceAmongOthersMs = 60_000;

/** When a handoff times out; null while nobody owes anything. */
export function handoffDueAt(handoff: Owning): number | null {
  if (handoff.stage === 'connecting') return handoff.connectBy;
  return handoff.owedSince === null ? null : answerDueAt(handoff, handoff.owedSince);
}

/** By when an answer must come that is owed since `owedSince`. */
function answerDueAt({ limits, stage, answered, assignedAt }: Owning, owedSince: number): number {
  const wholeAt = owedSince + limits.waitingMs;
  const shorter = stage === 'queued' ? undefined : answered ? limits.eachMs : limits.firstMs;
  return shorter === undefined ? wholeAt : Math.min(wholeAt, Math.max(owedSince, assignedAt) + shorter);
}

/** What the desk is told with a message of the end user that comes at `at`. */
export function respondByOf(handoff: Owning, at: number): number {
  const { limits, stage, owedSince } = handoff;
  if (stage === 'connecting') return at + Math.min(limits.waitingMs, limits.firstMs ?? limits.waitingMs);
  return answerDueAt(handoff, owedSince ?? at);
}

/** The first deadline of a session; null when nothing is to come. */
export function dueAtOf(state: State): number | null {
  if (state.phase === 'ended') return null;
  if (state.asking !== null) return Math.min(state.expiresAt, state.asking.dueAt);
  const handoffAt = state.handoff === null ? null : handoffDueAt(state.handoff);
  return handoffAt === null ? state.expiresAt : Math.min(state.expiresAt, handoffAt);
}

/** A deadline takes effect before whatever comes after it, and not before it has come. */
export function checkDue(mirror: Mirror, state: State, event: SessionEvent): void {
  const dueAt = dueAtOf(state);
  const name = `event ${event.seq} (${event.kind})`;
  if (dueAt !== null && event.at >= dueAt) {
    if (isItsEffect(state, event)) return;
    broken(
      9,
      mirror.id,
      `${name} of ${instantOf(event.at)} came while the deadline of ${instantOf(dueAt)} had not taken effect.`,
    );
  }
  const early =
    (event.kind === 'handoff-ended' && (event.outcome === 'no-response' || event.outcome === 'expired')) ||
    (event.kind === 'session-ended' && event.reason === 'expired');
  if (!early) return;
  const until = dueAt === null ? 'nothing was due' : `the deadline was ${instantOf(dueAt)}`;
  broken(9, mirror.id, `${name} came at ${instantOf(event.at)}, too early: ${until}.`);
}

function isItsEffect(state: State, event: SessionEvent): boolean {
  const { handoff, asking } = state;
  if (asking !== null && event.at < state.expiresAt) {
    return event.kind === 'skill-failed' && event.request === asking.request;
  }
  if (handoff === null) return event.kind === 'session-ended' && event.reason === 'expired';
  if (event.kind !== 'handoff-ended') return false;
  if (event.at >= state.expiresAt) return event.outcome === 'expired';
  return event.outcome === (handoff.stage === 'connecting' ? 'failed' : 'no-response');
}

type Running = { dueAt: number; overdueSince: number | null };

/** Watches that no deadline passes without an effect. */
export class Bell {
  readonly #world: World;
  readonly #running = new Map<string, Running>();
  #nextAt = Number.POSITIVE_INFINITY;
  #servesSince: number | null = null;
  #diskRefuses = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Instances came, went, stood still or were cut off. */
  turned(): void {
    this.#servesSince = this.#world.instances.serve ? this.#world.clocks.time() : null;
    this.#forgive();
  }

  diskRefuses(refuses: boolean): void {
    this.#diskRefuses = refuses;
    this.#forgive();
  }

  moved(id: string, state: State): void {
    const dueAt = dueAtOf(state);
    const known = this.#running.get(id);
    if (dueAt === null) this.#running.delete(id);
    else if (known === undefined || known.dueAt !== dueAt) this.#running.set(id, { dueAt, overdueSince: null });
    if (dueAt !== null && dueAt < this.#nextAt) this.#nextAt = dueAt;
  }

  stepped(): void {
    const now = this.#world.clocks.now();
    if (now === null) return;
    this.#world.lastNow = now;
    if (now <= this.#nextAt || this.#servesSince === null || this.#diskRefuses) return;
    const time = this.#world.clocks.time();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [id, running] of this.#running) {
      if (running.dueAt < nextAt) nextAt = running.dueAt;
      if (running.dueAt >= now) continue;
      running.overdueSince ??= time;
      if (time - running.overdueSince <= (this.#world.isShared ? graceAmongOthersMs : graceMs)) continue;
      broken(
        9,
        id,
        `the clock has not rung: its deadline was ${instantOf(running.dueAt)}, and it is ${instantOf(now)}.`,
      );
    }
    this.#nextAt = nextAt;
  }

  /** Who could not ring, or could not write that it rang, gets the whole grace again. */
  #forgive(): void {
    for (const running of this.#running.values()) running.overdueSince = null;
  }
}

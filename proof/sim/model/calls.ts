import type { Call } from '../witness.ts';
import { checkBody } from './bodies.ts';
import { broken, callName, type Lane, type Mirror, type OwedCall, type World } from './world.ts';

type Found = Readonly<{ mirror: Mirror; lane: Lane; call: OwedCall }>;

const idForm = /^([0-9a-f-]{36})-(s|h[1-9]\d*|a[1-9]\d*)-[1-9]\d*-\d+$/;

/** The calls as they leave, arrive and are answered: in order within their lane, the same on every repeat. */
export class Calls {
  readonly #world: World;
  /** Lanes that have an attempt in flight. */
  readonly #busy = new Set<Lane>();

  constructor(world: World) {
    this.#world = world;
  }

  called(made: Call): void {
    const { mirror, lane, call } = this.#find(made);
    checkSame(mirror, call, made);
    if (call.replayed) return;
    const name = `${callName(call)}`;
    // Two instances may make the calls of one lane: each of them makes one at a time.
    const other = lane.inFlight.get(made.by);
    if (other !== undefined)
      broken(4, mirror.id, `${name} left while ${callName(other.call)} of its lane was in flight.`);
    lane.inFlight.set(made.by, { attempt: made.id, call });
    this.#busy.add(lane);
    const before = firstUnsettled(lane);
    if (before.place < call.place)
      broken(4, mirror.id, `${name} left while ${callName(before)}, which comes before it, was owed.`);
    if (call.kind !== 'inbound') return;
    if (call.cancelled)
      broken(6, mirror.id, `${name} left after its handoff had taken Failed: what it says goes to the flow.`);
    const { handoff } = mirror.state ?? {};
    if (handoff?.stage === 'connecting' && `h${handoff.epoch}` === lane.name) {
      broken(1, mirror.id, `${name} left before it was on disk that its handoff is connected.`);
    }
  }

  arrived(made: Call): void {
    const { mirror, lane, call } = this.#find(made);
    if (call.arrived) return;
    call.arrived = true;
    if (isExempt(call)) return;
    const missing = lane.calls.slice(0, call.place).find((one) => !one.arrived && !isExempt(one));
    if (missing === undefined) return;
    broken(4, mirror.id, `${callName(call)} arrived first, before ${callName(missing)}.`);
  }

  heard(made: Call, status: number | null): void {
    const { lane, call } = this.#find(made);
    if (lane.inFlight.get(made.by)?.attempt === made.id) {
      lane.inFlight.delete(made.by);
      if (lane.inFlight.size === 0) this.#busy.delete(lane);
    }
    if (status === null) return;
    if (status >= 200 && status < 300) call.taken = true;
    else if (!passes(status)) call.refused = true;
  }

  /** What was in flight when the program went is nobody's any more. */
  gone(instance: number): void {
    for (const lane of this.#busy) {
      lane.inFlight.delete(instance);
      if (lane.inFlight.size === 0) this.#busy.delete(lane);
    }
  }

  #find({ webhookId }: Call): Found {
    const [, sessionId, name] = idForm.exec(webhookId) ?? [];
    if (sessionId === undefined || name === undefined)
      return broken(5, 'unknown', `a call left with the odd id ${webhookId}.`);
    const mirror = this.#world.sessions.get(sessionId);
    const call = mirror?.calls.get(webhookId);
    const lane = mirror?.lanes.get(name);
    if (mirror !== undefined && call !== undefined && lane !== undefined) return { mirror, lane, call };
    return broken(1, sessionId, `call ${webhookId} left, and nothing on disk owes it.`);
  }
}

function checkSame(mirror: Mirror, call: OwedCall, { url, body }: Call): void {
  if (url !== call.url) broken(7, mirror.id, `${callName(call)} went to ${url}; its handoff's node names ${call.url}.`);
  if (call.body === body) return;
  if (call.body !== null)
    broken(5, mirror.id, `${callName(call)} was repeated with other bytes: first ${call.body}, then ${body}.`);
  checkBody(mirror, call, body);
  call.body = body;
}

const isSettled = (call: OwedCall): boolean => call.taken || call.died || call.skipped || call.cancelled;

/** Calls that ended otherwise than by their desk's taking them, and those tried again by hand, may arrive whenever they do. */
const isExempt = (call: OwedCall): boolean => call.died || call.skipped || call.cancelled || call.replayed;

/** The first call of a lane that is not settled; beyond the last, a place that nothing comes after. */
function firstUnsettled(lane: Lane): Pick<OwedCall, 'id' | 'kind' | 'place'> {
  for (; lane.settledTo < lane.calls.length; lane.settledTo += 1) {
    const call = lane.calls[lane.settledTo];
    if (call !== undefined && !isSettled(call)) return call;
  }
  return { id: '', kind: 'ended', place: Number.POSITIVE_INFINITY };
}

/** Contract 3.8: what is no refusal for good. */
const passes = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

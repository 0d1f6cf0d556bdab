import type { DiskCall } from '../witness.ts';
import { broken, callName, type Mirror, type OwedCall, type World } from './world.ts';

/** In the end every call that the log owes is on disk, once and settled, for a reason that was seen; and no other is. */
export function checkDisk({ sessions }: World, calls: readonly DiskCall[]): void {
  const found = new Set<string>();
  for (const stored of calls) {
    const { sessionId, lane, seq, part } = stored;
    const id = `${sessionId}-${lane}-${seq}-${part}`;
    const mirror = sessions.get(sessionId);
    const call = mirror?.calls.get(id);
    if (mirror === undefined || call === undefined)
      broken(
        5,
        sessionId,
        `the ${stored.kind} call ${lane}-${seq}-${part} is on disk, and nothing in the log owes it.`,
      );
    if (found.has(id)) broken(5, sessionId, `${callName(call)} is on disk twice.`);
    found.add(id);
    checkFate(mirror, call, stored);
  }
  for (const mirror of sessions.values()) {
    for (const { id, kind, event } of mirror.calls.values()) {
      if (!found.has(id))
        broken(
          2,
          mirror.id,
          `event ${event.seq} (${event.kind}) owes ${callName({ id, kind })}, which is not on disk.`,
        );
    }
    const { delayed, handoff } = mirror.state ?? {};
    if (handoff && delayed)
      broken(
        12,
        mirror.id,
        `handoff ${handoff.epoch} owes its desk nothing any more, and people are still told that it does not receive.`,
      );
  }
}

function checkFate(mirror: Mirror, call: OwedCall, { state, kind, replayed }: DiskCall): void {
  const tell = (sentence: string): never => broken(2, mirror.id, `${callName(call)} ${sentence}`);
  if (kind !== call.kind) tell(`is on disk as ${kind}.`);
  if (replayed && !call.replayed) tell('is marked as tried again by hand, which nobody had asked for.');
  switch (state) {
    case 'owed':
      return tell('is owed for ever.');
    case 'delivered':
      if (!call.taken) tell('counts as delivered, but its desk never said that it took it.');
      if (!call.arrived) tell('counts as delivered and never arrived.');
      return;
    case 'dead':
      if (!call.isDead) tell('is dead, which the log does not say.');
      return;
    case 'skipped':
      if (!call.skipped && !call.cancelled)
        tell('was left out, but nobody had asked for it and its handoff did not take Failed.');
  }
}

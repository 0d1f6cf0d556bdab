import type { EventOf, SessionEvent } from '../../../src/core/events.ts';
import { nameOf } from './owners.ts';
import type { State } from './state.ts';
import { broken, type Mirror } from './world.ts';

/**
 * A node's question is asked once at a time, has one outcome, and that has a cause; what an external bot is told has no
 * gap and no overlap.
 */
export function checkAsks(mirror: Mirror, state: State, event: SessionEvent): void {
  switch (event.kind) {
    case 'skill-requested':
      return checkRequest(mirror, state, event);
    case 'skill-answered':
    case 'skill-failed':
      return checkOutcome(mirror, state, event);
  }
}

function checkRequest(mirror: Mirror, state: State, event: EventOf<'skill-requested'>): void {
  const { id } = mirror;
  if (state.phase !== 'running') broken(24, id, `${nameOf(event)} asks although the flow does not run.`);
  if (event.to > state.lastMessageSeq && event.to > event.after) {
    broken(24, id, `${nameOf(event)} shows messages up to ${event.to}; the last one is ${state.lastMessageSeq}.`);
  }
  const [kept] = state.inputs;
  if (kept !== undefined && event.to >= kept) {
    broken(24, id, `${nameOf(event)} shows message ${kept}, which no node has taken.`);
  }
  if (event.skill !== 'external-bot') return;
  const told = state.bots.get(event.node) ?? 0;
  if (event.after !== told || event.to < told) {
    broken(24, id, `${nameOf(event)} tells its bot messages after ${event.after}; it was told those up to ${told}.`);
  }
}

function checkOutcome(mirror: Mirror, state: State, event: EventOf<'skill-answered' | 'skill-failed'>): void {
  const { id } = mirror;
  const { request } = event;
  if (request === null) return;
  if (state.asking?.request !== request && !state.requests.includes(request)) {
    return broken(24, id, `${nameOf(event)} is about request ${request}, which nobody waits for.`);
  }
  const call = mirror.calls.get(`${id}-a${request}-${request}-0`);
  if (call === undefined) return broken(24, id, `${nameOf(event)} is about request ${request}, which nothing owes.`);
  if (event.kind === 'skill-answered') {
    if (!call.taken) broken(24, id, `${nameOf(event)}: nobody has answered request ${request}.`);
    return;
  }
  const isDue = event.at >= call.tryUntil;
  if (call.taken || call.refused || isDue || mirror.managed.has(`skip ${call.id}`)) return;
  broken(24, id, `${nameOf(event)}: request ${request} had not failed, and its time was not over.`);
}

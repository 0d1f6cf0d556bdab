import { callsOf, changesOf } from './calls.ts';
import type { Call, CallChange } from './commands.ts';
import type { Fact, SessionEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { Flow } from './flow/flow.ts';
import type { Session } from './session.ts';
import type { Understanding } from './understanding.ts';

/** A decision in the making: facts are told to it one by one, and each is applied before the next is decided. */
export type Turn = {
  readonly flow: Flow;
  readonly at: number;
  readonly understanding: Understanding;
  session: Session;
  readonly events: SessionEvent[];
  readonly calls: Call[];
  readonly changes: CallChange[];
};

/** @param at instant of all its events; an instant before the session's last event counts as that. */
export function beginTurn(flow: Flow, session: Session, at: number, understanding: Understanding): Turn {
  return { flow, session, at: Math.max(at, session.at), understanding, events: [], calls: [], changes: [] };
}

/** Adds a fact to the turn. @returns the event, with the seq it got. */
export function tell(turn: Turn, fact: Fact): SessionEvent {
  const event: SessionEvent = { ...fact, seq: turn.session.version + 1, at: turn.at };
  turn.calls.push(...callsOf(turn.flow, turn.session, event));
  turn.changes.push(...changesOf(turn.session, event));
  turn.session = evolve(turn.session, event);
  turn.events.push(event);
  return event;
}

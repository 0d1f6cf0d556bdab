import type { Command, CommandResult } from '../commands.ts';
import { done } from '../results.ts';
import { type Turn, tell } from '../turn.ts';

/*
 * What people are told while a desk does not receive (decision 0024).
 * 1. A delay is told of the handoff that owns the session and is connected: before, *connecting* says it already, and
 *    afterwards the end user's words go elsewhere.
 * 2. At most one is open, and the state remembers it: what is reported again, after a restart for instance, tells nothing.
 * 3. It is closed by *delivery-resumed*, or with its handoff.
 */

type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** The call at the head of the handoff's lane was tried in vain for longer than one waits without a word. */
export function reportDelay(turn: Turn, command: CommandOf<'report-delay'>): CommandResult {
  const { epoch, call, callKind, since, cause } = command;
  const { phase, delayed } = turn.session;
  if (delayed !== null || phase.kind !== 'handoff' || phase.handoff.epoch !== epoch) return done();
  const { stage } = phase.handoff;
  if (stage.kind === 'connecting') return done();
  const queued = stage.kind === 'queued';
  return done(tell(turn, { kind: 'delivery-delayed', epoch, call, callKind, since, cause, queued }).seq);
}

/** The desk receives again, or nothing waits for it any more. */
export function reportResumed(turn: Turn, epoch: number): CommandResult {
  const { phase, delayed } = turn.session;
  if (delayed === null || delayed.epoch !== epoch) return done();
  const queued = phase.kind === 'handoff' && phase.handoff.stage.kind === 'queued';
  return done(tell(turn, { kind: 'delivery-resumed', epoch, since: delayed.since, queued }).seq);
}

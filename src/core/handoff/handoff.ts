import { laneOf } from '../calls.ts';
import type { Command, CommandResult } from '../commands.ts';
import type { HandoffOutcome } from '../events.ts';
import { nodeOf } from '../flow/flow.ts';
import type { LiveAgentRoutingNode } from '../flow/nodes.ts';
import { done, refuse } from '../results.ts';
import { runFlow } from '../run/run-flow.ts';
import type { Handoff } from '../session.ts';
import { type Turn, tell } from '../turn.ts';

/*
 * Live agent routing (contract 3.9): what moves a handoff.
 * 1. A write that names an epoch counts only while that epoch owns the session; one that names none counts for the
 *    current handoff.
 * 2. A handoff has exactly one outcome, told once by `endHandoff`, the only place that tells it.
 * 3. A disconnect of a handoff that has ended changes nothing and is no error.
 */

type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** Ends the current handoff with its one outcome; the flow goes on where that output leads. */
export function endHandoff(
  turn: Turn,
  outcome: Exclude<HandoffOutcome, 'expired'>,
  cause: string,
  said: Readonly<{ result?: string | undefined; tags?: readonly string[] | undefined }> = {},
): void {
  const { phase } = turn.session;
  if (phase.kind !== 'handoff') return;
  const { epoch, node: id } = phase.handoff;
  tell(turn, { kind: 'handoff-ended', epoch, node: id, outcome, cause, ...said });
  const node = nodeOf(turn.flow, id);
  const outputs: LiveAgentRoutingNode['outputs'] = node?.type === 'live-agent-routing' ? node.outputs : {};
  if (outcome !== 'user-left') return runFlow(turn, outputs[outputOf[outcome]]);
  if (outputs.userLeft === null || outputs.userLeft === undefined) {
    tell(turn, { kind: 'session-ended', reason: 'user-left' });
  } else runFlow(turn, outputs.userLeft);
}

const outputOf = { disconnected: 'default', failed: 'failed', 'no-response': 'noResponse' } as const;

/** The session's time is over, whoever owns it. */
export function expire(turn: Turn): void {
  const { phase } = turn.session;
  if (phase.kind === 'handoff') {
    const { epoch, node } = phase.handoff;
    tell(turn, { kind: 'handoff-ended', epoch, node, outcome: 'expired', cause: 'The session expired.' });
  }
  tell(turn, { kind: 'session-ended', reason: 'expired' });
}

/** The end user leaves; a second leave is no error. */
export function leave(turn: Turn): CommandResult {
  const { phase } = turn.session;
  if (phase.kind === 'handoff') endHandoff(turn, 'user-left', 'The end user left.');
  else if (phase.kind !== 'ended') tell(turn, { kind: 'session-ended', reason: 'user-left' });
  return done();
}

export function answerAsLiveAgent(turn: Turn, command: CommandOf<'answer'>): CommandResult {
  const handoff = ownedHandoff(turn, command.epoch);
  if ('kind' in handoff) return handoff;
  const { epoch, stage } = handoff;
  const { messageId, text, liveAgent } = command;
  if (stage.kind === 'connecting') tell(turn, { kind: 'handoff-connected', epoch, by: 'outbound', queued: false });
  if (stage.kind === 'queued') tell(turn, { kind: 'handoff-assigned', epoch, ...(liveAgent && { liveAgent }) });
  const event = tell(turn, {
    kind: 'live-agent-message-sent',
    messageId,
    epoch,
    text,
    ...(liveAgent && { liveAgent }),
  });
  return done(event.seq, messageId);
}

/** Tells nothing; refused when another owns the session. */
export function noteTyping(turn: Turn, command: CommandOf<'note-typing'>): CommandResult {
  const handoff = ownedHandoff(turn, command.epoch);
  return 'kind' in handoff ? handoff : done();
}

/** Somebody took a queued conversation; of one that has somebody it changes nothing. */
export function assign(turn: Turn, command: CommandOf<'assign'>): CommandResult {
  const handoff = ownedHandoff(turn, command.epoch);
  if ('kind' in handoff) return handoff;
  if (handoff.stage.kind === 'connecting') {
    return refuse(turn, 'wrong-owner', 'The handoff is not connected yet; assign after answering the start call.');
  }
  if (handoff.stage.kind === 'connected') return done();
  const { liveAgent } = command;
  return done(tell(turn, { kind: 'handoff-assigned', epoch: handoff.epoch, ...(liveAgent && { liveAgent }) }).seq);
}

export function disconnect(turn: Turn, command: CommandOf<'disconnect'>): CommandResult {
  const { phase, lastEpoch } = turn.session;
  const named = command.epoch ?? lastEpoch;
  if (lastEpoch === 0) return refuse(turn, 'wrong-owner', 'No live agent has ever owned this session.');
  if (named > lastEpoch || named < 1) {
    return refuse(turn, 'wrong-epoch', `This session has had ${lastEpoch} handoffs; name one of them or none.`);
  }
  if (phase.kind !== 'handoff') return done();
  const handoff = ownedHandoff(turn, command.epoch);
  if ('kind' in handoff) return handoff;
  const { result, tags } = command;
  const said = { ...(result === undefined ? {} : { result }), ...(tags === undefined ? {} : { tags }) };
  if (handoff.stage.kind === 'connecting') endHandoff(turn, 'failed', 'Disconnected before it was connected.', said);
  else endHandoff(turn, 'disconnected', 'The live agent handed back.', said);
  return done();
}

/** The start call was answered, or will never be. Its outcome matters only while its own handoff is connecting. */
export function settleStart(turn: Turn, command: CommandOf<'settle-start'>): CommandResult {
  const { epoch, call, answer, attempts } = command;
  const { phase } = turn.session;
  const connecting =
    phase.kind === 'handoff' && phase.handoff.epoch === epoch && phase.handoff.stage.kind === 'connecting';
  if (call.lane !== laneOf(epoch)) return done();
  if (epoch === turn.session.lastFailedEpoch) return settleAfterFailed(turn, command);
  if (answer.kind === 'accepted') {
    turn.changes.push({ kind: 'settle', call, state: 'delivered', attempts, cause: null });
    if (connecting) {
      const place = answer.place === undefined ? {} : { place: answer.place };
      tell(turn, { kind: 'handoff-connected', epoch, by: 'start', queued: answer.queued, ...place });
    }
    return done();
  }
  turn.changes.push({ kind: 'settle', call, state: 'dead', attempts, cause: answer.cause });
  tell(turn, { kind: 'delivery-died', call, callKind: 'start', cause: answer.cause });
  if (connecting) endHandoff(turn, 'failed', answer.cause);
  return done();
}

/** After *Failed* the call was given up with its lane; one that was replayed since is settled, and may die again. */
function settleAfterFailed(turn: Turn, command: CommandOf<'settle-start'>): CommandResult {
  const { call, answer, attempts, replayed } = command;
  const [state, cause] =
    answer.kind === 'accepted' ? (['delivered', null] as const) : (['dead', answer.cause] as const);
  turn.changes.push({ kind: 'settle', call, state, attempts, cause });
  if (replayed && cause !== null) tell(turn, { kind: 'delivery-died', call, callKind: 'start', cause });
  return done();
}

function ownedHandoff(turn: Turn, epoch: number | undefined): Handoff | Extract<CommandResult, { kind: 'refused' }> {
  const { phase } = turn.session;
  const refused = (code: 'wrong-owner' | 'wrong-epoch' | 'session-ended', message: string) =>
    refuse(turn, code, message) as Extract<CommandResult, { kind: 'refused' }>;
  if (phase.kind === 'ended') return refused('session-ended', 'The session has ended; nobody can be reached in it.');
  if (phase.kind !== 'handoff') {
    return refused('wrong-owner', 'The virtual agent owns this session; wait for its next handoff.');
  }
  if (epoch !== undefined && epoch !== phase.handoff.epoch) {
    return refused('wrong-epoch', `Handoff ${phase.handoff.epoch} owns this session, not ${epoch}; write to that one.`);
  }
  return phase.handoff;
}

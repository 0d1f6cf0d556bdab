import { assignmentsFor } from './assignments.ts';
import type { Command, CommandResult, Decision } from './commands.ts';
import type { Flow } from './flow/flow.ts';
import type { Assignment } from './flow/parameters.ts';
import { reportDelay, reportResumed } from './handoff/delay.ts';
import {
  answerAsLiveAgent,
  assign,
  disconnect,
  endHandoff,
  expire,
  leave,
  noteTyping,
  settleStart,
} from './handoff/handoff.ts';
import { plainUnderstanding } from './plain-understanding.ts';
import { respondBy, wakeAt } from './response-clock.ts';
import { done, refuse } from './results.ts';
import { answerNode } from './run/answer-node.ts';
import { runFlow } from './run/run-flow.ts';
import { failAsk, leaveOut, settleAsk } from './run/settle-ask.ts';
import { ownerOf, type Session } from './session.ts';
import { beginTurn, type Turn, tell } from './turn.ts';
import type { Understanding } from './understanding.ts';

/*
 * What follows from a command.
 * 1. Deadlines that have passed take effect before the command does, so that nobody wins a race against the clock.
 * 2. A refused command tells no fact of its own.
 * 3. One owner: the end user's words go where `phase` says, and the live agent's count only in the handoff that owns.
 * 4. Every event is applied before the next is decided; the decision's session is the fold of its events.
 */

/**
 * @param at now, in ms since 1970; an instant before the session's last event counts as that one.
 * @param understanding reads people's words.
 */
export function decide(
  flow: Flow,
  session: Session,
  command: Command,
  at: number,
  understanding: Understanding = plainUnderstanding,
): Decision {
  const turn = beginTurn(flow, session, at, understanding);
  passDeadlines(turn);
  const result = follow(turn, command);
  return { session: turn.session, events: turn.events, calls: turn.calls, changes: turn.changes, result };
}

function passDeadlines(turn: Turn): void {
  for (let due = wakeAt(turn.session); due !== null && due <= turn.at; due = wakeAt(turn.session)) {
    const { phase, expiresAt } = turn.session;
    if (turn.at >= expiresAt) expire(turn);
    else if (phase.kind === 'asking') failAsk(turn, 'It was not answered in time.');
    else if (phase.kind !== 'handoff') expire(turn);
    else if (phase.handoff.stage.kind === 'connecting') endHandoff(turn, 'failed', 'Nobody connected in time.');
    else endHandoff(turn, 'no-response', 'The live agent did not answer in time.');
  }
}

function follow(turn: Turn, command: Command): CommandResult {
  switch (command.kind) {
    case 'wake':
      return done();
    case 'connect-socket':
      return connectSocket(turn);
    case 'step':
      return step(turn, command);
    case 'say':
      return say(turn, command);
    case 'set-parameters':
      return setParameters(turn, command.parameters) ?? done();
    case 'acknowledge':
      return acknowledge(turn, command.receipt, command.seq);
    case 'leave':
      return leave(turn);
    case 'answer':
      return answerAsLiveAgent(turn, command);
    case 'note-typing':
      return noteTyping(turn, command);
    case 'assign':
      return assign(turn, command);
    case 'disconnect':
      return disconnect(turn, command);
    case 'settle-start':
      return settleStart(turn, command);
    case 'settle-ask':
      return settleAsk(turn, command);
    case 'report-delay':
      return reportDelay(turn, command);
    case 'report-resumed':
      return reportResumed(turn, command.epoch);
    default:
      return settleDelivery(turn, command);
  }
}

const endedSentence = 'The session has ended; start a new one with POST /http/init.';

function connectSocket(turn: Turn): CommandResult {
  if (turn.session.phase.kind === 'ended') return done();
  if (!turn.session.socketSeen) tell(turn, { kind: 'socket-connected' });
  startFlow(turn, 'socket');
  return done();
}

function startFlow(turn: Turn, by: 'socket' | 'step'): void {
  if (turn.session.phase.kind !== 'created') return;
  tell(turn, { kind: 'flow-started', by });
  runFlow(turn, turn.flow.start);
}

function step(turn: Turn, command: Extract<Command, { kind: 'step' }>): CommandResult {
  const { phase } = turn.session;
  if (phase.kind === 'ended') return refuse(turn, 'session-ended', endedSentence);
  const refused = setParameters(turn, command.parameters);
  if (refused !== null) return refused;
  const { input, messageId } = command;
  if (phase.kind === 'created') {
    hearGreeting(turn, messageId, input);
    startFlow(turn, 'step');
    return done();
  }
  if (isFirstWord(turn.session)) return greet(turn, command);
  if (input === null) return done();
  if (input !== '') return hear(turn, { messageId, text: input });
  answerNode(turn, '', null);
  return done();
}

/** Whether a socket has started the flow, and nothing was said or stepped yet. */
const isFirstWord = ({ stepped, initialMessage, phase }: Session): boolean =>
  !stepped && initialMessage === null && (phase.kind === 'waiting' || phase.kind === 'asking');

/** The first step answers no node, also when a socket has started the flow before it. */
function greet(turn: Turn, { messageId, input }: Extract<Command, { kind: 'step' }>): CommandResult {
  hearGreeting(turn, messageId, input);
  tell(turn, { kind: 'first-step-taken' });
  return done();
}

function hearGreeting(turn: Turn, messageId: string, input: string | null): void {
  if (input === null || input === '') return;
  tell(turn, { kind: 'user-message-received', messageId, text: input, to: { kind: 'greeting' } });
}

function say(turn: Turn, command: Extract<Command, { kind: 'say' }>): CommandResult {
  if (turn.session.phase.kind === 'ended') return refuse(turn, 'session-ended', endedSentence);
  startFlow(turn, 'socket');
  if (ownerOf(turn.session) === 'nobody') return refuse(turn, 'session-ended', endedSentence);
  return hear(turn, command);
}

type Utterance = Readonly<{ messageId: string; clientId?: string; text: string }>;

/** The end user's words go to whoever owns the session. */
function hear(turn: Turn, { messageId, clientId, text }: Utterance): CommandResult {
  const said = {
    kind: 'user-message-received',
    messageId,
    text,
    ...(clientId === undefined ? {} : { clientId }),
  } as const;
  if (turn.session.phase.kind === 'handoff') {
    const { handoff } = turn.session.phase;
    const { epoch, lastSentSeq } = handoff;
    const to = { kind: 'live-agent', epoch, previousSeq: lastSentSeq, respondBy: respondBy(handoff, turn.at) } as const;
    return done(tell(turn, { ...said, to }).seq, messageId);
  }
  const event = tell(turn, { ...said, to: { kind: 'virtual-agent' } });
  answerNode(turn, text, event.seq);
  return done(event.seq, messageId);
}

function setParameters(turn: Turn, asked: readonly Assignment[]): CommandResult | null {
  if (asked.length === 0) return null;
  if (turn.session.phase.kind === 'ended') return refuse(turn, 'session-ended', endedSentence);
  const checked = assignmentsFor(turn.flow, turn.session, asked);
  if (checked.kind === 'refused') return refuse(turn, checked.code, checked.message);
  tell(turn, { kind: 'parameters-set', parameters: checked.assignments });
  return null;
}

function acknowledge(turn: Turn, receipt: 'received' | 'read', seq: number): CommandResult {
  const { session } = turn;
  if (seq > session.version) {
    return refuse(turn, 'seq-unknown', `No event ${seq} exists yet; acknowledge only seqs that the socket has sent.`);
  }
  if (session.phase.kind === 'ended') return done();
  if (receipt === 'read' && seq > session.readTo) tell(turn, { kind: 'messages-read', to: seq });
  if (receipt === 'received' && seq > session.receivedTo) tell(turn, { kind: 'messages-received', to: seq });
  return done();
}

type DeliveryCommand = Extract<Command, { kind: 'report-dead' | 'replay-delivery' | 'skip-delivery' }>;

function settleDelivery(turn: Turn, command: DeliveryCommand): CommandResult {
  const { call } = command;
  switch (command.kind) {
    case 'report-dead': {
      const { callKind, cause, attempts, resumed = null } = command;
      turn.changes.push({ kind: 'settle', call, state: 'dead', attempts, cause });
      const { seq } = tell(turn, { kind: 'delivery-died', call, callKind, cause });
      if (resumed !== null) reportResumed(turn, resumed);
      return done(seq);
    }
    case 'replay-delivery':
      turn.changes.push({ kind: 'settle', call, state: 'owed' });
      return done(tell(turn, { kind: 'delivery-replayed', call }).seq);
    case 'skip-delivery': {
      const { phase } = turn.session;
      if (command.callKind === 'start' && phase.kind === 'handoff' && phase.handoff.stage.kind === 'connecting') {
        return refuse(turn, 'start-owed', 'The handoff waits for this call; disconnect the session to give it up.');
      }
      const { seq } = tell(turn, { kind: 'delivery-skipped', call });
      leaveOut(turn, call);
      return done(seq);
    }
  }
}

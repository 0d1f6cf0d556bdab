import type { ResponseLimits } from './events.ts';
import { defaultConnectSeconds, defaultWaitingHours, waitingMs } from './flow/flow.ts';
import type { LiveAgentRoutingNode } from './flow/nodes.ts';
import type { Handoff, HandoffStage, Session } from './session.ts';

/*
 * The response clock (contract 3.9, rule 3).
 * 1. It runs while the live agent owes an answer: from the connection, and from the first unanswered user message on.
 * 2. A live agent's message stops it.
 * 3. The waiting time counts from the moment the answer became owed; the shorter limits count from the assignment
 *    where that is later.
 */

export function limitsOf(node: LiveAgentRoutingNode): ResponseLimits {
  return {
    waitingMs: waitingMs(node.responseWaitingTime ?? defaultWaitingHours),
    ...(node.firstResponseWithin === undefined ? {} : { firstMs: Math.round(node.firstResponseWithin * 1000) }),
    ...(node.eachResponseWithin === undefined ? {} : { eachMs: Math.round(node.eachResponseWithin * 1000) }),
  };
}

export function connectMs(node: LiveAgentRoutingNode): number {
  return Math.round((node.connectWithin ?? defaultConnectSeconds) * 1000);
}

/** The earliest instant by which an answer could be due, were the connection made at `at`. */
export function firstDueAt(limits: ResponseLimits, at: number): number {
  return at + Math.min(limits.waitingMs, limits.firstMs ?? limits.waitingMs);
}

/** When this stage times out, or null while nobody owes anything. */
export function deadlineOf(limits: ResponseLimits, stage: HandoffStage): number | null {
  switch (stage.kind) {
    case 'connecting':
      return stage.connectBy;
    case 'queued':
      return stage.owedSince + limits.waitingMs;
    case 'connected': {
      if (stage.owedSince === null) return null;
      const shorter = stage.answered ? limits.eachMs : limits.firstMs;
      const whole = stage.owedSince + limits.waitingMs;
      return shorter === undefined ? whole : Math.min(whole, Math.max(stage.owedSince, stage.assignedAt) + shorter);
    }
  }
}

/** The stage after an end user's message at `at`: the clock starts unless it runs. */
export function owing(stage: HandoffStage, at: number): HandoffStage {
  return stage.kind === 'connected' && stage.owedSince === null ? { ...stage, owedSince: at } : stage;
}

/** By when a message sent at `at` must be answered. */
export function respondBy(handoff: Handoff, at: number): number {
  if (handoff.stage.kind === 'connecting') return firstDueAt(handoff.limits, at);
  return deadlineOf(handoff.limits, owing(handoff.stage, at)) ?? at + handoff.limits.waitingMs;
}

/** When the answer that the live agent owes now is due; null while they owe none, or nobody is connected. */
export function answerDueAt({ phase }: Session): number | null {
  if (phase.kind !== 'handoff' || phase.handoff.stage.kind === 'connecting') return null;
  return deadlineOf(phase.handoff.limits, phase.handoff.stage);
}

/** The earliest of the session's deadlines; null when nothing is to come. */
export function wakeAt(session: Session): number | null {
  if (session.phase.kind === 'ended') return null;
  if (session.phase.kind === 'asking') return Math.min(session.expiresAt, session.phase.dueAt);
  if (session.phase.kind !== 'handoff') return session.expiresAt;
  const deadline = deadlineOf(session.phase.handoff.limits, session.phase.handoff.stage);
  return deadline === null ? session.expiresAt : Math.min(session.expiresAt, deadline);
}

import { type Clock, pause } from '../../platform/clock.ts';
import { type Log, whereItArose } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { settleOutcome } from '../conversations/outcomes.ts';
import type { Conversation } from '../store/conversation-table.ts';
import type { DeskStore } from '../store/desk-store.ts';
import type { OwedCall } from '../store/outbox-table.ts';
import { type Judgement, judge, waitBefore } from './judge.ts';
import type { RouterAnswer, RouterCalls } from './router-calls.ts';

/*
 * Makes the calls that the desk owes the router.
 * 1. Of one conversation one call is under way at a time, in the order in which they became owed.
 * 2. A call leaves the outbox in the commit that writes what came of it; until then it is tried, for ever.
 * 3. Every try of a message goes under the same Idempotency-Key, so that one whose answer was lost is sent once.
 */
export type Sender = Readonly<{
  /** Sees to what is owed in a conversation; does nothing when that is under way. */
  owe: (conversationId: string) => void;
  /** Takes up all that was owed when the desk stopped. */
  start: () => void;
  /** Begins nothing more, and ends when nothing is under way. What is not certain stays owed. */
  stop: () => Promise<void>;
}>;

export type SenderParts = Readonly<{ store: DeskStore; router: RouterCalls; clock: Clock; random: Random; log: Log }>;

export function createSender(parts: SenderParts): Sender {
  const { store, log } = parts;
  const stopping = new AbortController();
  const lanes = new Map<string, Promise<void>>();
  /** Runs until nothing is owed; a fault of ours is told and tried again. */
  const run = async (conversationId: string): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await runLane(parts, conversationId, stopping.signal);
        // What became owed between the lane's last look and this moment is not forgotten.
        if (store.outbox.head(conversationId) === null) break;
      } catch (error) {
        log.error(
          { conversation: conversationId, stack: whereItArose(error) },
          'The desk could not see to what it owes; it tries again.',
        );
        await pause(parts.clock, 1_000, stopping.signal);
      }
    }
    lanes.delete(conversationId);
  };
  const owe = (conversationId: string): void => {
    if (stopping.signal.aborted || lanes.has(conversationId)) return;
    // Noted before it runs, so that a lane that is over at once is not noted after its end.
    lanes.set(conversationId, Promise.resolve());
    const lane = run(conversationId);
    if (lanes.has(conversationId)) lanes.set(conversationId, lane);
  };
  return {
    owe,
    start: () => {
      for (const conversationId of store.outbox.conversations()) owe(conversationId);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(lanes.values());
    },
  };
}

async function runLane(parts: SenderParts, conversationId: string, signal: AbortSignal): Promise<void> {
  const { store, clock, random } = parts;
  let attempts = 0;
  while (!signal.aborted) {
    const call = store.outbox.head(conversationId);
    const conversation = store.conversations.find(conversationId);
    if (call === null || conversation === null) return;
    const coveredSeq = Math.max(store.entries.newestSeq(conversationId) ?? 0, conversation.lastSeq);
    const judgement = judge(await attempt(parts, call, conversation), conversation.epoch);
    if (judgement.kind === 'passing') {
      if (signal.aborted) return;
      attempts += 1;
      tell(parts.log, call, judgement, attempts);
      await pause(clock, waitBefore(attempts, judgement.retryAfterMs, random.chance()), signal);
    } else {
      attempts = 0;
      settleOutcome(parts, call, judgement, coveredSeq);
    }
  }
}

function attempt(
  { store, router }: SenderParts,
  call: OwedCall,
  { id, sessionId, epoch }: Conversation,
): Promise<RouterAnswer> {
  const liveAgent = call.by;
  switch (call.kind) {
    case 'assign':
      return router.post(`/live-agent/assign/${sessionId}`, { epoch, liveAgent });
    case 'outbound': {
      const text = store.entries.find(id, call.entryId)?.text ?? '';
      const headers = { 'idempotency-key': call.entryId };
      return router.post(`/live-agent/outbound/${sessionId}`, { text, epoch, liveAgent }, headers);
    }
    case 'disconnect': {
      const headers = { 'idempotency-key': `end.${id}` };
      return router.post(`/live-agent/disconnect/${sessionId}`, { epoch }, headers);
    }
  }
}

function tell(log: Log, call: OwedCall, judgement: Extract<Judgement, { kind: 'passing' }>, attempts: number): void {
  const fields = { conversation: call.conversationId, call: call.kind, attempts, why: judgement.why };
  if (judgement.misconfigured) {
    log.error(fields, "The router does not let the desk in; check the desk's key and the router's address.");
  } else log.warn(fields, 'The router did not take a call of the desk; it is tried again.');
}

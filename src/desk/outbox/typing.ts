import type { Clock } from '../../platform/clock.ts';
import type { Conversation } from '../store/conversation-table.ts';
import type { RouterCalls } from './router-calls.ts';

const atMostEveryMs = 2_000;
const mostKnown = 1_000;

/**
 * Tells the router that somebody writes, at most once in 2 s for a conversation. Nobody waits for it, and it may be
 * lost.
 */
export function createTyping(router: RouterCalls, clock: Clock): (conversation: Conversation) => void {
  const lastTold = new Map<string, number>();
  return ({ id, sessionId, epoch }) => {
    const now = clock.now();
    if (now - (lastTold.get(id) ?? Number.NEGATIVE_INFINITY) < atMostEveryMs) return;
    // Kept in order of telling, so that the first is the one told longest ago.
    lastTold.delete(id);
    lastTold.set(id, now);
    const oldest = lastTold.size > mostKnown ? lastTold.keys().next().value : undefined;
    if (oldest !== undefined) lastTold.delete(oldest);
    void router.post(`/live-agent/typing/${sessionId}`, { epoch });
  };
}

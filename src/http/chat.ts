import { initAnswer } from '../contract/conversation.ts';
import type { Flow } from '../core/flow/flow.ts';
import { rateLimiter } from '../engine/rate.ts';
import { networkOf } from '../platform/edge/networks.ts';
import { checkOrigin } from './browsers.ts';
import { HttpError, rateLimited } from './http-error.ts';
import type { HttpParts } from './parts.ts';
import type { Asked, Handlers } from './serve.ts';

/** What a visitor of the chat page may ask, without a key. */
export function chatHandlers({ engine, tokens, clock, random, settings }: HttpParts): Handlers {
  const { chatsPerMinute, sessionLifeMs } = settings;
  const limiter = rateLimiter(chatsPerMinute / 60, chatsPerMinute);
  const chatOf = async ({ params }: Asked): Promise<Readonly<{ id: string; flow: Flow }>> => {
    const id = params.agent_id ?? '';
    const flow = await engine.published(id);
    if (flow?.webChat === true) return { id, flow };
    throw new HttpError('agent-not-found', `No virtual agent "${id}" chats here; publish it with "webChat": true.`);
  };
  return {
    chatProfile: async (asked) => {
      const { id, flow } = await chatOf(asked);
      return { agent_id: id, name: flow.name };
    },
    openChat: async (asked) => {
      const { id, flow } = await chatOf(asked);
      checkOrigin(id, flow, asked.headers.origin);
      const retryAfterMs = limiter.take(networkOf(asked.address), clock.now());
      if (retryAfterMs > 0) throw rateLimited('Too many conversations from this address', retryAfterMs);
      const startedAt = clock.now();
      const session = { id: random.uuid(startedAt), startedAt, expiresAt: startedAt + sessionLifeMs };
      return initAnswer(session, await tokens.issue(session.id, startedAt, session.expiresAt, id));
    },
  };
}

import {
  assignRequest,
  disconnectRequest,
  knownLiveAgent,
  readOutbound,
  typingRequest,
} from '../contract/live-agent.ts';
import { instant } from '../contract/text.ts';
import type { Command } from '../core/commands.ts';
import { answerDueAt } from '../core/response-clock.ts';
import type { Idempotency } from '../engine/submission.ts';
import { isUuid } from '../platform/random.ts';
import { fingerprint } from '../platform/secrets.ts';
import { accept, expectDone, HttpError, sessionNotFound, wrongShape } from './http-error.ts';
import type { HttpParts } from './parts.ts';
import { type Asked, type Handlers, idempotencyKey } from './serve.ts';

export function liveAgentHandlers({ engine, clock, random }: HttpParts): Handlers {
  const submit = async (asked: Asked, command: Command) => {
    const sessionId = sessionIdOf(asked);
    return expectDone(await engine.submit(sessionId, command, repeatOf(command.kind, asked)));
  };
  return {
    outbound: async (asked) => {
      const said = readOutbound(asked.body);
      if (said.kind === 'faulty') throw wrongShape(said.faults);
      if (said.kind === 'media') {
        throw new HttpError('media-refused', `The web channel carries text only, no ${said.mediaType}; send a text.`);
      }
      const { text, epoch, liveAgent } = said.value;
      const messageId = random.uuid(clock.now());
      const done = await submit(asked, {
        kind: 'answer',
        messageId,
        text,
        epoch,
        liveAgent: knownLiveAgent(liveAgent),
      });
      return { message_uuid: done.messageId };
    },
    disconnect: async (asked) => {
      const { epoch, outcome: result, tags } = accept(disconnectRequest.read(asked.body ?? {}));
      const { session, owner } = await submit(asked, { kind: 'disconnect', epoch, result, tags });
      return { session_id: session.id, owner };
    },
    typing: async (asked) => {
      const { epoch } = accept(typingRequest.read(asked.body ?? {}));
      const { session } = await submit(asked, { kind: 'note-typing', epoch });
      engine.signal({ sessionId: session.id, kind: 'live-agent-typing' });
    },
    assign: async (asked) => {
      const { epoch, liveAgent } = accept(assignRequest.read(asked.body ?? {}));
      const { session, owner } = await submit(asked, { kind: 'assign', epoch, liveAgent: knownLiveAgent(liveAgent) });
      const dueAt = answerDueAt(session);
      return { session_id: session.id, owner, ...(dueAt === null ? {} : { respondBy: instant(dueAt) }) };
    },
  };
}

/** @throws HttpError when the path cannot name a session. */
export function sessionIdOf({ params }: Pick<Asked, 'params'>): string {
  const id = (params.session_id ?? '').toLowerCase();
  if (!isUuid(id)) throw sessionNotFound();
  return id;
}

function repeatOf(kind: Command['kind'], asked: Asked): Idempotency | undefined {
  const key = idempotencyKey(asked);
  if (key === null) return undefined;
  return { key, fingerprint: fingerprint(`${kind} ${JSON.stringify(asked.body ?? {})}`) };
}

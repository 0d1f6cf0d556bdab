import { initAnswer, initRequest, stepAnswer, stepRequest } from '../contract/conversation.ts';
import type { SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';
import type { NotOpened } from '../engine/engine.ts';
import type { SessionStore } from '../store/store.ts';
import { checkOrigin } from './browsers.ts';
import {
  accept,
  expectDone,
  HttpError,
  overloadedError,
  sessionNotFound,
  stoppingError,
  unavailableError,
} from './http-error.ts';
import type { HttpParts } from './parts.ts';
import type { Handlers } from './serve.ts';

/**
 * The events that a step reports. Where a socket has started the flow, the first step reports what was said since then:
 * to its client nothing has been said yet.
 */
async function toldFirst(sessions: SessionStore, { id }: Session, events: Events): Promise<Events> {
  const last = events.at(-1);
  return last?.kind === 'first-step-taken' ? sessions.readEvents(id, 0, last.seq) : events;
}

type Events = readonly SessionEvent[];

/** @throws HttpError for everything but a session. */
export function expectOpened(opened: Session | NotOpened, virtualAgentId: string): Session {
  if (opened === 'stopping') throw stoppingError();
  if (opened === 'unavailable') throw unavailableError();
  if (opened === 'overloaded') throw overloadedError();
  if (opened === 'session-ended') throw sessionNotFound();
  if (opened !== 'agent-not-found') return opened;
  throw new HttpError('agent-not-found', `No virtual agent "${virtualAgentId}" is published; PUT /agents first.`);
}

/** A step is answered when the flow waits for the end user; one that asks the world outside for longer, before that. */
const longestStepMs = 90_000;

export function endUserHandlers({ engine, store, tokens, clock, random, state }: HttpParts): Handlers {
  const checkOriginOf = async (sessionId: string, origin: string): Promise<void> => {
    const session = await engine.read(sessionId);
    const flow = session === null ? null : await engine.flowOf(session);
    if (session !== null && flow !== null) checkOrigin(session.virtualAgentId, flow, origin);
  };
  return {
    init: async ({ body }) => {
      const { agent_id: virtualAgentId, user } = accept(initRequest.read(body));
      const session = expectOpened(await engine.open({ virtualAgentId, userId: user?.id }), virtualAgentId);
      return initAnswer(session, await tokens.issue(session.id, session.startedAt, session.expiresAt));
    },
    step: async ({ params, body, headers, isGone = () => false }) => {
      const { input = null, parameters = [] } = accept(stepRequest.read(body));
      if (headers.origin !== undefined) await checkOriginOf(params.session_id ?? '', headers.origin);
      const messageId = random.uuid(clock.now());
      const command = { kind: 'step', messageId, input, parameters } as const;
      const { session, events } = expectDone(await engine.submit(params.session_id ?? '', command));
      const told = await toldFirst(store.sessions, session, events);
      const flow = await engine.flowOf(session);
      if (session.phase.kind !== 'asking') return stepAnswer(session, told, flow);
      const rested = await engine.rest(session, {
        withinMs: longestStepMs,
        isOver: () => isGone() || state() === 'stopping',
      });
      const more = await store.sessions.readEvents(session.id, session.version, rested.version - session.version);
      return stepAnswer(rested, [...told, ...more], flow);
    },
  };
}

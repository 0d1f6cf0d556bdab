import type { Command } from '../core/commands.ts';
import type { EventOf } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import type { ParameterValues } from '../core/flow/parameters.ts';
import type { Session } from '../core/session.ts';
import type { Change } from './changes.ts';
import { changeHub } from './changes.ts';
import { committer } from './commit.ts';
import { flowCache } from './flows.ts';
import { rateLimiter } from './rate.ts';
import { sessionCache } from './session-cache.ts';
import type { EngineParts, EngineSettings, Idempotency, Submitted } from './submission.ts';
import { Waker } from './waker.ts';

export type SessionRequest = Readonly<{ virtualAgentId: string; userId?: string | undefined }>;

export const defaultEngineSettings: EngineSettings = {
  sessionLifeMs: 24 * 3_600_000,
  messagesPerSecond: 50,
  messageBurst: 200,
  longestQueue: 20_000,
};

/** Everything that may happen to sessions happens through here. */
export type Engine = Readonly<{
  /** Opens a session with the published version of a virtual agent. */
  open: (request: SessionRequest) => Promise<Session | 'agent-not-found' | 'stopping' | 'overloaded' | 'unavailable'>;
  /** Resolves when what it reports is flushed. Rejects only by surprise, and then nothing was changed. */
  submit: (sessionId: string, command: Command, idempotency?: Idempotency) => Promise<Submitted>;
  /** The session as it is now, or null when there is none. */
  read: (sessionId: string) => Promise<Session | null>;
  flowOf: (session: Session) => Promise<Flow | null>;
  /** What was committed, in batches, from now on. A hint: a reader that misses some finds all of it in the log. */
  changes: () => AsyncIterable<readonly Change[]>;
  /** Starts waking sessions whose deadlines come. */
  start: () => void;
  /** Takes no more commands, finishes those it has, ends every `changes`. */
  stop: () => Promise<void>;
  stats: () => Readonly<{ waiting: number; cached: number; batches: number; commands: number }>;
}>;

export function createEngine(parts: EngineParts): Engine {
  const { sessions, agents, clock, random, settings } = parts;
  const cache = sessionCache(sessions);
  const flows = flowCache(agents);
  const hub = changeHub();
  const limiter = rateLimiter(settings.messagesPerSecond, settings.messageBurst);
  const wakeUp = async (id: string): Promise<void> => {
    const woken = await enqueue(id, { kind: 'wake' });
    if (woken.kind !== 'done') throw new Error(`Waking was answered with ${woken.kind}.`);
  };
  const wake = new Waker({ sessions, clock, log: parts.log, wake: wakeUp });
  const commits = committer({ ...parts, cache, flows, hub, limiter, scheduled: (at) => wake.schedule(at) });
  let stopping = false;

  const enqueue = (sessionId: string, command: Command, idempotency?: Idempotency): Promise<Submitted> =>
    commits.enqueue({ sessionId, command, ...(idempotency && { idempotency }) });

  const submit: Engine['submit'] = async (sessionId, command, idempotency) => {
    if (stopping) return { kind: 'stopping' };
    if (commits.waiting() >= settings.longestQueue) return { kind: 'overloaded' };
    return enqueue(sessionId, command, idempotency);
  };

  const open: Engine['open'] = async ({ virtualAgentId, userId }) => {
    if (stopping) return 'stopping';
    if (commits.waiting() >= settings.longestQueue) return 'overloaded';
    const version = await agents.findVersion(virtualAgentId);
    const flow = version === null ? null : await flows.find(virtualAgentId, version);
    if (version === null || flow === null) return 'agent-not-found';
    const agent = { id: virtualAgentId, version, flow };
    return commits.open(startOf(agent, userId, random.uuid(clock.now()), clock.now(), settings.sessionLifeMs));
  };

  return {
    open,
    submit,
    read: cache.read,
    flowOf: (session) => flows.find(session.virtualAgentId, session.flowVersion),
    changes: hub.changes,
    start: () => wake.start(),
    stop: async () => {
      stopping = true;
      await wake.stop();
      await commits.drain();
      hub.end();
    },
    stats: () => ({ waiting: commits.waiting(), cached: cache.size(), ...commits.stats() }),
  };
}

function startOf(
  agent: Readonly<{ id: string; version: number; flow: Flow }>,
  userId: string | undefined,
  sessionId: string,
  at: number,
  lifeMs: number,
): EventOf<'session-started'> {
  return {
    kind: 'session-started',
    seq: 1,
    at,
    sessionId,
    virtualAgentId: agent.id,
    flowVersion: agent.version,
    userId,
    expiresAt: at + lifeMs,
    parameters: defaultsOf(agent.flow),
  };
}

function defaultsOf(flow: Flow): ParameterValues {
  const declared = (flow.parameters ?? []).flatMap(({ name, multi, value }) =>
    value === undefined ? [] : [[name, multi === true && typeof value === 'string' ? [value] : value] as const],
  );
  return Object.fromEntries(declared);
}

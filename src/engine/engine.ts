import type { Command } from '../core/commands.ts';
import type { Flow } from '../core/flow/flow.ts';
import type { Session } from '../core/session.ts';
import { createFeed } from '../platform/feed.ts';
import type { SharedStore } from '../store/shared.ts';
import { StoreUnavailableError } from '../store/unavailable.ts';
import type { Change, News, Signal } from './changes.ts';
import { type CommitStats, committer } from './commit.ts';
import { flowCache } from './flows.ts';
import { type Neighbours, neighbours } from './neighbours.ts';
import { opener, type SessionRequest } from './open.ts';
import { rateLimiter } from './rate.ts';
import { type Rest, restOf } from './rest.ts';
import { type SessionCache, sessionCache } from './session-cache.ts';
import type { EngineParts, EngineSettings, Idempotency, Submitted } from './submission.ts';
import { Waker } from './waker.ts';

export const defaultEngineSettings: EngineSettings = {
  sessionLifeMs: 24 * 3_600_000,
  messagesPerSecond: 50,
  messageBurst: 200,
  longestQueue: 20_000,
};

/** Why a session was not opened; only one that was handed out may have ended before it began. */
export type NotOpened = 'agent-not-found' | 'session-ended' | 'stopping' | 'overloaded' | 'unavailable';

/** Everything that may happen to sessions happens through here. */
export type Engine = Readonly<{
  /** Opens a session with the published version of a virtual agent. */
  open: (request: SessionRequest) => Promise<Session | NotOpened>;
  /** Resolves when what it reports is flushed. Rejects only by surprise, and then nothing was changed. */
  submit: (sessionId: string, command: Command, idempotency?: Idempotency) => Promise<Submitted>;
  /** The session as it is now, or null when there is none. */
  read: (sessionId: string) => Promise<Session | null>;
  /** Whether the end user's message of this client id is stored now. */
  hasHeard: (sessionId: string, clientId: string) => Promise<boolean>;
  flowOf: (session: Session) => Promise<Flow | null>;
  /** The session when its flow waits for no outside answer any more, or as it is when nobody waits longer. */
  rest: Rest;
  /** The flow that new sessions of a virtual agent get, or null when none is published. */
  published: (virtualAgentId: string) => Promise<Flow | null>;
  /** What was committed, in batches, from now on. A hint: a reader that misses some finds all of it in the log. */
  changes: () => AsyncIterable<readonly Change[]>;
  /** Starts waking sessions whose deadlines come. */
  start: () => void;
  /** Takes no more commands, finishes those it has, ends every `changes`. */
  stop: () => Promise<void>;
  stats: () => CommitStats & Readonly<{ waiting: number; cached: number }>;
}> &
  Neighbours;

export function createEngine(parts: EngineParts): Engine {
  const { sessions, agents, clock, settings, neighbourhood } = parts;
  const shared = neighbourhood?.store ?? null;
  const cache = sessionCache(sessions, shared !== null);
  const flows = flowCache(agents, parts.trialDesk);
  const feeds = { hub: createFeed<Change>(), signals: createFeed<Signal>(), news: createFeed<News>() };
  const { hub } = feeds;
  const limiter = rateLimiter(settings.messagesPerSecond, settings.messageBurst);
  const wake = new Waker({
    ...{ sessions, clock, log: parts.log, isShared: shared !== null },
    wake: async (id) => settleWake(await enqueue(id, waking), id, shared),
  });
  const commits = committer({ ...parts, cache, flows, hub, limiter, scheduled: (at) => wake.schedule(at) });
  let stopping = false;

  const enqueue = (sessionId: string, command: Command, idempotency?: Idempotency): Promise<Submitted> =>
    commits.enqueue({ sessionId, command, ...(idempotency && { idempotency }) });

  const refusal = (): 'stopping' | 'overloaded' | null => {
    if (stopping) return 'stopping';
    return commits.waiting() >= settings.longestQueue ? 'overloaded' : null;
  };

  const around = neighbours(neighbourhood, cache, feeds);
  const rest = restOf({ read: cache.read, look: around.look, clock, changes: hub.follow(), news: around.news() });
  const { published, openOne } = opener({ ...parts, flows, cache, commits, lifeMs: settings.sessionLifeMs });

  return {
    open: async (request) => refusal() ?? openOne(request),
    submit: async (sessionId, command, idempotency) => {
      const kind = refusal();
      return kind === null ? enqueue(sessionId, command, idempotency) : { kind };
    },
    read: cache.read,
    hasHeard: heardBy(cache),
    flowOf: (session) => flows.find(session.virtualAgentId, session.flowVersion),
    published,
    changes: hub.follow,
    rest,
    ...around,
    start: () => wake.start(),
    stop: async () => {
      stopping = true;
      await wake.stop();
      await commits.drain();
      for (const feed of Object.values(feeds)) feed.end();
    },
    stats: () => ({ waiting: commits.waiting(), cached: cache.size(), ...commits.stats() }),
  };
}

const heardBy =
  (cache: SessionCache): Engine['hasHeard'] =>
  async (sessionId, clientId) => {
    // What others have stored, or what was stored without an answer, is known when the session was read.
    await cache.read(sessionId);
    return (await cache.seqOf(sessionId, clientId)) !== null;
  };

const waking: Command = { kind: 'wake' };

/** @throws Error when it is to be tried again. A session that a newer program has written is found due by that. */
async function settleWake({ kind }: Submitted, id: string, shared: SharedStore | null): Promise<void> {
  if (kind === 'newer') await shared?.giveUp([id]);
  else if (kind === 'unavailable') throw new StoreUnavailableError('The wake-up could not be stored.');
  else if (kind !== 'done') throw new Error(`Waking was answered with ${kind}.`);
}

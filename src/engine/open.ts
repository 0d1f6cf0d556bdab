import type { EventOf } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import type { ParameterValues } from '../core/flow/parameters.ts';
import type { Session } from '../core/session.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { AgentStore } from '../store/store.ts';
import type { Committer } from './commit.ts';
import type { FlowCache } from './flows.ts';
import type { SessionCache } from './session-cache.ts';

export type SessionRequest = Readonly<{
  virtualAgentId: string;
  userId?: string | undefined;
  /** A session that was handed out before it is stored; when it was opened already it is given as it is. */
  handedOut?: Readonly<{ sessionId: string; expiresAt: number }> | undefined;
}>;

/** What is published of a virtual agent. */
type Published = Readonly<{ id: string; version: number; flow: Flow }>;

type FindPublished = (virtualAgentId: string) => Promise<Published | null>;

export function publishedBy(agents: AgentStore, flows: FlowCache): FindPublished {
  return async (id) => {
    const version = await agents.findVersion(id);
    const flow = version === null ? null : await flows.find(id, version);
    return version === null || flow === null ? null : { id, version, flow };
  };
}

export type OpenerParts = Readonly<{
  published: FindPublished;
  cache: SessionCache;
  commits: Committer;
  clock: Clock;
  random: Random;
  /** How long a session lives, ms. */
  lifeMs: number;
}>;

/** Opens sessions with the published version of their virtual agent. */
export function opener({ published, cache, commits, clock, random, lifeMs }: OpenerParts) {
  return async (request: SessionRequest): Promise<Session | 'agent-not-found' | 'unavailable'> => {
    const { virtualAgentId, userId, handedOut } = request;
    const known = handedOut === undefined ? null : await cache.read(handedOut.sessionId);
    if (known !== null) return known;
    const agent = await published(virtualAgentId);
    if (agent === null) return 'agent-not-found';
    const at = clock.now();
    const { sessionId, expiresAt } = handedOut ?? { sessionId: random.uuid(at), expiresAt: at + lifeMs };
    const opened = await commits.open(startOf(agent, userId, sessionId, at, expiresAt));
    return opened === 'overtaken' ? ((await cache.read(sessionId)) ?? 'unavailable') : opened;
  };
}

function startOf(
  agent: Readonly<{ id: string; version: number; flow: Flow }>,
  userId: string | undefined,
  sessionId: string,
  at: number,
  expiresAt: number,
): EventOf<'session-started'> {
  return {
    kind: 'session-started',
    seq: 1,
    at,
    sessionId,
    virtualAgentId: agent.id,
    flowVersion: agent.version,
    userId,
    expiresAt,
    parameters: defaultsOf(agent.flow),
  };
}

function defaultsOf(flow: Flow): ParameterValues {
  const declared = (flow.parameters ?? []).flatMap(({ name, multi, value }) =>
    value === undefined ? [] : [[name, multi === true && typeof value === 'string' ? [value] : value] as const],
  );
  return Object.fromEntries(declared);
}

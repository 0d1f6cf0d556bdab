import type { EventOf } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import type { ParameterValues } from '../core/flow/parameters.ts';
import type { Session } from '../core/session.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { AgentStore } from '../store/agents.ts';
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

export type OpenerParts = Readonly<{
  agents: AgentStore;
  flows: FlowCache;
  cache: SessionCache;
  commits: Committer;
  clock: Clock;
  random: Random;
  /** How long a session lives, ms. */
  lifeMs: number;
}>;

export type Opener = Readonly<{
  openOne: (request: SessionRequest) => Promise<Session | 'agent-not-found' | 'session-ended' | 'unavailable'>;
  /** The flow that new sessions get, or null. */
  published: (virtualAgentId: string) => Promise<Flow | null>;
}>;

/** Opens sessions with the published version of their virtual agent. */
export function opener({ agents, flows, cache, commits, clock, random, lifeMs }: OpenerParts): Opener {
  const find = async (id: string): Promise<Published | null> => {
    const version = await agents.findVersion(id);
    const flow = version === null ? null : await flows.find(id, version);
    return version === null || flow === null ? null : { id, version, flow };
  };
  return {
    published: async (id) => (await find(id))?.flow ?? null,
    openOne: async ({ virtualAgentId, userId, handedOut }) => {
      const known = handedOut === undefined ? null : await cache.read(handedOut.sessionId);
      if (known !== null) return known;
      const agent = await find(virtualAgentId);
      // It may have stopped chatting with strangers since the session was handed out.
      if (agent === null || (handedOut !== undefined && agent.flow.webChat !== true)) return 'agent-not-found';
      const at = clock.now();
      // Whoever waits long before the first word may find that its time is over.
      if (handedOut !== undefined && handedOut.expiresAt <= at) return 'session-ended';
      const { sessionId, expiresAt } = handedOut ?? { sessionId: random.uuid(at), expiresAt: at + lifeMs };
      const opened = await commits.open(startOf(agent, userId, sessionId, at, expiresAt));
      return opened === 'overtaken' ? ((await cache.read(sessionId)) ?? 'unavailable') : opened;
    },
  };
}

function startOf(
  agent: Published,
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

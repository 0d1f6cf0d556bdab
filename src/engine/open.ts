import type { EventOf } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import type { ParameterValues } from '../core/flow/parameters.ts';
import { declaresUserParameters, isKeepable, startParameters } from '../core/flow/user-parameters.ts';
import type { Session } from '../core/session.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { AgentStore } from '../store/agents.ts';
import type { UserStore } from '../store/users.ts';
import type { Committer } from './commit.ts';
import type { FlowCache } from './flows.ts';
import type { SessionCache } from './session-cache.ts';

export type SessionRequest = Readonly<{
  virtualAgentId: string;
  userId?: string | undefined;
  /** A session that was handed out before it is stored; when it was opened already it is given as it is. */
  handedOut?: Readonly<{ sessionId: string; expiresAt: number }> | undefined;
  /** It runs a trial, which is kept, and not what is published. @param parameters that it begins with. */
  trial?: Readonly<{ version: number; parameters: ParameterValues }> | undefined;
}>;

/** A version of a virtual agent. */
type Version = Readonly<{ id: string; version: number; flow: Flow }>;

export type OpenerParts = Readonly<{
  agents: AgentStore;
  users: UserStore;
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

/** Opens sessions with the published version of their virtual agent, or with a trial of its draft. */
export function opener({ agents, users, flows, cache, commits, clock, random, lifeMs }: OpenerParts): Opener {
  const find = async (id: string, trial?: number): Promise<Version | null> => {
    const version = trial ?? (await agents.findVersion(id));
    const flow = version === null ? null : await flows.find(id, version);
    return version === null || flow === null ? null : { id, version, flow };
  };
  return {
    published: async (id) => (await find(id))?.flow ?? null,
    openOne: async ({ virtualAgentId, userId, handedOut, trial }) => {
      const known = handedOut === undefined ? null : await cache.read(handedOut.sessionId);
      if (known !== null) return known;
      const agent = await find(virtualAgentId, trial?.version);
      // It may have stopped chatting with strangers since the session was handed out.
      if (agent === null || (handedOut !== undefined && agent.flow.webChat !== true)) return 'agent-not-found';
      const kept = await keptOf(users, agent.flow, userId);
      const parameters = startParameters(agent.flow, kept, trial?.parameters);
      const at = clock.now();
      // Whoever waits long before the first word may find that its time is over.
      if (handedOut !== undefined && handedOut.expiresAt <= at) return 'session-ended';
      const { sessionId, expiresAt } = handedOut ?? { sessionId: random.uuid(at), expiresAt: at + lifeMs };
      const start = { sessionId, userId, at, expiresAt, parameters };
      const opened = await commits.open(startOf(agent, start));
      return opened === 'overtaken' ? ((await cache.read(sessionId)) ?? 'unavailable') : opened;
    },
  };
}

/** What is kept for the user, where the flow has use for it. */
async function keptOf(users: UserStore, flow: Flow, userId: string | undefined): Promise<ParameterValues> {
  if (userId === undefined || !isKeepable(userId) || !declaresUserParameters(flow)) return {};
  return users.parameters(userId);
}

type Start = Pick<EventOf<'session-started'>, 'sessionId' | 'userId' | 'at' | 'expiresAt' | 'parameters'>;

function startOf(agent: Version, { at, ...start }: Start): EventOf<'session-started'> {
  const { id: virtualAgentId, version: flowVersion } = agent;
  return { kind: 'session-started', seq: 1, at, virtualAgentId, flowVersion, ...start };
}

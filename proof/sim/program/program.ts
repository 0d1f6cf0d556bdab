import { type AnswerError, errorStatus } from '../../../src/contract/errors.ts';
import { trialDeskAt } from '../../../src/contract/trials/trials.ts';
import { createDispatcher } from '../../../src/delivery/dispatcher.ts';
import { signingSecrets } from '../../../src/delivery/signing-secrets.ts';
import { createWrongTries } from '../../../src/engine/addresses.ts';
import { createEngine, defaultEngineSettings, type Engine } from '../../../src/engine/engine.ts';
import { agentHandlers } from '../../../src/http/agents/agents.ts';
import type { FlowJudges } from '../../../src/http/agents/flow-faults.ts';
import { chatHandlers } from '../../../src/http/chat.ts';
import { deliveryHandlers } from '../../../src/http/deliveries.ts';
import { endUserHandlers } from '../../../src/http/end-user.ts';
import { HttpError, startingError, stoppingError, unavailableError } from '../../../src/http/http-error.ts';
import { liveAgentHandlers } from '../../../src/http/live-agent.ts';
import type { HttpParts } from '../../../src/http/parts.ts';
import { recordHandlers } from '../../../src/http/record.ts';
import { type Asked, type Handlers, toldFromDisk } from '../../../src/http/serve.ts';
import { admit, type Target } from '../../../src/live/admission.ts';
import { Heartbeat } from '../../../src/live/heartbeat.ts';
import { createHub } from '../../../src/live/hub.ts';
import { type Connection, hangUp } from '../../../src/live/outlet.ts';
import { watchOthers } from '../../../src/live/watch.ts';
import type { DeskCaller } from '../../../src/outgoing/desk-caller.ts';
import type { NetworkGuard } from '../../../src/outgoing/network-guard.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import type { Log } from '../../../src/platform/log.ts';
import type { Random } from '../../../src/platform/random.ts';
import { sessionTokens } from '../../../src/platform/session-tokens.ts';
import type { Skills } from '../../../src/skills/skills.ts';
import type { Hints } from '../../../src/store/hints/hints.ts';
import type { Store } from '../../../src/store/store.ts';
import { isStoreUnavailable } from '../../../src/store/unavailable.ts';
import { randomUnderstanding } from './understanding.ts';

export type Answer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> | null }>;

/** One run of the program: all rooms but the libraries, SQL and what listens at a port. */
export type Program = Readonly<{
  state: () => 'starting' | 'ready' | 'stopping';
  handle: (operation: string, asked: Asked) => Promise<Answer>;
  takeSocket: (connection: Connection, target: Target) => void;
  /** As SIGTERM does it. Resolves when all is closed. */
  stop: () => Promise<void>;
}>;

export type ProgramParts = Readonly<{
  clock: Clock;
  random: Random;
  log: Log;
  store: Pick<Store, 'sessions' | 'deliveries' | 'agents' | 'users' | 'shared'>;
  /** The way of hints between instances; null where there is one. */
  hints: Hints | null;
  caller: DeskCaller;
  skills: Skills;
  sessionLifeMs: number;
  /** Sockets that are open, for a stop to close. */
  sockets: () => readonly Connection[];
  ready: () => void;
}>;

const secret = new Uint8Array(32).fill(7);
const graceMs = 2_000;
const judges: FlowJudges = {
  guard: { faultOf: async () => null, isOwn: () => false } as unknown as NetworkGuard,
  isAtTrialDesk: () => false,
  patternFault: () => null,
  codeFault: async () => null,
};

/** Starts as `app.ts` does, and in its order. */
export function startProgram(parts: ProgramParts): Program {
  const { clock, random, log, store } = parts;
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  const tokens = sessionTokens(secret, clock);
  const wrongTries = createWrongTries(clock, 1_000);
  const shared = { clock, random, log };
  const { sessionLifeMs } = parts;
  const settings = { ...defaultEngineSettings, sessionLifeMs };
  const { hints } = parts;
  const neighbourhood = store.shared === null || hints === null ? null : { store: store.shared, hints };
  const engine = createEngine({
    ...{ ...shared, ...store, neighbourhood, settings, understanding: randomUnderstanding },
    trialDesk: () => trialDeskAt('https://baton.sim'),
  });
  const secrets = signingSecrets(store.agents, secret, clock);
  const dispatcher = createDispatcher({
    ...{ ...shared, ...store, engine, secrets, caller: parts.caller, skills: parts.skills, mostLanes: 100_000 },
    url: () => 'https://baton.sim',
  });
  const http = {
    ...{ ...shared, engine, store, tokens, wrongTries, judges, state: () => state, noted: dispatcher.noted },
    settings: { sealingKey: secret, region: null, chatsPerMinute: 1_000, sessionLifeMs },
  } as unknown as HttpParts;
  const all: Handlers = {
    ...{ ...endUserHandlers(http), ...chatHandlers(http), ...liveAgentHandlers(http) },
    ...{ ...agentHandlers(http), ...deliveryHandlers(http), ...recordHandlers(http) },
  };
  const handlers = toldFromDisk(all, store.sessions.flushed);
  const live = sockets(parts, engine, { tokens, wrongTries, ready: () => state === 'ready' });
  void dispatcher.start().then(() => {
    engine.start();
    state = 'ready';
    parts.ready();
  });
  return {
    state: () => state,
    handle: (operation, asked) => handle(handlers, state, operation, asked),
    takeSocket: live.take,
    stop: async () => {
      state = 'stopping';
      live.unwatch();
      await closeAll(parts);
      await dispatcher.stop();
      await engine.stop();
    },
  };
}

async function handle(handlers: Handlers, state: string, operation: string, asked: Asked): Promise<Answer> {
  try {
    if (state !== 'ready') throw state === 'stopping' ? stoppingError() : startingError();
    const handler = handlers[operation as keyof Handlers];
    if (handler === undefined) throw new Error(`The simulation knows no handler for ${operation}.`);
    const body = await handler(asked);
    return body === undefined ? { status: 204, body: null } : { status: 200, body: JSON.parse(JSON.stringify(body)) };
  } catch (error) {
    const told = toldOf(error);
    if (told === null) throw error;
    return { status: errorStatus[told.code], body: { code: told.code, ...told.details } };
  }
}

/** An error that the server would answer with; null for one that it would call its own fault. */
function toldOf(error: unknown): AnswerError | null {
  if (error instanceof HttpError) return error;
  return isStoreUnavailable(error) ? unavailableError() : null;
}

type SocketParts = Readonly<{
  tokens: ReturnType<typeof sessionTokens>;
  wrongTries: ReturnType<typeof createWrongTries>;
  ready: () => boolean;
}>;

type Live = Readonly<{ take: Program['takeSocket']; unwatch: () => void }>;

function sockets(parts: ProgramParts, engine: Engine, socketParts: SocketParts): Live {
  const hub = createHub(parts.hints);
  const { tokens, wrongTries, ready } = socketParts;
  const { clock, random, log, store } = parts;
  const shared = { engine, sessions: store.sessions, tokens, wrongTries, clock, random, log };
  const all = { ...shared, hub, heartbeat: new Heartbeat(clock) };
  void hub.follow(engine.changes());
  void hub.followSignals(engine.signals());
  const unwatch = parts.hints === null ? () => {} : watchOthers({ engine, hub, clock, log });
  const take: Live['take'] = (connection, target) => {
    const { webSocket } = connection;
    if (!ready()) return hangUp(webSocket, 'restart');
    admit(all, connection, target).then(
      (refused) => refused !== null && hangUp(webSocket, refused),
      (error: unknown) => {
        log.error({ error: String(error) }, 'A socket could not be opened.');
        hangUp(webSocket, 'broken');
      },
    );
  };
  return { take, unwatch };
}

async function closeAll({ sockets: open, clock }: ProgramParts): Promise<void> {
  const gone = open().map(
    ({ webSocket }) =>
      new Promise<void>((resolve) => {
        webSocket.on('close', () => resolve());
        hangUp(webSocket, 'restart');
      }),
  );
  const cut = clock.after(graceMs, () => {
    for (const { webSocket } of open()) webSocket.terminate();
  });
  await Promise.all(gone);
  cut();
}

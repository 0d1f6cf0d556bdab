import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { deskHooks, deskPaths } from './contract/desk-api.ts';
import { scopes } from './contract/route.ts';
import { isAtTrialDesk, trialDeskAt } from './contract/trials/trials.ts';
import { createDispatcher, type Dispatcher } from './delivery/dispatcher.ts';
import { signingSecrets } from './delivery/signing-secrets.ts';
import { createWrongTries } from './engine/addresses.ts';
import { type Audit, createAudit } from './engine/audit.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { createPeople, type People } from './engine/people/people.ts';
import { type Importer, importThread } from './formats/import-thread.ts';
import type { FlowJudges } from './http/agents/flow-faults.ts';
import { clientAddress } from './http/doors/client-address.ts';
import type { FixedKey } from './http/doors/key-ring.ts';
import { accountKeyName } from './http/doors/keys.ts';
import type { HttpLimits, HttpSettings } from './http/parts.ts';
import { createHttp } from './http/server.ts';
import { createSockets, type Sockets } from './live/sockets.ts';
import { type DeskCaller, deskCaller } from './outgoing/desk-caller.ts';
import { type LookUp, type NetworkGuard, networkGuard } from './outgoing/network-guard.ts';
import { type Outside, openOutside } from './outside.ts';
import type { Clock } from './platform/clock.ts';
import { type Log, openLog } from './platform/log.ts';
import { openPageFiles, type PageFiles } from './platform/page-files.ts';
import { createPasswords } from './platform/passwords.ts';
import { type Random, systemRandom } from './platform/random.ts';
import { deriveKey } from './platform/secrets.ts';
import { sessionTokens } from './platform/session-tokens.ts';
import { patternFault } from './skills/understanding/patterns.ts';
import { type Trials, trialThread } from './skills/understanding/trial-thread.ts';
import { createUnderstanding } from './skills/understanding/understanding.ts';
import { openStorage, type Storage } from './storage.ts';
import type { Store } from './store/store.ts';

/** It cannot be started; the message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export type App = Readonly<{
  /** Where it is reached. */
  url: string;
  /** The account key, when this start made it; it is shown once. */
  newKey: string | null;
  store: Store;
  people: People;
  /** Tells sockets to come back, leaves lanes as they are, and closes everything. */
  stop: () => Promise<void>;
}>;

/** What a test may put in the place of the real thing. */
export type AppOptions = Readonly<{
  clock?: Clock;
  log?: Log;
  /** Other limits than the usual. */
  limits?: Partial<HttpLimits & Readonly<{ longestQueue: number }>>;
  /** How names of endpoints are resolved. */
  lookUp?: LookUp;
  /** The built pages; read from their folder when left out. */
  pages?: PageFiles;
  /** The page that `/` shows to a browser. */
  home?: string;
  /** The key of a program beside the router, good as long as this process. */
  innerKey?: FixedKey;
  /** Whether the built-in desk stands at the server's own address, so that endpoints may lie there. */
  ownDesk?: boolean;
  /** Mounts a program beside the router on the same address. */
  mount?: (server: FastifyInstance, url: () => string, people: People) => void | Promise<void>;
}>;

export const version = '0.1.0';

/** Where `npm run build` puts the pages. */
export const pagesFolder = fileURLToPath(new URL('../dist/web', import.meta.url));

/**
 * Connections that may wait to be taken in, at most what the system allows (net.core.somaxconn). After a restart all come
 * at once; of those that do not fit some are reset.
 */
const backlog = 65_535;

/** How long a stop waits for requests that are under way. */
const graceMs = 3_000;

/** Joins the rooms and starts. @throws StartError, DataFolderError, SchemaError or StoreUnavailableError with a sentence. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = options.log ?? openLog(config.logLevel);
  const random = systemRandom();
  for (const warning of config.warnings) log.warn({}, warning);
  const storage = await openStorage({ config, clock: options.clock, log, random });
  try {
    const running = await startRooms({ ...storage, config, options, log, random });
    const stop = async (): Promise<void> => {
      await running.stop();
      await storage.leave();
      await storage.close();
    };
    return { url: running.url, newKey: storage.newKey, store: storage.store, people: running.people, stop };
  } catch (error) {
    await storage.leave();
    await storage.close();
    throw error;
  }
}

type Foundation = Storage & Readonly<{ config: Config; options: AppOptions; log: Log; random: Random }>;

type Rooms = Readonly<{
  engine: Engine;
  audit: Audit;
  people: People;
  caller: DeskCaller;
  outside: Outside;
  importer: Importer;
  trials: Trials;
  dispatcher: Dispatcher;
  sockets: Sockets;
  server: FastifyInstance;
}>;

async function startRooms(base: Foundation): Promise<Pick<App, 'url' | 'people' | 'stop'>> {
  const { config, log } = base;
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  let port = config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = (): string => config.url ?? `http://${host}:${port}`;
  const rooms = await buildRooms(base, url, () => state);
  const { engine, audit, people, caller, outside, importer, trials, dispatcher, sockets, server } = rooms;
  server.server.on('upgrade', sockets.upgrade);
  await base.options.mount?.(server, url, people);
  port = await listen(server, config);
  await dispatcher.start();
  sockets.start();
  engine.start();
  audit.start();
  people.start();
  state = 'ready';
  log.info({ url: url() }, 'Baton serves.');
  return {
    url: url(),
    people,
    stop: async () => {
      state = 'stopping';
      log.info({}, 'Baton stops; what is owed stays owed.');
      await sockets.stop();
      const cut = base.clock.after(graceMs, () => {
        server.server.closeAllConnections();
        sockets.cut();
      });
      await server.close();
      cut();
      audit.stop();
      people.stop();
      await dispatcher.stop();
      await engine.stop();
      await Promise.all([caller.close(), outside.close(), importer.close(), trials.close()]);
    },
  };
}

async function buildRooms(
  base: Foundation,
  url: () => string,
  state: () => 'starting' | 'ready' | 'stopping',
): Promise<Rooms> {
  const { config, clock, log, random, store, secret, hints } = base;
  const { sessionLifeMs, messagesPerSecond, messageBurst } = config;
  const { limits = {} } = base.options;
  const sealingKey = deriveKey(secret, 'endpoint-secrets');
  const tokens = sessionTokens(deriveKey(secret, 'session-tokens'), clock);
  const guard = readGuard(base, url);
  const settings = { sessionLifeMs, messagesPerSecond, messageBurst, longestQueue: limits.longestQueue ?? 20_000 };
  const shared = { clock, log, random };
  const audit = createAudit({ ...shared, audit: store.audit });
  const people = createPeople({ ...shared, store: store.people, passwords: createPasswords(random) });
  const wrongTries = createWrongTries(clock, config.wrongTriesPerMinute);
  const neighbourhood = store.shared === null || hints === null ? null : { store: store.shared, hints };
  const stores = { sessions: store.sessions, agents: store.agents, users: store.users };
  const understanding = createUnderstanding();
  const trialDesk = () => trialDeskAt(url());
  const engine = createEngine({ ...shared, ...stores, neighbourhood, settings, understanding, trialDesk });
  const caller = deskCaller(guard, clock);
  const outside = openOutside(config, shared, guard);
  const importer = importThread(clock);
  const trials = trialThread(clock);
  const secrets = signingSecrets(store.agents, sealingKey, clock);
  const { mostLanes } = config;
  const calling = { caller, skills: outside.skills, secrets, url, mostLanes };
  const dispatcher = createDispatcher({ ...shared, ...store, engine, ...calling });
  const entrance: Engine = {
    ...engine,
    open: async (request) => (dispatcher.isCrowded() ? 'overloaded' : engine.open(request)),
  };
  const sockets = createSockets({
    ...{ ...shared, engine: entrance, tokens, wrongTries, addressOf: clientAddress(config.trustProxy) },
    ...{ sessions: store.sessions, hints, ready: () => state() === 'ready' },
  });
  const server = await createHttp({
    ...{ ...shared, engine: entrance, store, tokens, wrongTries, audit, people, state, noted: dispatcher.noted },
    uses: dispatcher.uses,
    ...{ judges: judgesOf(guard, outside, url), importer, trials, tester: caller },
    ...{ pages: base.options.pages ?? openPageFiles(pagesFolder) },
    gauges: () => gaugesOf({ engine, dispatcher, sockets, store, clock, disk: base.disk }),
    openIdConnect: outside.openIdConnect,
    settings: httpSettings(base, url, sealingKey),
  });
  return { engine, audit, people, caller, outside, importer, trials, dispatcher, sockets, server };
}

function readGuard({ config, options }: Foundation, url: () => string): NetworkGuard {
  const deskEndpoints = (): readonly string[] =>
    options.ownDesk === true ? deskHooks.map((hook) => `${url()}${deskPaths.hooks}/${hook}`) : [];
  const ownEndpoints = (): readonly string[] => [...deskEndpoints(), ...Object.values(trialDeskAt(url()))];
  try {
    return networkGuard(config.allowNetworks, ownEndpoints, options.lookUp);
  } catch (error) {
    throw new StartError(`BATON_ALLOW_NETWORKS: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function httpSettings(base: Foundation, url: () => string, sealingKey: Uint8Array): HttpSettings {
  const { config, options } = base;
  const { region, trustProxy, chatsPerMinute, sessionLifeMs, credentials } = config;
  return {
    ...{ url, version, sealingKey, region, fixedKeys: fixedKeys(base), trustProxy: trustProxy ?? false },
    ...{ chatsPerMinute, sessionLifeMs, home: options.home ?? null, limits: options.limits ?? {} },
    ...{ hasDesk: options.ownDesk === true, stateKey: deriveKey(base.secret, 'sign-in-states') },
    credentials: Object.entries(credentials).map(([name, { origin }]) => ({ name, origin })),
  };
}

const judgesOf = (guard: NetworkGuard, { codeFault }: Outside, url: () => string): FlowJudges => ({
  ...{ guard, patternFault, codeFault },
  isAtTrialDesk: (endpoint) => isAtTrialDesk(url(), endpoint),
});

/** @returns the port, which the system chose when 0 was asked for. */
async function listen(server: FastifyInstance, { host, port }: Config): Promise<number> {
  try {
    await server.listen({ host, port, backlog });
    const address = server.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } catch (error) {
    await server.close();
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE') throw new StartError(`Port ${port} on ${host} is in use; set PORT to another one.`);
    if (code === 'EACCES')
      throw new StartError(`Port ${port} may not be opened by this user; set PORT to 1024 or more.`);
    if (code === 'EADDRNOTAVAIL')
      throw new StartError(`${host} is no address of this machine; set HOST to one that is.`);
    throw error;
  }
}

function fixedKeys({ config: { accountKey }, options: { innerKey } }: Foundation): readonly FixedKey[] {
  return [
    ...(accountKey === null ? [] : [{ name: accountKeyName, key: accountKey, scopes }]),
    ...(innerKey === undefined ? [] : [innerKey]),
  ];
}

type Measured = Pick<Rooms, 'engine' | 'dispatcher' | 'sockets'> & Readonly<Pick<Storage, 'store' | 'clock' | 'disk'>>;

/** By name; `http/metrics.ts` says what each means. */
async function gaugesOf(measured: Measured): Promise<Readonly<Record<string, number>>> {
  const { engine, dispatcher, sockets, store, clock } = measured;
  const { waiting, cached, batches, commands, refused, conflicts, took } = engine.stats();
  const { lanes, held, delivered, failed, dead, waiting: callsWaiting, answered, unanswered } = dispatcher.stats();
  const deliveries = await store.deliveries.count();
  const { oldestOwedAt } = deliveries;
  const disk = measured.disk?.();
  return {
    sockets: sockets.count(),
    socket_bytes_waiting: sockets.waitingBytes(),
    commands_total: commands,
    commit_batches_total: batches,
    ...took.samples('commit_seconds'),
    commits_refused_total: refused,
    commands_decided_again_total: conflicts,
    commands_waiting: waiting,
    sessions_cached: cached,
    lanes_running: lanes,
    ...(store.shared !== null && { sessions_held: held }),
    calls_waiting_for_a_turn: callsWaiting,
    deliveries_owed: deliveries.owed,
    deliveries_dead: deliveries.dead,
    delivery_oldest_owed_seconds: oldestOwedAt === null ? 0 : Math.max(0, clock.now() - oldestOwedAt) / 1_000,
    calls_delivered_total: delivered,
    calls_failed_total: failed,
    calls_died_total: dead,
    questions_answered_total: answered,
    questions_failed_total: unanswered,
    resident_memory_bytes: process.memoryUsage.rss(),
    ...(disk && { database_bytes: disk.database, write_ahead_log_bytes: disk.log, disk_free_bytes: disk.free }),
  };
}

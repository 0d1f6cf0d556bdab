import { type App, type AppOptions, pagesFolder, startApp } from './app.ts';
import type { Config } from './config.ts';
import type { Scope } from './contract/route.ts';
import { createDesk, type Desk } from './desk/desk.ts';
import { type DeskServer, startDeskServer } from './desk/desk-server.ts';
import { systemClock } from './platform/clock.ts';
import { type Log, openLog } from './platform/log.ts';
import { openPageFiles } from './platform/page-files.ts';
import { systemRandom } from './platform/random.ts';
import { freshKey } from './store/new-key.ts';

export type Served = Readonly<{
  app: App;
  /** Null where it is a program of its own: with several servers on one database none of them could be the desk. */
  desk: Desk | null;
  /** Where this machine reaches it, also when its public address leads through a proxy. */
  localUrl: string;
}>;

export type ServeOptions = Readonly<{
  log?: Log;
  /** The page that `/` shows to a browser. */
  home?: string;
  /** Mounts more beside the router. */
  mount?: AppOptions['mount'];
}>;

/** What the built-in desk asks of the router: to answer and hand back, and the secrets that sign its calls. */
const deskScopes: readonly Scope[] = ['live-agent', 'manage'];

/**
 * The router with the built-in desk in one process, at which the router's people sit. The desk gets a key that is good as long
 * as this process, and calls the router by HTTP like any other.
 * @throws StartError, DataFolderError, SchemaError or DeskDatabaseError with a sentence.
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Served> {
  if (config.database !== null) {
    const app = await startApp(config, { ...(options.log && { log: options.log }), pages: openPageFiles(pagesFolder) });
    return { app, desk: null, localUrl: app.url };
  }
  const log = options.log ?? openLog(config.logLevel);
  const random = systemRandom();
  const pages = openPageFiles(pagesFolder);
  const key = freshKey(random);
  let built: Readonly<{ desk: Desk; localUrl: () => string }> | null = null;
  const app = await startApp(config, {
    ...{ log, pages, ownDesk: true, innerKey: { name: 'built-in desk', key, scopes: deskScopes } },
    ...(options.home === undefined ? {} : { home: options.home }),
    // The folder is this process's own by now.
    mount: async (server, url, people) => {
      const localUrl = (): string => localAddress(server.server.address()) ?? url();
      const parts = { dataFolder: config.dataFolder, clock: systemClock(), random, log, pages, key };
      const desk = await createDesk({ ...parts, url, routerUrl: localUrl, accounts: 'router' });
      desk.mount(server);
      await options.mount?.(server, url, people);
      built = { desk, localUrl };
    },
  });
  if (built === null) throw new Error('The desk was not mounted.');
  const { desk, localUrl } = built as Readonly<{ desk: Desk; localUrl: () => string }>;
  try {
    desk.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
  return { app, desk, localUrl: localUrl() };
}

type Address = Readonly<{ address: string; port: number; family: string }> | string | null;

/** Where this process reaches itself, also when its public address leads through a proxy. */
function localAddress(bound: Address): string | null {
  if (bound === null || typeof bound === 'string') return null;
  const { address, port } = bound;
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

export type DeskOptions = Readonly<{
  /** The router's base URL. */
  router: string;
  /** A key of the router with the scopes `live-agent` and `manage`. */
  key: string;
  host: string;
  port: number;
  dataFolder: string;
  /** The desk's public base URL; null for the address that it listens on. */
  url: string | null;
}>;

/** The built-in desk as a program of its own. @throws DeskStartError, DataFolderError or DeskDatabaseError with a sentence. */
export function serveDesk({ router, ...options }: DeskOptions, config: Config): Promise<DeskServer> {
  return startDeskServer({
    ...{ ...options, routerUrl: () => router, trustProxy: config.trustProxy },
    ...{ clock: systemClock(), random: systemRandom(), log: openLog(config.logLevel) },
    pages: openPageFiles(pagesFolder),
  });
}

import type { FastifyInstance } from 'fastify';
import { deskPaths } from '../contract/desk-api.ts';
import type { Clock } from '../platform/clock.ts';
import { createAttempts } from '../platform/edge/attempts.ts';
import type { Log } from '../platform/log.ts';
import type { PageFiles } from '../platform/page-files.ts';
import type { Random } from '../platform/random.ts';
import { createCommands } from './conversations/commands.ts';
import { createReceived } from './conversations/received.ts';
import { createHousekeeping } from './housekeeping.ts';
import { mountDesk } from './mount.ts';
import { createRouterCalls, type RouterAccess } from './outbox/router-calls.ts';
import { createSender } from './outbox/sender.ts';
import { createTyping } from './outbox/typing.ts';
import { createPeople, type People } from './people/people.ts';
import { createSignatures } from './signatures.ts';
import { type DeskStore, openDeskStore } from './store/desk-store.ts';
import { createStreams } from './streams.ts';

/*
 * The built-in live agent desk. It is a stranger to the router: it learns everything by the calls of the contract and
 * answers by them, whether it shares the router's address or stands elsewhere.
 */

export type DeskParts = RouterAccess &
  Readonly<{
    /** A folder that exists; the desk keeps `desk.sqlite` in it. */
    dataFolder: string;
    /** The desk's own public base URL; asked once a request comes, so it may be known after listening only. */
    url: () => string;
    pages: PageFiles;
    clock: Clock;
    random: Random;
    log: Log;
  }>;

export type Desk = Readonly<{
  /**
   * Adds the desk below `/desk` to a server that does not listen yet, in a scope of its own: nothing changes for other
   * routes. The server's close ends the desk's streams, and then stops the desk.
   */
  mount: (server: FastifyInstance) => void;
  /**
   * Makes the set-up link and takes up what is owed to the router. Call it once, when the desk can be reached and its
   * folder is this process's own.
   */
  start: () => void;
  /** Gives up what is under way, which stays owed, and closes the database. A second call does nothing. */
  stop: () => Promise<void>;
  /** Where the owner's account is claimed, once; null when it is, and before the start. */
  setupLink: () => string | null;
  /** A new link that signs the owner in, once, within 10 minutes; it makes an owner "Robin" when there is none. */
  signInLink: () => string;
  /** Where a virtual agent's live agent routing node reaches the desk. */
  endpoints: () => Readonly<{ start: string; inbound: string; status: string; ended: string }>;
}>;

/** @throws DeskDatabaseError with a sentence when a newer program used the folder. */
export async function createDesk(parts: DeskParts): Promise<Desk> {
  const { clock, url, pages, log } = parts;
  const store = openDeskStore(parts.dataFolder);
  const router = createRouterCalls(parts, clock);
  const people = createPeople({ ...parts, store });
  const streams = createStreams(store, clock);
  store.onChange(streams.hint);
  const sender = createSender({ ...parts, store, router });
  const housekeeping = createHousekeeping(store, clock, log);
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    streams.stop();
    housekeeping.stop();
    const idle = sender.stop();
    router.close();
    await idle;
    store.close();
  };
  const stopOnce = (): Promise<void> => {
    stopped ??= stop();
    return stopped;
  };
  const links = linksOf(url, store, people);
  const commands = createCommands(store, clock, sender.owe);
  const typing = createTyping(router, clock);
  const signatures = createSignatures({ ...parts, router });
  const hooks = { store, clock, signatures, received: createReceived(store, clock) };
  const api = { store, commands, people, streams, typing, url, attempts: createAttempts(clock) };
  return {
    mount: (server) =>
      mountDesk(server, {
        ...{ api, hooks, pages, log, onClosing: streams.stop, onClosed: stopOnce },
        isStopped: () => stopped !== null,
      }),
    start: () => {
      links.renewSetup();
      housekeeping.start();
      sender.start();
    },
    stop: stopOnce,
    ...links,
  };
}

function linksOf(
  url: () => string,
  store: DeskStore,
  people: People,
): Pick<Desk, 'setupLink' | 'signInLink' | 'endpoints'> & Readonly<{ renewSetup: () => void }> {
  let setupToken: string | null = null;
  const page = (kind: string, token: string): string => `${url()}${deskPaths.pages}#${kind}=${token}`;
  const hook = (name: string): string => `${url()}${deskPaths.hooks}/${name}`;
  return {
    renewSetup: () => {
      setupToken = people.makeSetupToken();
    },
    setupLink: () => {
      const isClaimed = store.people.owner()?.passwordHash != null;
      return setupToken === null || isClaimed ? null : page('setup', setupToken);
    },
    signInLink: () => page('link', people.makeSignInToken()),
    endpoints: () => ({ start: hook('start'), inbound: hook('inbound'), status: hook('status'), ended: hook('ended') }),
  };
}

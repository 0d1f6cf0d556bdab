import type { FastifyInstance } from 'fastify';
import { type deskHooks, deskPaths } from '../contract/desk-api.ts';
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
import type { Accounts } from './people/accounts.ts';
import { ownAccounts } from './people/own-accounts.ts';
import { createPeople } from './people/people.ts';
import { routerAccounts } from './people/router-accounts.ts';
import type { SignInParts } from './people/sign-in-api.ts';
import { createSignatures } from './signatures.ts';
import { type DeskStore, openDeskStore } from './store/desk-store.ts';
import { createStreams } from './streams.ts';

/*
 * The built-in live agent desk. It is a stranger to the router: it learns everything by the calls of the contract and
 * answers by them, whether it shares the router's address or stands elsewhere.
 */

export type DeskParts = RouterAccess &
  Readonly<{
    /** Whose people sit at it: its own, or those of the router, on whose address it stands then. */
    accounts: 'own' | 'router';
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
  /** Links of a desk that keeps its own accounts; null of one that does not. */
  links: DeskLinks | null;
  /** Where a virtual agent's live agent routing node reaches the desk. */
  endpoints: () => Readonly<{ start: string; inbound: string; status: string; ended: string }>;
}>;

export type DeskLinks = Readonly<{
  /** Where the owner's account is claimed, once; null when it is, and before the start. */
  setup: () => string | null;
  /** A new link that signs the owner in, once, within 10 minutes; it makes an owner "Robin" when there is none. */
  signIn: () => string;
}>;

/** @throws DeskDatabaseError with a sentence when a newer program used the folder. */
export async function createDesk(parts: DeskParts): Promise<Desk> {
  const { clock, url, pages, log } = parts;
  const store = openDeskStore(parts.dataFolder);
  const router = createRouterCalls(parts, clock);
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
    accounts.close();
    await idle;
    store.close();
  };
  const stopOnce = (): Promise<void> => {
    stopped ??= stop();
    return stopped;
  };
  const seats = openSeats(parts, store);
  const { accounts } = seats;
  const commands = createCommands(store, clock, sender.owe);
  const typing = createTyping(router, clock);
  const signatures = createSignatures({ ...parts, router });
  const hooks = { store, clock, signatures, received: createReceived(store, clock) };
  const api = { store, commands, accounts, own: seats.own, streams, typing, url };
  return {
    mount: (server) =>
      mountDesk(server, {
        ...{ api, hooks, pages, log, onClosing: streams.stop, onClosed: stopOnce },
        isStopped: () => stopped !== null,
      }),
    start: () => {
      seats.start();
      housekeeping.start();
      sender.start();
    },
    stop: stopOnce,
    links: seats.links,
    endpoints: () => endpointsOf(url()),
  };
}

const hookOf = (url: string, name: (typeof deskHooks)[number]): string => `${url}${deskPaths.hooks}/${name}`;

const endpointsOf = (url: string): ReturnType<Desk['endpoints']> => ({
  ...{ start: hookOf(url, 'start'), inbound: hookOf(url, 'inbound') },
  ...{ status: hookOf(url, 'status'), ended: hookOf(url, 'ended') },
});

/** Who may sit there, and how they come in. */
type Seats = Readonly<{ accounts: Accounts; own: SignInParts | null; links: DeskLinks | null; start: () => void }>;

function openSeats(parts: DeskParts, store: DeskStore): Seats {
  const { url, clock, routerUrl } = parts;
  if (parts.accounts === 'router') {
    const accounts = routerAccounts({ routerUrl, url, page: deskPaths.pages, clock });
    return { accounts, own: null, links: null, start: () => {} };
  }
  const people = createPeople({ ...parts, store });
  const page = (kind: string, token: string): string => `${url()}${deskPaths.pages}#${kind}=${token}`;
  let setupToken: string | null = null;
  return {
    accounts: ownAccounts(people, url),
    own: { people, attempts: createAttempts(clock) },
    start: () => {
      setupToken = people.makeSetupToken();
    },
    links: {
      setup: () => {
        const isClaimed = store.people.owner()?.passwordHash != null;
        return setupToken === null || isClaimed ? null : page('setup', setupToken);
      },
      signIn: () => page('link', people.makeSignInToken()),
    },
  };
}

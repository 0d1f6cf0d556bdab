import { StartError } from './app.ts';
import type { Config } from './config.ts';
import type { Role } from './contract/people/roles.ts';
import { signInLink } from './contract/people/sign-in-page.ts';
import { type Audit, createAudit } from './engine/audit.ts';
import { createPeople } from './engine/people/people.ts';
import { systemClock } from './platform/clock.ts';
import { openLog } from './platform/log.ts';
import { createPasswords } from './platform/passwords.ts';
import { systemRandom } from './platform/random.ts';
import { databaseFile, openDataFolder, openSqlite } from './platform/sqlite.ts';
import { openStoreOf } from './storage.ts';
import { migrate } from './store/migrate.ts';
import { type KeyWish, makeKey } from './store/new-key.ts';
import { canSignIn, type Person } from './store/people.ts';
import { installSchema } from './store/postgres/postgres-store.ts';
import { isValid, mostKeys, type StoredKey } from './store/store.ts';

/** Brings the schema up to date. @returns the migrations that were run. */
export async function migrateData({ dataFolder, database: named }: Config): Promise<readonly string[]> {
  if (named !== null) return installSchema(named.url, systemClock().now(), named);
  openDataFolder(dataFolder);
  const database = openSqlite(databaseFile(dataFolder));
  try {
    return migrate(database, systemClock().now());
  } finally {
    database.close();
  }
}

export type KeyCommands = Readonly<{
  /** One line a key; never the key itself. */
  list: () => Promise<readonly string[]>;
  /** @returns the new key. */
  add: (wish: KeyWish) => Promise<string>;
  /** @returns the key that takes its place. @throws StartError when there is no such valid key. */
  rotate: (id: string, overlapHours: number) => Promise<string>;
  /** @param force also the last one that may manage. @throws StartError when there is no such key. */
  revoke: (id: string, force: boolean) => Promise<string>;
  close: () => Promise<void>;
}>;

/** Keys of a data folder; a server may be running on it. */
export async function keyCommands(config: Config): Promise<KeyCommands> {
  const { accountKey } = config;
  const { store, clock, random, audit } = await openData(config);
  const { keys } = store;
  const recorded = recording(audit);
  return {
    list: async () => (await keys.list()).map((key) => lineOf(key, clock.now())),
    add: (wish) =>
      recorded('makeKey', '', async () => {
        const { key, stored } = makeKey({ clock, random }, wish);
        if (!(await keys.add(stored))) throw new StartError(tooMany);
        return { say: key, about: stored.id };
      }),
    rotate: (id, overlapHours) =>
      recorded('rotateKey', id, async () => {
        const old = (await keys.list()).find((key) => key.id === id);
        if (old === undefined) throw notValid(id);
        const { label, scopes, requestsPerSecond, expiresAt } = old;
        const { key, stored } = makeKey({ clock, random }, { label, scopes, requestsPerSecond, expiresAt });
        const result = await keys.rotate(id, stored, stored.createdAt + Math.round(overlapHours * 3_600_000));
        if (result === 'full') throw new StartError(tooMany);
        if (result === 'not-valid') throw notValid(id);
        return { say: key, about: `${id} ${stored.id}` };
      }),
    revoke: (id, force) =>
      recorded('revokeKey', id, async () => {
        const result = await keys.revoke(id, clock.now(), !force && accountKey === null);
        if (result === 'last') throw new StartError(lastOne);
        if (result !== 'revoked') throw notValid(id);
        return { say: `The key ${id} opens nothing any more, within a second.`, about: id };
      }),
    close: store.close,
  };
}

type Done = Readonly<{ say: string; about: string }>;

/** What the work throws is what the person at the terminal is told; the record says that it did not happen. */
function recording(audit: Audit): (operation: string, target: string, work: () => Promise<Done>) => Promise<string> {
  return async (operation, target, work) => {
    const settle = await audit.begin({ actor: terminal, address: null, operation, target });
    try {
      const { say, about } = await work();
      await settle({ status: 200, code: null, target: about });
      return say;
    } catch (error) {
      await settle({ status: error instanceof StartError ? 409 : 500, code: null });
      throw error;
    }
  };
}

const terminal = { name: 'command line', keyId: null };

const tooMany = `There are ${mostKeys} valid keys; revoke some that nobody needs first.`;
const lastOne =
  'This is the last valid key that may manage, and no BATON_KEY is set; add another one first, or say --force.';

const notValid = (id: string): StartError =>
  new StartError(`There is no valid key "${id}" that was not rotated before; "baton keys" lists them.`);

function lineOf(key: StoredKey, at: number): string {
  const { id, revokedAt, createdAt, expiresAt, lastUsedAt, scopes, requestsPerSecond, prefix, label } = key;
  const day = (one: number | null): string => (one === null ? 'never' : new Date(one).toISOString());
  const state = isValid(key, at) ? 'valid  ' : revokedAt === null ? 'expired' : 'revoked';
  const facts = [`made ${day(createdAt)}`, `used ${day(lastUsedAt)}`, `ends ${day(expiresAt)}`];
  const rate = requestsPerSecond === null ? 'no limit' : `${requestsPerSecond}/s`;
  return [id, state, ...facts, `${prefix ?? '?'}…`, rate, scopes.join(','), label].join('  ');
}

export type PeopleCommands = Readonly<{
  /** One line a person. */
  list: () => Promise<readonly string[]>;
  /** @returns their invitation. @throws StartError when somebody has the e-mail. */
  add: (wish: Readonly<{ email: string; role: Role; name?: string | undefined }>) => Promise<string>;
  /** @returns a link that signs them in. @throws StartError when nobody has the e-mail. */
  link: (email: string) => Promise<string>;
  close: () => Promise<void>;
}>;

/** People of a data folder; a server may be running on it. @param url where it is reached. */
export async function peopleCommands(config: Config, url: string): Promise<PeopleCommands> {
  const { store, audit, ...parts } = await openData(config);
  const people = createPeople({ ...parts, store: store.people, passwords: createPasswords(parts.random) });
  const recorded = recording(audit);
  return {
    list: async () => (await people.list()).map(lineOfPerson),
    add: (wish) =>
      recorded('invitePerson', '', async () => {
        const invited = await people.invite(wish);
        if (invited === 'email-taken') throw new StartError(`Somebody has ${wish.email}; "baton people" lists them.`);
        return { say: signInLink(url, 'invitation', invited.token), about: `${invited.person.id} ${wish.role}` };
      }),
    link: (email) =>
      recorded('makeSignInLink', '', async () => {
        const person = await people.findByEmail(email);
        if (person === null)
          throw new StartError(`Nobody has the e-mail ${email}; "baton people" lists who may sign in.`);
        return { say: signInLink(url, 'link', await people.signInToken(person.id)), about: person.id };
      }),
    close: store.close,
  };
}

function lineOfPerson({ id, email, name, role, passwordHash, subject, lastSeenAt }: Person): string {
  const ways = [...(passwordHash === null ? [] : ['password']), ...(subject === null ? [] : ['openid-connect'])];
  const state = lastSeenAt === null && !canSignIn({ passwordHash, subject }) ? 'invited' : 'active ';
  const seen = `seen ${lastSeenAt === null ? 'never' : new Date(lastSeenAt).toISOString()}`;
  return [id, state, role, email, ways.join(',') || 'no way in', seen, name].join('  ');
}

/** What a command needs that works on the data beside a server. */
async function openData(config: Config) {
  const [clock, random, log] = [systemClock(), systemRandom(), openLog(config.logLevel)];
  const store = await openStoreOf(config);
  return { store, clock, random, log, audit: createAudit({ audit: store.audit, clock, random, log }) };
}

/** The newest calls that managed, a line each, the newest last. */
export async function auditLines(config: Config, limit: number): Promise<readonly string[]> {
  const store = await openStoreOf(config);
  try {
    return (await store.audit.list(null, limit))
      .map(({ at, actor, keyId, address, operation, target, ...end }) =>
        [
          new Date(at).toISOString(),
          end.status ?? 'began',
          ...(end.code === null ? [] : [end.code]),
          ...[operation, target || '-', 'by', actor, keyId ?? '', 'from', address ?? 'here'].filter(Boolean),
        ].join(' '),
      )
      .reverse();
  } finally {
    await store.close();
  }
}

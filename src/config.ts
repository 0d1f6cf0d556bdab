import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Role, roles } from './contract/people/roles.ts';
import type { LogLevel } from './platform/log.ts';

/** Something in the configuration is wrong; the message says what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Config = Readonly<{
  port: number;
  host: string;
  /** The public base URL without a slash at its end; null until the port is known, when none is set. */
  url: string | null;
  trustProxy: string | null;
  dataFolder: string;
  /** A PostgreSQL in the place of the embedded database. */
  database: DatabaseConfig | null;
  /** The NATS or Redis over which instances tell each other what happened; null for none. */
  hintsUrl: string | null;
  accountKey: string | null;
  secret: string | null;
  allowNetworks: readonly string[];
  region: 'eu' | 'us' | null;
  logLevel: LogLevel;
  sessionLifeMs: number;
  messagesPerSecond: number;
  messageBurst: number;
  /** Conversations that one address may begin on the chat page in a minute. */
  chatsPerMinute: number;
  /** Wrong keys and tokens that one address may send in a minute. */
  wrongTriesPerMinute: number;
  /** Lanes that may wait for desks at once before new sessions are refused. */
  mostLanes: number;
  /** Sentences about what looks like a mistake but is none for certain. */
  warnings: readonly string[];
  /** Secrets that nodes of flows may name, each with the origin that it is for. */
  credentials: Readonly<Record<string, Readonly<{ origin: string; value: string }>>>;
  /** Where people may sign in beside their password; null for nowhere. */
  openIdConnect: OpenIdConnectConfig | null;
}>;

export type OpenIdConnectConfig = Readonly<{
  issuer: string;
  clientId: string;
  clientSecret: string | null;
  /** What the button says. */
  name: string;
  /** What people become whom nobody invited; null where they are not let in. */
  newcomers: Role | null;
}>;

export type DatabaseConfig = Readonly<{
  url: string;
  /** Where to listen for hints, when the other leads through a transaction pooler. */
  listenUrl: string | null;
  /** Connections of one instance, that for hints and that for reports aside. */
  connections: number;
  /** Whether statements are prepared. */
  prepare: boolean;
  /** Days that sessions are kept after they were born; null for ever. */
  retentionDays: number | null;
}>;

type Environment = Readonly<Record<string, string | undefined>>;

const wrongTries = 'BATON_WRONG_TRIES_PER_MINUTE';

const defaults = parseEnv(readFileSync(new URL('../baton.default.env', import.meta.url), 'utf8'));

/**
 * Reads the configuration once: the environment over the defaults of `baton.default.env`.
 * @throws ConfigError with a sentence when a value cannot be used.
 */
export function readConfig(environment: Environment = process.env): Config {
  const read = (name: string): string | null => {
    const value = environment[name] || defaults[name];
    return value === undefined || value.trim() === '' ? null : value.trim();
  };
  const url = read('BATON_URL');
  return {
    port: wholeNumber('PORT', read('PORT'), 0, 65_535),
    host: read('HOST') ?? '127.0.0.1',
    url: url === null ? null : baseUrl('BATON_URL', url),
    trustProxy: read('BATON_TRUST_PROXY'),
    dataFolder: read('BATON_DATA') ?? '.data',
    database: databaseOf(read),
    hintsUrl: serverOfHints('BATON_HINTS_URL', read('BATON_HINTS_URL')),
    accountKey: atLeast('BATON_KEY', read('BATON_KEY')),
    secret: atLeast('BATON_SECRET', read('BATON_SECRET')),
    allowNetworks: (read('BATON_ALLOW_NETWORKS') ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
    region: oneOf('BATON_REGION', read('BATON_REGION'), ['eu', 'us']),
    logLevel: oneOf('BATON_LOG_LEVEL', read('BATON_LOG_LEVEL'), ['debug', 'info', 'warn', 'error', 'silent']) ?? 'info',
    sessionLifeMs: wholeNumber('BATON_SESSION_HOURS', read('BATON_SESSION_HOURS'), 1, 24 * 30) * 3_600_000,
    messagesPerSecond: wholeNumber('BATON_MESSAGES_PER_SECOND', read('BATON_MESSAGES_PER_SECOND'), 1, 1_000_000),
    messageBurst: wholeNumber('BATON_MESSAGE_BURST', read('BATON_MESSAGE_BURST'), 1, 1_000_000),
    chatsPerMinute: wholeNumber('BATON_CHATS_PER_MINUTE', read('BATON_CHATS_PER_MINUTE'), 1, 1_000_000),
    wrongTriesPerMinute: wholeNumber(wrongTries, read(wrongTries), 1, 1_000_000),
    mostLanes: wholeNumber('BATON_MOST_LANES', read('BATON_MOST_LANES'), 1, 10_000_000),
    warnings: [...unknownNames(environment), ...contradictions(read)],
    credentials: credentialsIn(environment),
    openIdConnect: openIdConnectOf(read),
  };
}

const credentialName = /^BATON_CREDENTIAL_([A-Z][A-Z0-9_]{0,63})$/;

/** The sentence does not quote what was given: it holds a secret. */
function credentialsIn(environment: Environment): Config['credentials'] {
  const found = Object.entries(environment).flatMap(([variable, text]) => {
    const name = credentialName.exec(variable)?.[1];
    if (name === undefined || text === undefined || text === '') return [];
    const [, at = '', value = ''] = /^(\S+)\s+([\x21-\x7e]+)$/.exec(text.trim()) ?? [];
    const url = URL.parse(at);
    if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== at.replace(/\/$/, '')) {
      const form = 'https://api.example.com THE-SECRET';
      throw new ConfigError(`${variable} cannot be used; give the origin that it is for and the secret: "${form}".`);
    }
    return [[name, { origin: url.origin, value }] as const];
  });
  return Object.fromEntries(found);
}

function openIdConnectOf(read: (name: string) => string | null): OpenIdConnectConfig | null {
  const issuer = read('BATON_OIDC_ISSUER');
  if (issuer === null) return null;
  const url = URL.parse(issuer);
  const isLocal = url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !isLocal) || url.search !== '' || url.hash !== '') {
    throw new ConfigError(`BATON_OIDC_ISSUER is "${issuer}"; give an issuer such as https://accounts.example.`);
  }
  const clientId = read('BATON_OIDC_CLIENT_ID');
  if (clientId === null) throw new ConfigError('Set BATON_OIDC_CLIENT_ID to what the provider calls this server.');
  // Whoever has an account there would own the server.
  const newcomers = roles.filter((role) => role !== 'owner');
  return {
    ...{ issuer, clientId, clientSecret: read('BATON_OIDC_CLIENT_SECRET') },
    name: read('BATON_OIDC_NAME') ?? url.host,
    newcomers: oneOf<Role>('BATON_OIDC_ROLE', read('BATON_OIDC_ROLE'), newcomers),
  };
}

function databaseOf(read: (name: string) => string | null): DatabaseConfig | null {
  const url = databaseUrl('DATABASE_URL', read('DATABASE_URL'));
  if (url === null) return null;
  const days = read('BATON_RETENTION_DAYS');
  return {
    url,
    listenUrl: databaseUrl('DATABASE_LISTEN_URL', read('DATABASE_LISTEN_URL')),
    connections: wholeNumber('DATABASE_CONNECTIONS', read('DATABASE_CONNECTIONS'), 2, 1_000),
    prepare: oneOf('DATABASE_PREPARE', read('DATABASE_PREPARE'), ['yes', 'no']) !== 'no',
    // What a session needs is not dropped while it may go on.
    retentionDays: days === null ? null : wholeNumber('BATON_RETENTION_DAYS', days, 32, 36_500),
  };
}

/** What it names may hold a password, so it is not told. */
function databaseUrl(name: string, text: string | null): string | null {
  if (text === null || /^postgres(ql)?:\/\//.test(text)) return text;
  throw new ConfigError(
    `${name} is no address of a PostgreSQL; give one such as postgres://user:password@host/database.`,
  );
}

function wholeNumber(name: string, text: string | null, least: number, most: number): number {
  const number = Number(text);
  if (text !== null && /^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new ConfigError(`${name} is "${text ?? ''}"; give a whole number from ${least} to ${most}.`);
}

function oneOf<Value extends string>(name: string, text: string | null, values: readonly Value[]): Value | null {
  const found = values.find((value) => value === text);
  if (text === null || found !== undefined) return found ?? null;
  throw new ConfigError(`${name} is "${text}"; give one of ${values.join(', ')}.`);
}

function atLeast(name: string, text: string | null): string | null {
  if (text === null || text.length >= 16) return text;
  throw new ConfigError(`${name} is too short; give 16 characters or more.`);
}

/** @param name where it was given. @returns it without a slash at its end. @throws ConfigError when it is none. */
export function baseUrl(name: string, text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new ConfigError(`${name} is "${text}"; give a base URL such as https://baton.example.`);
  }
  return url.href.replace(/\/+$/, '');
}

/** The sentence does not quote what was given: it may hold a password. */
function serverOfHints(name: string, text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  if (url !== null && /^(nats|tls|rediss?):$/.test(url.protocol) && url.hostname !== '') return text;
  throw new ConfigError(`${name} cannot be used; give nats://HOST, tls://HOST, redis://HOST or rediss://HOST.`);
}

/** Names that nobody reads, when they look like one that is read or bear our prefix. */
function unknownNames(environment: Environment): readonly string[] {
  const known = Object.keys(defaults);
  return Object.keys(environment)
    .filter((name) => !known.includes(name) && !credentialName.test(name))
    .flatMap((name) => {
      const near = known.find((other) => other.length >= 8 && distance(name.toUpperCase(), other) <= 2);
      if (near !== undefined) return [`${name} is not read; did you mean ${near}?`];
      return name.startsWith('BATON_') ? [`${name} is not read; baton.default.env lists what is.`] : [];
    });
}

function contradictions(read: (name: string) => string | null): readonly string[] {
  const found: string[] = [];
  const url = read('BATON_URL');
  const host = read('HOST') ?? '';
  if (url?.startsWith('https:') && read('BATON_TRUST_PROXY') === null) {
    found.push('BATON_URL is https, so a proxy stands before this server; name it in BATON_TRUST_PROXY.');
  }
  if (url === null && (host === '0.0.0.0' || host === '::')) {
    found.push(`HOST is ${host}, which is no address for others to call; set BATON_URL to the public base URL.`);
  }
  if (read('BATON_OIDC_ISSUER') === null && read('BATON_OIDC_CLIENT_ID') !== null) {
    found.push('BATON_OIDC_CLIENT_ID is not used without BATON_OIDC_ISSUER.');
  }
  if (read('BATON_HINTS_URL') !== null && read('DATABASE_URL') === null) {
    found.push('BATON_HINTS_URL is not used without DATABASE_URL: a server on the embedded database is alone.');
  }
  return found;
}

/** Edits between two words (Levenshtein). */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...right].entries()) {
      const swap = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(swap, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

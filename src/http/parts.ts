import type { Role } from '../contract/people/roles.ts';
import type { WrongTries } from '../engine/addresses.ts';
import type { Audit } from '../engine/audit.ts';
import type { Engine } from '../engine/engine.ts';
import type { People } from '../engine/people/people.ts';
import type { Importer } from '../formats/import-thread.ts';
import type { EndpointTester } from '../outgoing/desk-caller.ts';
import type { EndpointUse } from '../outgoing/endpoint-uses.ts';
import type { OpenIdConnect } from '../outgoing/openid-connect.ts';
import type { Clock } from '../platform/clock.ts';
import type { HeldLimits } from '../platform/edge/held-requests.ts';
import type { Log } from '../platform/log.ts';
import type { PageFiles } from '../platform/page-files.ts';
import type { Random } from '../platform/random.ts';
import type { SessionTokens } from '../platform/session-tokens.ts';
import type { Trials } from '../skills/understanding/trial-thread.ts';
import type { Store } from '../store/store.ts';
import type { FlowJudges } from './agents/flow-faults.ts';
import type { FixedKey } from './doors/key-ring.ts';

export type HttpLimits = Readonly<{
  /** How long a client may take to send one request, and how often it is looked for those that took longer, ms. */
  requestWithinMs: number;
  lookEveryMs: number;
  /** What may be under way at once of callers of one kind: of strangers, of end users, of those with a key. */
  held: HeldLimits;
}>;

export type HttpSettings = Readonly<{
  /** The public base URL, known when it listens. */
  url: () => string;
  version: string;
  region: 'eu' | 'us' | null;
  fixedKeys: readonly FixedKey[];
  /** Seals the secrets of endpoints. */
  sealingKey: Uint8Array;
  trustProxy: string | boolean;
  /** Seals what a browser keeps while it is at a provider. */
  stateKey: Uint8Array;
  /** Sessions that one address may be handed out a minute. */
  chatsPerMinute: number;
  /** How long a session lives, ms. */
  sessionLifeMs: number;
  /** Whether the built-in desk stands at the server's own address. */
  hasDesk: boolean;
  /** Those that nodes may name, without their values. */
  credentials: readonly Readonly<{ name: string; origin: string }>[];
  /** The page that `/` shows to a browser, if any. */
  home: string | null;
  /** Other limits than the usual. */
  limits?: Partial<HttpLimits>;
}>;

export type HttpParts = Readonly<{
  engine: Engine;
  store: Store;
  tokens: SessionTokens;
  wrongTries: WrongTries;
  audit: Audit;
  people: People;
  /** Where people may sign in beside their password, and what those become whom nobody invited; null for nowhere. */
  openIdConnect: Readonly<{ provider: OpenIdConnect; name: string; newcomers: Role | null }> | null;
  /** What judges a flow that is to be published. */
  judges: FlowJudges;
  importer: Importer;
  trials: Trials;
  tester: EndpointTester;
  clock: Clock;
  pages: PageFiles;
  random: Random;
  log: Log;
  settings: HttpSettings;
  /** Whether requests are served now. */
  state: () => 'starting' | 'ready' | 'stopping';
  /** Resolves when the attempts that were made are written down; rejects when the database does not take them. */
  noted: () => Promise<void>;
  /** What came of calls by their URLs since this process began. */
  uses: () => readonly EndpointUse[];
  /** Numbers of other rooms, by name, for /metrics. */
  gauges: () => Promise<Readonly<Record<string, number>>>;
}>;

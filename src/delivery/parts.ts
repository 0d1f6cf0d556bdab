import type { Engine } from '../engine/engine.ts';
import type { DeskCaller } from '../outgoing/desk-caller.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { Skills } from '../skills/skills.ts';
import type { SharedStore } from '../store/shared.ts';
import type { DeliveryStore, SessionStore } from '../store/store.ts';
import type { SigningSecrets } from './signing-secrets.ts';

export type DispatcherParts = Readonly<{
  engine: Engine;
  sessions: SessionStore;
  deliveries: DeliveryStore;
  /** Where other instances make calls too; else null. */
  shared: SharedStore | null;
  caller: DeskCaller;
  /** What nodes may ask for. */
  skills: Skills;
  secrets: SigningSecrets;
  clock: Clock;
  random: Random;
  log: Log;
  /** Lanes that may be owed something at once before it is too much. */
  mostLanes: number;
  /** The public base URL, for links in calls. */
  url: () => string;
}>;

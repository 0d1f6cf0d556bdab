import { createFeed, type Feed } from '../../../src/platform/feed.ts';
import { decodeHints, encodeHint, type Hint, type Hints } from '../../../src/store/hints/hints.ts';
import type { Chance } from '../../random.ts';
import type { HintPlan } from '../plan/nodes.ts';
import type { Owner } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

type Listener = Readonly<{ owner: Owner; feed: Feed<Hint> }>;

/** Carries hints between instances: late, twice, in another order, or not at all. Everybody hears everything, also their own. */
export class HintNetwork {
  readonly #world: World;
  readonly #plan: HintPlan;
  readonly #chance: Chance;
  readonly #happened: (what: string) => void;
  readonly #listeners = new Set<Listener>();
  #isDead = false;
  isCalm = false;

  constructor(world: World, plan: HintPlan, happened: (what: string) => void) {
    this.#world = world;
    this.#plan = plan;
    this.#happened = happened;
    this.#chance = world.chance('hints');
  }

  connect(owner: Owner): Hints {
    const feed = createFeed<Hint>();
    const listener = { owner, feed };
    this.#listeners.add(listener);
    const { scheduler } = this.#world;
    scheduler.plan(owner, this.#delay(), () => feed.publish([{ kind: 'missed' }]));
    return {
      tell: (hints) => this.#tell(hints),
      follow: feed.follow,
      watch: () => {},
      unwatch: () => {},
      listenAs: () => {},
      close: async () => {
        this.#listeners.delete(listener);
        feed.end();
      },
    };
  }

  /** Nobody hears anything. @param told whether listeners learn afterwards that they may have missed something. */
  die(isDead: boolean, told: boolean): void {
    if (this.#isDead === isDead) return;
    this.#isDead = isDead;
    this.#world.tell('hints', () => (isDead ? 'get lost, all of them' : 'are carried again'));
    if (isDead) this.#happened('hints dead');
    if (!isDead && told) this.#send([{ kind: 'missed' }]);
  }

  #tell(hints: readonly Hint[]): void {
    if (hints.length === 0) return;
    const words = hints.map(encodeHint).join(' ');
    this.#send(decodeHints(words));
    if (!this.isCalm && this.#chance.happens(this.#plan.repeated)) {
      this.#happened('hint repeated');
      this.#send(decodeHints(words));
    }
  }

  #send(hints: readonly Hint[]): void {
    for (const listener of this.#listeners) {
      const { owner, feed } = listener;
      if (!owner.alive) {
        this.#listeners.delete(listener);
        continue;
      }
      if (this.#isDead || (!this.isCalm && this.#chance.happens(this.#plan.lost))) {
        this.#happened('hint lost');
        continue;
      }
      this.#world.scheduler.plan(owner, this.#delay(), () => feed.publish(hints));
    }
  }

  #delay(): number {
    const { chance, late } = { chance: this.#chance, late: this.#plan.delayMs };
    return chance.happens(0.1) ? late * chance.next() * 20 : late * (0.1 + chance.next());
  }
}

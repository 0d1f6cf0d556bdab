import type { ClientFrame } from '../../../src/contract/frames.ts';
import type { UserAct, UserPlan } from '../plan/plan.ts';
import type { Answer } from '../program/program.ts';
import type { Ask } from '../world/requests.ts';
import type { World } from '../world/world.ts';
import { Tab, type TabParts } from './tab.ts';

export type EndUserParts = Readonly<{ world: World; ask: Ask; isOver: () => boolean }> &
  Pick<TabParts, 'machine' | 'witness' | 'network' | 'newSocket'>;

type Session = TabParts['session'];

const mostTries = 20;
const staysMs = 120_000;
const longPauseMs = 60_000;

/** An end user, who does what the plan says and looks in again when all is well, and once more when
 * the session is about to end. */
export class EndUser {
  readonly #parts: EndUserParts;
  readonly #plan: UserPlan;
  readonly #tabs: Tab[] = [];
  #session: Session | null = null;
  #messages = 0;

  constructor(parts: EndUserParts, plan: UserPlan) {
    this.#parts = parts;
    this.#plan = plan;
  }

  async live(untilMs: number, lastLookAt: (begunAt: number) => number): Promise<void> {
    const { world } = this.#parts;
    await world.pause(this.#plan.at);
    this.#session = await this.#begin();
    if (this.#session === null) return;
    const session = this.#session;
    const begunAt = world.scheduler.time;
    for (let index = 0; index < this.#plan.tabs; index += 1) {
      this.#tabs.push(
        new Tab({ ...this.#parts, user: this.#plan, session, name: `${this.#plan.name}/tab ${index + 1}` }),
      );
    }
    const chance = world.chance(`sleep/${this.#plan.name}`);
    for (const act of this.#plan.acts) {
      // Whoever puts the phone away is not connected for long.
      if (act.afterMs > longPauseMs && chance.happens(0.9)) this.#closeAll(longPauseMs / 2);
      await world.pause(act.afterMs);
      if (this.#parts.isOver()) break;
      await this.#do(act);
    }
    if (world.chance(`stays/${this.#plan.name}`).happens(0.95)) this.#closeAll(staysMs);
    this.#lookIn(untilMs - world.scheduler.time, staysMs);
    this.#lookIn(lastLookAt(begunAt) - world.scheduler.time, staysMs);
  }

  /** Once more at the end, to see that nothing is missing. */
  #lookIn(inMs: number, forMs: number): void {
    const { world } = this.#parts;
    world.scheduler.plan(world.outside, inMs, () => {
      for (const tab of this.#tabs) tab.close();
      this.#tabs[0]?.open();
      this.#closeAll(forMs);
    });
  }

  #closeAll(inMs: number): void {
    const { world } = this.#parts;
    world.scheduler.plan(world.outside, inMs, () => {
      for (const tab of this.#tabs) tab.close();
    });
  }

  async #begin(): Promise<Session | null> {
    const { name, person = name, virtualAgent, door } = this.#plan;
    for (let count = 0; count < mostTries && !this.#parts.isOver(); count += 1) {
      const answer = await this.#parts.ask(
        door === 'chat'
          ? { who: name, operation: 'openChat', params: { agent_id: virtualAgent } }
          : { who: name, operation: 'init', body: { agent_id: virtualAgent, user: { id: person } } },
      );
      const session = sessionIn(answer);
      if (session !== null) {
        if (door === 'chat') this.#parts.witness.handedOut(session.id);
        return session;
      }
      await this.#parts.world.pause(1_000 * 1.5 ** count);
    }
    return null;
  }

  async #do(act: UserAct): Promise<void> {
    if (act.kind === 'step') return this.#step(act);
    const tab = this.#tabs[act.tab % this.#tabs.length];
    if (tab === undefined || tab.isEnded) return;
    switch (act.kind) {
      case 'say':
        return this.#say(tab, act);
      case 'flood': {
        const texts = Array.from({ length: act.count }, (_, index) => `flood ${this.#messages + index}`);
        for (const text of texts) this.#say(tab, { text, twice: 'no' });
        return;
      }
      case 'open':
        return tab.open();
      case 'open anew':
        return tab.openAnew();
      case 'close':
        return tab.close();
      case 'break':
        return tab.break();
      case 'parameters':
        return tab.send({ type: 'parameters', parameters: [{ name: act.name, value: act.value }] });
      case 'leave':
        return tab.send({ type: 'end' });
      case 'nonsense':
        return tab.send({ type: 'nonsense' });
      case 'read ahead':
        return tab.send({ type: 'read', seq: tab.seen + 1_000 });
      default:
        return tab.send({ type: act.kind } as ClientFrame);
    }
  }

  #say(tab: Tab, { text, twice }: Pick<Extract<UserAct, { kind: 'say' }>, 'text' | 'twice'>): void {
    this.#messages += 1;
    const message = { type: 'message', id: `m${this.#messages}`, text } as const;
    tab.say(message);
    if (twice === 'same tab') tab.send(message);
    if (twice === 'other tab') this.#tabs.find((other) => other !== tab)?.say(message);
  }

  async #step({ input, parameters }: Extract<UserAct, { kind: 'step' }>): Promise<void> {
    if (this.#session === null) return;
    const { world, ask } = this.#parts;
    const { name } = this.#plan;
    world.tell(name, () => `takes a step with ${JSON.stringify(input)}`);
    await ask({
      ...{ who: name, operation: 'step', params: { session_id: this.#session.id } },
      body: { input, ...(parameters.length === 0 ? {} : { parameters }) },
    });
  }
}

function sessionIn(answer: Answer | null): Session | null {
  if (answer?.status !== 200) return null;
  const { session_id: id, session_token: token } = answer.body as { session_id: string; session_token: string };
  return { id, token };
}

import type { Chance } from '../../random.ts';
import type { DeskPlan, PersonAct, Script } from '../plan/plan.ts';
import type { Call } from '../witness.ts';
import type { Ask, Question } from '../world/requests.ts';
import type { World } from '../world/world.ts';
import { sessionOf } from './desk.ts';

export type LiveAgentParts = Readonly<{ world: World; ask: Ask; isOver: () => boolean }>;

type Body = Readonly<{ epoch?: number; seq?: number; handoff?: Readonly<{ epoch: number }> }>;

/** A conversation as the people at a desk know it. */
type Ticket = Readonly<{ name: string; sessionId: string; epoch: number; script: Script; chance: Chance }>;

const mostTries = 6;
const nobody: Script = { answers: 0, answerMs: 0, people: [] };

/** The people at all desks: each handoff is met as its script says, and messages are answered or forgotten. */
export class LiveAgents {
  readonly #parts: LiveAgentParts;
  readonly #handoffs = new Map<string, number>();
  readonly #tickets = new Map<string, Ticket>();
  #texts = 0;

  constructor(parts: LiveAgentParts) {
    this.#parts = parts;
  }

  /** A call was taken in. @returns what the desk answers in its body. */
  receive(desk: DeskPlan, call: Call, isRepeat: boolean): string {
    const body = JSON.parse(call.body) as Body;
    const sessionId = sessionOf(call.webhookId);
    if (this.#parts.world.chance(`reads/${call.id}`).happens(0.3)) void this.#read(sessionId);
    if (call.url.endsWith('/start')) return this.#start(desk, sessionId, body.handoff?.epoch ?? 0, isRepeat);
    if (call.url.endsWith('/inbound') && !isRepeat) void this.#reply(sessionId, body.epoch ?? 0);
    return 'OK';
  }

  #start(desk: DeskPlan, sessionId: string, epoch: number, isRepeat: boolean): string {
    const key = `${sessionId}/${epoch}`;
    const chance = this.#parts.world.chance(`ticket/${key}`);
    const queued = chance.happens(desk.queues);
    if (!isRepeat) {
      const count = this.#handoffs.get(desk.url) ?? 0;
      this.#handoffs.set(desk.url, count + 1);
      const script = desk.scripts[count % Math.max(1, desk.scripts.length)] ?? nobody;
      const ticket: Ticket = { name: `live agent ${count + 1}`, sessionId, epoch, script, chance };
      this.#tickets.set(key, ticket);
      for (const acts of script.people) void this.#follow(ticket, acts);
    }
    return queued ? JSON.stringify({ state: 'queued', ...(chance.happens(0.5) ? { place: 3 } : {}) }) : 'OK';
  }

  /** A connector that looks into the log of what it was called for. */
  async #read(sessionId: string): Promise<void> {
    const params = { session_id: sessionId };
    await this.#parts.ask({ who: 'connector', operation: 'listEvents', params, query: { limit: '1000' } });
  }

  async #follow(ticket: Ticket, acts: readonly PersonAct[]): Promise<void> {
    for (const act of acts) {
      await this.#parts.world.pause(act.afterMs);
      if (this.#parts.isOver()) return;
      await this.#do(ticket, act);
    }
  }

  async #reply(sessionId: string, epoch: number): Promise<void> {
    const ticket = this.#tickets.get(`${sessionId}/${epoch}`);
    if (ticket === undefined || !ticket.chance.happens(ticket.script.answers)) return;
    const keyed = ticket.chance.happens(0.7);
    await this.#parts.world.pause(ticket.script.answerMs * (0.2 + ticket.chance.next()));
    if (this.#parts.isOver()) return;
    await this.#do(ticket, { afterMs: 0, kind: 'outbound', epoch: 'own', keyed, again: 'no' });
  }

  async #do(ticket: Ticket, act: PersonAct): Promise<void> {
    const { world } = this.#parts;
    const question = this.#questionOf(ticket, act);
    const first = this.#insist(question, act.keyed);
    if (act.again === 'at once') void this.#insist(question, false);
    await first;
    if (act.again === 'no' || act.again === 'at once') return;
    if (act.again === 'later') await world.pause(ticket.chance.next() * 3_600_000);
    const changed = {
      ...question.body,
      ...(act.kind === 'outbound' ? { text: this.#newText() } : { tags: ['other'] }),
    };
    await this.#insist(act.again === 'changed' ? { ...question, body: changed } : question, false);
  }

  #questionOf({ name, sessionId, epoch, chance }: Ticket, act: PersonAct): Question {
    const named = { own: epoch, none: undefined, former: epoch - 1, later: epoch + 1 }[act.epoch];
    const person = { id: `p${chance.between(1, 2)}`, ...(chance.happens(0.5) ? { name: 'Kim' } : {}) };
    const body = {
      ...(named === undefined || named < 1 ? {} : { epoch: named }),
      ...(act.kind === 'outbound' ? { text: this.#newText() } : {}),
      ...(act.kind === 'outbound' || act.kind === 'assign' ? { liveAgent: person } : {}),
      ...(act.kind === 'disconnect' && chance.happens(0.3) ? { outcome: 'solved', tags: ['done'] } : {}),
    };
    const key = act.keyed && (act.kind === 'outbound' || act.kind === 'disconnect') ? `key-${++this.#texts}` : null;
    return { who: name, operation: act.kind, params: { session_id: sessionId }, body, key };
  }

  /** Asks until there is an answer that says that it was done, or that it will not be. */
  async #insist(question: Question, tries: boolean): Promise<void> {
    const { world, ask, isOver } = this.#parts;
    const { who, operation } = question;
    for (let count = 0; count < mostTries && !isOver(); count += 1) {
      world.tell(
        who,
        () => `asks for ${operation} ${JSON.stringify(question.body)}${question.key ? ` under ${question.key}` : ''}`,
      );
      const answer = await ask(question);
      if (answer !== null && answer.status !== 503 && answer.status !== 429) return;
      if (!tries && answer !== null) return;
      await world.pause(500 * 2 ** count);
    }
  }

  #newText(): string {
    this.#texts += 1;
    return `answer ${this.#texts}`;
  }
}

import type { AskingNode } from '../../../src/core/flow/asking.ts';
import { urlOf } from '../../../src/core/flow/nodes.ts';
import type { SkillAnswer } from '../../../src/core/skills.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import type { Question, Skills } from '../../../src/skills/skills.ts';
import type { Chance } from '../../random.ts';
import { pick } from '../plan/words.ts';
import { programName } from '../program/host.ts';
import type { Call, Witness } from '../witness.ts';
import type { Owner } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

export type OutsideWorldParts = Readonly<{
  world: World;
  witness: Witness;
  /** Whether all is well again: whoever is asked answers. */
  isOver: () => boolean;
}>;

/** One question as it leaves a run of the program. */
type Asking = Readonly<{ owner: Owner; clock: Clock; by: number; signal: AbortSignal }>;

/** All whom nodes ask: servers, models, bots and the sandbox, with their manners. */
export class OutsideWorld {
  readonly #parts: OutsideWorldParts;
  readonly #chance: Chance;
  #asked = 0;

  constructor(parts: OutsideWorldParts) {
    this.#parts = parts;
    this.#chance = parts.world.chance('outside world');
  }

  /** What a run of the program asks through. */
  skillsFor(owner: Owner, clock: Clock, by: number): Skills {
    return { ask: (question, signal) => this.#ask({ owner, clock, by, signal }, question) };
  }

  #ask({ owner, clock, by, signal }: Asking, question: Question): Promise<SkillAnswer> {
    const { world, witness } = this.#parts;
    this.#asked += 1;
    const url = urlOf(question.node);
    // Numbers of desks' calls are whole.
    const call: Call = { id: this.#asked + 0.5, by, url, webhookId: question.id, body: bodyOf(question) };
    witness.called(call);
    world.tell(
      programName(by),
      () => `asks ${question.node.type} (${question.id.slice(37)}): ${call.body.slice(0, 200)}`,
    );
    const fate = this.#fate(question);
    return new Promise((resolve) => {
      let open = true;
      const end = (answer: SkillAnswer, status: number | null): void => {
        if (!open || !owner.alive) return;
        open = false;
        timeout();
        signal.removeEventListener('abort', abort);
        witness.heard(call, status);
        world.tell(
          programName(by),
          () => `hears of (${question.id.slice(37)}): ${JSON.stringify(answer).slice(0, 200)}`,
        );
        resolve(answer);
      };
      const timeout = clock.after(question.withinMs, () => end(failed('No answer in time.'), 400));
      const abort = (): void => end(failed('Given up.'), null);
      signal.addEventListener('abort', abort);
      if (fate.answer === null) return;
      const { answer } = fate;
      world.scheduler.plan(world.outside, fate.afterMs, () => {
        witness.arrived(call);
        world.scheduler.hand(owner, () => end(answer, answer.kind === 'failed' ? 400 : 200));
      });
    });
  }

  #fate({ node, withinMs }: Question): Readonly<{ afterMs: number; answer: SkillAnswer | null }> {
    const chance = this.#chance;
    const [luck, delay] = [chance.next(), chance.next()];
    const answer = answerOf(chance, node);
    if (this.#parts.isOver()) return { afterMs: 5, answer };
    if (luck < 0.1) return { afterMs: 0, answer: null };
    if (luck < 0.2) return { afterMs: Math.round(delay * 500), answer: failed('It did not work.') };
    return { afterMs: Math.round(luck < 0.35 ? delay * withinMs * 1.2 : delay * 300), answer };
  }
}

const failed = (cause: string): SkillAnswer => ({ kind: 'failed', cause });

const bodyOf = ({ sessionId, turn, given, messages }: Question): string =>
  JSON.stringify({ sessionId, turn, given, messages: messages.map(({ seq }) => seq) });

const texts = ['All right.', 'Let me see \u{1f44b}', 'x'.repeat(5_000), 'broken \ud800', '\u0000', ''];

/** Mostly what a good one answers; now and then what no session can keep. */
function answerOf(chance: Chance, node: AskingNode): SkillAnswer {
  const value = (): string | readonly string[] =>
    chance.happens(0.2) ? [pick(chance, texts), 'b'] : pick(chance, texts);
  const names = ['NAME', 'ISSUE', 'COUNT', 'TOPICS', 'TAGS', 'LOOSE'];
  const parameters = names.filter(() => chance.happens(0.2)).map((name) => ({ name, value: value() }));
  if (chance.happens(0.05)) parameters.push({ name: pick(chance, ['SESSION_ID', '__proto__', 'no name']), value: 'x' });
  const said = Array.from({ length: chance.between(0, 2) }, () => pick(chance, texts));
  const messages = node.type === 'webhook' || node.type === 'custom-code' ? [] : said;
  return { kind: 'answered', parameters, messages, output: outputOf(chance, node) };
}

function outputOf(chance: Chance, { type }: AskingNode): 'default' | 'human' | 'listen' {
  if (chance.happens(0.02)) return pick(chance, ['default', 'human', 'listen'] as const);
  if (type === 'external-bot') return pick(chance, ['listen', 'listen', 'listen', 'human', 'default'] as const);
  return type === 'generative-ai' && chance.happens(0.25) ? 'human' : 'default';
}

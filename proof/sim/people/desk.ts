import type { DeskAnswer, DeskCall, DeskCaller } from '../../../src/outgoing/desk-caller.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import type { Chance } from '../../random.ts';
import type { DeskPlan, NetworkPlan } from '../plan/plan.ts';
import { programName } from '../program/host.ts';
import type { Call, Witness } from '../witness.ts';
import type { Owner } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

/** What a desk makes of a call that reached it. @param isRepeat whether one of its id came before. */
export type Receive = (desk: DeskPlan, call: Call, isRepeat: boolean) => string;

export type DeskParts = Readonly<{
  world: World;
  witness: Witness;
  network: NetworkPlan;
  desks: readonly DeskPlan[];
  receive: Receive;
  /** Whether all is well again: desks have got manners. */
  isOver: () => boolean;
}>;

/** How one call is met. `answer` null: nothing comes back. */
type Fate = Readonly<{
  arrives: 'now' | 'late' | 'never';
  answer: Readonly<{ status: number; afterMs: number; retryAfterMs: number | null }> | null;
  /** Nothing was waited for: the connection was refused, or it broke. */
  brokenAfterMs: number | null;
}>;

/** Which run of the program calls. */
type Calling = Readonly<{ owner: Owner; clock: Clock; by: number }>;

const timeoutMs = 10_000;

const passing = [500, 502, 503, 408, 425, 429];
const final = [400, 404, 410, 302, 401];

/** All desks, and the network to them. */
export class Desks {
  readonly #parts: DeskParts;
  readonly #chances = new Map<string, Chance>();
  readonly #known = new Set<string>();
  readonly #grudges = new Map<string, number>();
  #calls = 0;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** What a run of the program calls through. */
  callerFor(owner: Owner, clock: Clock, by: number): DeskCaller {
    return {
      call: (call, signal) => this.#call({ owner, clock, by }, call, signal),
      close: async () => {},
    };
  }

  #call({ owner, clock, by }: Calling, { url, id, body }: DeskCall, signal: AbortSignal): Promise<DeskAnswer> {
    const { world, witness } = this.#parts;
    const desk = this.#deskOf(url);
    const call: Call = { id: ++this.#calls, by, url, webhookId: id, body };
    witness.called(call);
    world.tell(programName(by), () => `calls ${pathOf(url)} (${nameOf(id)}): ${body.slice(0, 200)}`);
    const fate = this.#fateOf(desk, call);
    return new Promise((resolve) => {
      let open = true;
      const end = (answer: DeskAnswer, status: number | null): void => {
        if (!open || !owner.alive) return;
        open = false;
        timeout();
        signal.removeEventListener('abort', abort);
        witness.heard(call, status);
        world.tell(programName(by), () => `hears of (${nameOf(id)}): ${status ?? 'nothing'}`);
        resolve(answer);
      };
      const fail = (cause: string): void => end({ result: { kind: 'unreached', cause }, body: '' }, null);
      const timeout = clock.after(timeoutMs, () => fail('No answer within 10 s.'));
      const abort = (): void => fail('No answer within 10 s.');
      signal.addEventListener('abort', abort);
      this.#send(desk, call, fate, (said) =>
        world.scheduler.hand(owner, () => {
          if (said === null) return fail('The connection failed (ECONNRESET).');
          const { status, retryAfterMs } = said;
          end({ result: { kind: 'answered', status, retryAfterMs }, body: said.body }, status);
        }),
      );
    });
  }

  #send(
    desk: DeskPlan,
    call: Call,
    fate: Fate,
    answered: (said: Readonly<{ status: number; retryAfterMs: number | null; body: string }> | null) => void,
  ): void {
    const { scheduler, outside } = this.#parts.world;
    const chance = this.#chanceOf(desk.url);
    const way = (): number => this.#parts.network.latencyMs * (0.1 + chance.next());
    if (fate.brokenAfterMs !== null) scheduler.plan(outside, fate.brokenAfterMs, () => answered(null));
    if (fate.arrives === 'never') return;
    const delay = fate.arrives === 'now' ? way() : timeoutMs + chance.next() * 20_000;
    scheduler.plan(outside, delay, () => {
      const takes = fate.answer === null || fate.answer.status < 300;
      const body = this.#arrive(desk, call, takes);
      const { answer } = fate;
      if (answer === null) return;
      const { status, retryAfterMs, afterMs } = answer;
      scheduler.plan(outside, afterMs + way(), () =>
        answered({ status, retryAfterMs, body: status < 300 ? body : '' }),
      );
    });
  }

  #arrive(desk: DeskPlan, call: Call, takes: boolean): string {
    const { witness, receive, world } = this.#parts;
    const isRepeat = this.#known.has(call.webhookId);
    const name = nameOf(call.webhookId);
    world.tell(hostOf(desk.url), () => `${takes ? 'takes' : 'turns away'} (${name})${isRepeat ? ', again' : ''}`);
    witness.arrived(call);
    if (!takes) return '';
    this.#known.add(call.webhookId);
    return receive(desk, call, isRepeat);
  }

  #fateOf(desk: DeskPlan, call: Call): Fate {
    const { world, isOver } = this.#parts;
    const chance = this.#chanceOf(desk.url);
    const well: Fate = { arrives: 'now', answer: { status: 200, afterMs: 1, retryAfterMs: null }, brokenAfterMs: null };
    if (isOver()) return well;
    const { time } = world.scheduler;
    const outage = desk.outages.find(({ at, forMs }) => time >= at && time < at + forMs);
    if (outage?.how === 'refuses') return { arrives: 'never', answer: null, brokenAfterMs: 1 };
    if (outage?.how === 'swallows') return { arrives: 'never', answer: null, brokenAfterMs: null };
    return this.#mannerOf(desk, call, chance) ?? well;
  }

  #mannerOf({ manners }: DeskPlan, call: Call, chance: Chance): Fate | null {
    const luck = chance.next();
    const [delay, choice, asks, wait] = [chance.next(), chance.next(), chance.next(), chance.next()];
    const retryAfterMs = asks < 0.2 ? Math.round(wait * 200_000) : null;
    const answers = (status: number, afterMs: number): Fate => ({
      ...{ arrives: 'now', brokenAfterMs: null, answer: { status, afterMs, retryAfterMs } },
    });
    if (this.#holdsGrudge(call)) return answers(500, 2);
    const { slow, late, answerLost, lost, straggles, errors, refusals } = manners;
    const kinds: readonly (readonly [number, () => Fate])[] = [
      [slow, () => answers(200, delay * 9_000)],
      [late, () => answers(200, timeoutMs + delay * 20_000)],
      [answerLost, () => ({ arrives: 'now', answer: null, brokenAfterMs: 5 + delay * 8_000 })],
      [lost, () => ({ arrives: 'never', answer: null, brokenAfterMs: 5 + delay * 8_000 })],
      [straggles, () => ({ arrives: 'late', answer: null, brokenAfterMs: null })],
      [errors, () => answers(passing[Math.floor(choice * passing.length)] ?? 500, delay * 3_000)],
      [refusals, () => answers(final[Math.floor(choice * final.length)] ?? 400, delay * 3_000)],
    ];
    let sum = 0;
    for (const [share, fate] of kinds) {
      sum += share;
      if (luck < sum) {
        if (share === errors && manners.grudgeMs > 0 && delay < 0.3) this.#bear(call, manners.grudgeMs);
        return fate();
      }
    }
    return null;
  }

  #bear({ webhookId }: Call, forMs: number): void {
    this.#grudges.set(sessionOf(webhookId), this.#parts.world.scheduler.time + forMs);
  }

  #holdsGrudge({ webhookId }: Call): boolean {
    return (this.#grudges.get(sessionOf(webhookId)) ?? 0) > this.#parts.world.scheduler.time;
  }

  #deskOf(url: string): DeskPlan {
    const desk = this.#parts.desks.find((one) => url.startsWith(`${one.url}/`));
    if (desk === undefined) throw new Error(`The program calls ${url}, where no desk stands.`);
    return desk;
  }

  #chanceOf(name: string): Chance {
    const chance = this.#chances.get(name) ?? this.#parts.world.chance(`desk/${name}`);
    this.#chances.set(name, chance);
    return chance;
  }
}

const uuidLength = 36;

export const sessionOf = (webhookId: string): string => webhookId.slice(0, uuidLength);

/** A call's name in the trace: its session, and its lane, seq and part. */
const nameOf = (webhookId: string): string => `${sessionOf(webhookId)} ${webhookId.slice(uuidLength + 1)}`;

const hostOf = (url: string): string => url.replace(/^https?:\/\//, '');
const pathOf = (url: string): string => hostOf(url);

import type { Asked } from '../../../src/http/serve.ts';
import type { Chance } from '../../random.ts';
import type { NetworkPlan } from '../plan/plan.ts';
import { type Host, programName } from '../program/host.ts';
import type { Answer } from '../program/program.ts';
import { type Request, Violation, type Witness } from '../witness.ts';
import type { World } from './world.ts';

/** What somebody asks of the program over HTTP. */
export type Question = Readonly<{
  who: string;
  operation: string;
  params?: Readonly<Record<string, string>>;
  query?: object;
  body?: object;
  key?: string | null;
}>;

/** @returns the answer; null when none came. */
export type Ask = (question: Question) => Promise<Answer | null>;

export type RequestParts = Readonly<{
  world: World;
  machine: () => Host;
  witness: Witness;
  network: NetworkPlan;
  failed: (violation: Violation) => void;
  newId: () => number;
}>;

const patienceMs = 20_000;

/** A network that loses requests and answers, delays them differently, and repeats requests. */
export function requests(given: Omit<RequestParts, 'newId'>): Ask {
  let ids = 0;
  const parts: RequestParts = { ...given, newId: () => ++ids };
  const { world, network } = parts;
  const chances = new Map<string, Chance>();
  const chanceOf = (who: string): Chance => {
    const chance = chances.get(who) ?? world.chance(`requests/${who}`);
    chances.set(who, chance);
    return chance;
  };
  return (question) =>
    new Promise((resolve) => {
      const chance = chanceOf(question.who);
      const isLost = chance.happens(network.lost);
      const isAnswerLost = chance.happens(network.answersLost);
      const isRepeated = chance.happens(network.repeated);
      const delay = (): number => network.latencyMs * (0.1 + chance.next());
      const giveUp = world.scheduler.plan(world.outside, patienceMs, () => resolve(null));
      const settle = (answer: Answer | null): void => {
        giveUp();
        resolve(answer);
      };
      const answered = (answer: Answer | null): void => {
        if (!isAnswerLost) world.scheduler.plan(world.outside, delay(), () => settle(answer));
      };
      if (!isLost) world.scheduler.plan(world.outside, delay(), () => arrive(parts, question, answered));
      if (isRepeated) {
        const later = delay() + chance.next() * (chance.happens(0.8) ? 500 : 60_000);
        world.scheduler.plan(world.outside, later, () => arrive(parts, question, () => {}));
      }
    });
}

/** @param answered is told null when the connection broke. */
function arrive(parts: RequestParts, question: Question, answered: (answer: Answer | null) => void): void {
  const { world, witness, failed } = parts;
  const { program, owner, number } = parts.machine();
  if (program === null) return answered(null);
  const { operation, params = {}, body, key = null, who } = question;
  const sessionId = params.session_id ?? null;
  const request: Request = {
    ...{ id: parts.newId(), operation, sessionId, key },
    body: (body ?? {}) as Request['body'],
  };
  witness.asked(request);
  const asked = askedOf(question);
  const handle = (): Promise<void> =>
    program.handle(operation, asked).then(
      (answer) => {
        // A program that is gone answers nobody; its connections break.
        if (!owner.alive) return;
        const name = programName(number);
        world.tell(name, () => `answers ${who}'s ${operation} with ${answer.status} ${briefly(answer.body)}`);
        witness.answered(request, answer.status, answer.body);
        answered(answer);
      },
      (error: unknown) => {
        failed(new Violation(0, `${operation} failed: ${error instanceof Error ? error.stack : String(error)}`));
      },
    );
  world.scheduler.hand(owner, () => void handle());
  watch(parts, owner, () => answered(null));
}

const lookMs = 5_000;

/** A client hears of a program that is gone, sooner or later. */
function watch({ world }: RequestParts, owner: { alive: boolean }, broke: () => void): void {
  world.scheduler.plan(world.outside, lookMs, () => {
    if (!owner.alive) broke();
  });
}

function askedOf({ params = {}, query = {}, body, key = null }: Question): Asked {
  const headers = key === null ? {} : { 'idempotency-key': key };
  // Nobody's objects are shared over a network.
  const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  return { params, query, search: '', body: sent, headers, address: '192.0.2.1', caller: null };
}

const longest = 160;

export function briefly(body: unknown): string {
  const text = JSON.stringify(body) ?? '';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

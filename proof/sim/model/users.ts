import type { EventOf } from '../../../src/core/events.ts';
import type { Flow } from '../../../src/core/flow/flow.ts';
import type { ParameterDeclaration, Value } from '../../../src/core/flow/parameters.ts';
import { broken, type Mirror, same, type World } from './world.ts';

type Set = Readonly<{ at: number; value: Value }>;

/** What sessions have set of the user parameters of each user, in the order in which it was flushed. */
export class Users {
  readonly #world: World;
  readonly #sets = new Map<string, Set[]>();

  constructor(world: World) {
    this.#world = world;
  }

  set(mirror: Mirror, { parameters }: EventOf<'parameters-set'>): void {
    const userId = userOf(mirror);
    if (userId === undefined) return;
    const at = this.#world.clocks.now() ?? this.#world.lastNow;
    for (const { name, value } of parameters) {
      if (mirror.flow?.parameters?.find((one) => one.name === name)?.kind !== 'user') continue;
      const sets = this.#sets.get(`${userId}\n${name}`) ?? [];
      this.#sets.set(`${userId}\n${name}`, sets);
      sets.push({ at, value });
    }
  }

  /** A session begins with what was flushed last, before it was read or while the session was being stored. */
  begun({ id }: Mirror, { parameters = [] }: Flow, event: EventOf<'session-started'>): void {
    for (const declared of parameters) {
      const { name } = declared;
      const had = Object.hasOwn(event.parameters, name) ? event.parameters[name] : undefined;
      if (this.#mayBegin(declared, event).some((value) => same(value, had))) continue;
      broken(
        23,
        id,
        `it begins with ${name} ${JSON.stringify(had)}, which is neither kept of its user nor the default.`,
      );
    }
    const strange = Object.keys(event.parameters).find((name) => !parameters.some((one) => one.name === name));
    if (strange !== undefined) broken(23, id, `it begins with ${strange}, which its flow does not declare.`);
  }

  #mayBegin(
    declared: ParameterDeclaration,
    { at, userId }: EventOf<'session-started'>,
  ): readonly (Value | undefined)[] {
    const unset = declared.multi === true && typeof declared.value === 'string' ? [declared.value] : declared.value;
    const sets = declared.kind === 'user' && userId !== undefined ? this.#sets.get(`${userId}\n${declared.name}`) : [];
    const values = (sets ?? []).map((one) => shaped(declared, one.value));
    // Among several instances the way to the database takes its time, and a pause longer than that.
    if (this.#world.isShared) return [unset, ...values];
    const before = (sets ?? []).findLastIndex((one) => one.at < at);
    return before < 0 ? [unset, ...values] : values.slice(before);
  }
}

const userOf = ({ events: [first] }: Mirror): string | undefined =>
  first?.kind === 'session-started' ? first.userId : undefined;

/** In messages as people write them nothing is too long, so nothing is cut. */
function shaped({ multi }: ParameterDeclaration, value: Value): Value {
  const values = typeof value === 'string' ? [value] : value;
  if (multi !== true) return Array.from(values.join(', ')).slice(0, 4_096).join('');
  return value === '' ? [] : values;
}

import { isSystemParameter, maxTextLength, maxValues, type ParameterDeclaration } from '../../core/flow/parameters.ts';
import { field, flagField, idOf, type JsonObject, textField } from '../json.ts';
import { parameterName, Taken } from '../names.ts';
import { type Notes, plural } from '../notes.ts';
import type { Entities } from './entities.ts';

export const maxParameters = 500;
const mostNamesToTell = 20;

/** What AI Studio fills itself, where we call it otherwise. */
const systemAliases: ReadonlyMap<string, string> = new Map([
  ['CALL_START_DATE', 'CONVERSATION_START_DATE'],
  ['CALL_START_TIME', 'CONVERSATION_START_TIME'],
]);

type Known = {
  readonly name: string;
  readonly theirs: string;
  readonly entity: string | undefined;
  readonly declaration: ParameterDeclaration | undefined;
  /** Filled by their system, and by nobody here. */
  readonly foreign: boolean;
  used: boolean;
};

/** The parameters of an export, by their ids and names. */
export class Parameters {
  private readonly notes: Notes;
  private readonly entities: Entities;
  private readonly byKey = new Map<string, Known>();
  private readonly all: Known[] = [];
  private readonly taken = new Taken();

  constructor(found: readonly JsonObject[], entities: Entities, notes: Notes) {
    this.notes = notes;
    this.entities = entities;
    // Names that need no change keep it, whoever is declared first.
    const plainFirst = found.toSorted((one, other) => Number(isStrange(one)) - Number(isStrange(other)));
    for (const parameter of plainFirst) this.read(parameter);
  }

  /** Our name of a parameter that is known by its id, or by its name. */
  readonly byId = (id: string): string => this.use(this.byKey.get(id) ?? this.invent(id));

  /** Our name of one that a text mentions; undefined when nobody declares it. */
  readonly byName = (name: string): string | undefined => {
    const found = this.byKey.get(name);
    if (found !== undefined) return this.use(found);
    return isSystemParameter(name) ? name : undefined;
  };

  /** Our name of a parameter that a node fills: never one of the system. */
  target(id: string | undefined, where: string): string {
    const found = id === undefined ? undefined : this.byKey.get(id);
    if (id === undefined) return this.add('ANSWER', undefined, true).name;
    if (found === undefined) return this.byId(id);
    if (!isSystemParameter(found.name)) return this.use(found);
    const { name } = this.add(`${found.name}_ANSWER`, found.entity, true);
    this.notes.add('changed', where, `It fills ${found.name}, which nobody may fill here; it fills ${name} instead.`);
    return name;
  }

  /** Our entity for what a parameter holds. */
  entityOf(id: string | undefined): string {
    return this.entities.find(id === undefined ? undefined : this.byKey.get(id)?.entity);
  }

  declared(): readonly ParameterDeclaration[] {
    const unused = this.all.filter(({ foreign, used }) => foreign && !used).map(({ theirs }) => theirs);
    if (unused.length > 0) {
      const names = `${unused.slice(0, mostNamesToTell).join(', ')}${unused.length > mostNamesToTell ? ', …' : ''}`;
      const message = `${plural(unused.length, 'parameter')} of their system that nothing here mentions: ${names}.`;
      this.notes.add('left-out', 'parameters', message);
    }
    // Those that something mentions come first where not all can be declared.
    const most = this.all.length > maxParameters ? this.all.toSorted(usedFirst) : this.all;
    const declared = most.flatMap(({ declaration, foreign, used }) =>
      declaration !== undefined && (used || !foreign) ? [declaration] : [],
    );
    if (declared.length > maxParameters) {
      const message = `Only ${maxParameters} of ${declared.length} are declared; the others are custom ones all the same.`;
      this.notes.add('left-out', 'parameters', message);
    }
    return declared.slice(0, maxParameters);
  }

  private use(known: Known): string {
    if (known.foreign && !known.used) {
      const message = `Nobody fills it here; it is the custom parameter ${known.name}, for whoever sets it.`;
      this.notes.add('changed', `parameter "${known.theirs}"`, message);
    }
    if (known.declaration === undefined && known.name !== known.theirs && !known.used) {
      this.notes.add('changed', `parameter "${known.theirs}"`, `It is called ${known.name} here.`);
    }
    known.used = true;
    return known.name;
  }

  private read(parameter: JsonObject): void {
    const theirs = textField(parameter, 'name', 'label', 'key') ?? idOf(parameter) ?? 'parameter';
    const entity =
      textField(parameter, 'entity', 'entity_id', 'entityId') ??
      textField(field(parameter, 'entity'), '_id', 'id', 'name');
    const ours = systemAliases.get(theirs) ?? theirs;
    const isSystem = flagField(parameter, 'is_system', 'isSystem');
    const known: Known =
      isSystem && isSystemParameter(ours)
        ? { name: ours, theirs, entity, declaration: undefined, foreign: false, used: false }
        : this.adopt(parameter, theirs, { entity, foreign: isSystem });
    if (known.declaration === undefined) this.all.push(known);
    if (entity !== undefined && theirs.endsWith('_START_DATE')) this.entities.know(entity, '@sys.date');
    if (entity !== undefined && theirs.endsWith('_START_TIME')) this.entities.know(entity, '@sys.time');
    const keys = [idOf(parameter), theirs, known.declaration?.kind === 'user' ? `USER.${theirs}` : undefined];
    for (const key of keys) if (key !== undefined && !this.byKey.has(key)) this.byKey.set(key, known);
  }

  private adopt(
    parameter: JsonObject,
    theirs: string,
    rest: Readonly<{ entity: string | undefined; foreign: boolean }>,
  ): Known {
    const name = this.free(theirs);
    const where = `parameter "${theirs}"`;
    if (name !== theirs && !rest.foreign)
      this.notes.add('changed', where, `It is called ${name} here, in every text and node.`);
    const multi = flagField(parameter, 'is_multi', 'isMulti', 'multi');
    const kind = /user/i.test(textField(parameter, 'type', 'kind') ?? '') ? 'user' : 'custom';
    const value = defaultOf(field(parameter, 'value', 'default_value', 'default'), multi);
    const declaration = { name, kind, ...(multi && { multi }), ...(value !== undefined && { value }) } as const;
    const known: Known = { name, theirs, ...rest, declaration, used: false };
    this.all.push(known);
    return known;
  }

  private free(theirs: string): string {
    const name = parameterName(theirs, 'PARAMETER');
    return this.taken.unique(isSystemParameter(name) ? `${name}_2` : name);
  }

  private add(name: string, entity: string | undefined, used: boolean): Known {
    const free = this.free(name);
    const declaration = { name: free, kind: 'custom' } as const;
    const known: Known = { name: free, theirs: name, entity, declaration, foreign: false, used };
    this.all.push(known);
    return known;
  }

  private invent(id: string): Known {
    if (isSystemParameter(id)) {
      return { name: id, theirs: id, entity: undefined, declaration: undefined, foreign: false, used: true };
    }
    const known = this.add(id, undefined, true);
    this.byKey.set(id, known);
    this.notes.add(
      'changed',
      `parameter "${id}"`,
      `The export does not declare it; it is the custom parameter ${known.name}.`,
    );
    return known;
  }
}

const usedFirst = (one: Known, other: Known): number => Number(other.used) - Number(one.used);

const isStrange = (parameter: JsonObject): boolean => {
  const name = textField(parameter, 'name', 'label', 'key') ?? '';
  return parameterName(name, '') !== name;
};

/** A default; an empty one is none. */
function defaultOf(value: unknown, multi: boolean): string | readonly string[] | undefined {
  const values = (Array.isArray(value) ? value.slice(0, maxValues) : [value]).flatMap((one) => {
    const text = typeof one === 'number' || typeof one === 'boolean' ? String(one) : one;
    return typeof text === 'string' && text !== '' ? [cut(text)] : [];
  });
  if (values.length === 0) return undefined;
  return multi ? values : values[0];
}

const cut = (text: string): string =>
  [
    ...text
      .replaceAll('\u0000', '')
      .slice(0, 2 * maxTextLength)
      .toWellFormed(),
  ]
    .slice(0, maxTextLength)
    .join('');

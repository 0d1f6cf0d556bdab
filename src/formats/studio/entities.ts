import { RE2JS } from 're2js';
import type { EntityDeclaration } from '../../core/flow/flow.ts';
import { field, idOf, type JsonObject, objectsOf, textField } from '../json.ts';
import { identifier, Taken } from '../names.ts';
import { type Notes, plural } from '../notes.ts';

export const maxEntities = 200;
export const maxEntityValues = 1000;
export const maxSynonyms = 100;
const maxEntityText = 200;
const maxPattern = 500;

/** Ours for the names that AI Studio and its customers use, without `@`, `sys.` and everything but letters. */
const systemByName: Readonly<Record<string, string>> = {
  any: '@sys.any',
  text: '@sys.any',
  number: '@sys.number',
  numbers: '@sys.number',
  digits: '@sys.number',
  integer: '@sys.number',
  date: '@sys.date',
  dates: '@sys.date',
  time: '@sys.time',
  times: '@sys.time',
  confirmation: '@sys.confirmation',
  yesno: '@sys.confirmation',
  boolean: '@sys.confirmation',
  name: '@sys.name',
  names: '@sys.name',
  person: '@sys.name',
  firstname: '@sys.name',
  fullname: '@sys.name',
  email: '@sys.email',
  emailaddress: '@sys.email',
  phone: '@sys.phone',
  phonenumber: '@sys.phone',
  phonenumbers: '@sys.phone',
};

/** Entities of the system have ids that are the same in every export, and no name in it. */
const systemById: Readonly<Record<string, string>> = {
  '58b543931d58a447d934eacd': '@sys.any',
  '58b543aa1d58a447d934eace': '@sys.date',
  '58b543c91d58a447d934eacf': '@sys.time',
  '58b544831d58a447d934ead0': '@sys.name',
};

const lookUp = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const systemEntity = (name: string): string | undefined =>
  lookUp(
    systemByName,
    name
      .slice(0, 100)
      .replace(/^@?(?:sys[._-])?/i, '')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase(),
  );

/** The entities of an export: which of ours stands for which of theirs. */
export class Entities {
  private readonly notes: Notes;
  private readonly ours = new Map<string, string>();
  private readonly declarations: EntityDeclaration[] = [];
  private readonly taken = new Taken();
  private readonly told = new Set<string>();
  /** What those are called that have nothing by which an answer could be told. */
  private readonly empty = new Map<string, string>();

  /** @param found wherever an export declares entities. */
  constructor(found: readonly JsonObject[], notes: Notes) {
    this.notes = notes;
    for (const entity of found) this.read(entity);
  }

  /** Entities that are told by what else has them: the one of a parameter that holds the date, say. */
  know(key: string, entity: string): void {
    if (!this.ours.has(key)) this.ours.set(key, entity);
  }

  declared(): readonly EntityDeclaration[] {
    return this.declarations;
  }

  /** Our entity for one that is named by its id or by its name. */
  find(key: string | undefined): string {
    if (key === undefined) return '@sys.any';
    const found = this.ours.get(key) ?? this.ours.get(key.replace(/^@/, '')) ?? lookUp(systemById, key);
    // A custom entity that came along wins over the name it shares with one of the system.
    const entity = found ?? systemEntity(key);
    if (entity !== undefined) return entity;
    if (!this.told.has(key)) {
      const message =
        'The export has no values and no usable pattern of it, so anything is taken for it; choose an entity there.';
      this.notes.add('left-out', `entity "${this.empty.get(key) ?? key}"`, message);
      this.told.add(key);
    }
    return '@sys.any';
  }

  private read(entity: JsonObject): void {
    const name = textField(entity, 'name', 'label', 'title') ?? idOf(entity) ?? '';
    const keys = [idOf(entity), textField(entity, 'source_id'), name].filter((key) => key !== undefined);
    if (name === '' || keys.some((key) => this.ours.has(key))) return;
    const ours = this.adopt(name, entity) ?? systemEntity(name);
    for (const key of keys) {
      if (ours === undefined) this.empty.set(key, name);
      else this.ours.set(key, ours);
    }
  }

  /** Declares an entity of its own, when there is something to declare. */
  private adopt(name: string, entity: JsonObject): string | undefined {
    const where = `entity "${name}"`;
    const values = valuesOf(entity);
    const pattern = patternOf(entity);
    if (values.length === 0 && pattern === undefined) return undefined;
    if (this.declarations.length >= maxEntities) {
      this.notes.add('left-out', where, `More than ${maxEntities} entities are not taken over.`);
      return undefined;
    }
    const ours = this.taken.unique(identifier(name.replace(/^@/, ''), 'entity'));
    this.declarations.push(values.length > 0 ? { name: ours, values } : { name: ours, pattern });
    const holds = values.length > 0 ? plural(values.length, 'value') : 'a pattern';
    this.notes.add('taken', where, `It is the entity ${ours}, with ${holds}.`);
    if (values.length === maxEntityValues) {
      this.notes.add('changed', where, `${maxEntityValues} values are the most; look whether some are missing.`);
    }
    return ours;
  }
}

/** A pattern that RE2 can read; it knows no looking around, and nothing that a group matched before. */
function patternOf(entity: JsonObject): string | undefined {
  const written = textField(entity, 'pattern', 'regex', 'regexp', 'expression');
  const pattern = written?.replace(/^\/(.*)\/[a-z]*$/s, '$1') ?? '';
  if (pattern === '' || pattern.length > maxPattern) return undefined;
  try {
    RE2JS.compile(pattern);
    return pattern;
  } catch {
    return undefined;
  }
}

const trimmed = (text: string | undefined): string =>
  (text ?? '').replaceAll('\u0000', '').slice(0, maxEntityText).toWellFormed().trim();

type EntityValue = NonNullable<EntityDeclaration['values']>[number];

function valuesOf(entity: JsonObject): readonly EntityValue[] {
  const collection = field(entity, 'collection', 'values', 'entries', 'items', 'options');
  const found = new Map<string, EntityValue>();
  for (const item of Array.isArray(collection) ? collection : objectsOf(collection)) {
    if (found.size >= maxEntityValues) break;
    const value = trimmed(typeof item === 'string' ? item : textField(item, 'value', 'name', 'text', 'label'));
    if (value === '' || found.has(value)) continue;
    const synonyms = wordsOf(field(item, 'synonyms', 'aliases', 'variations', 'variants')).filter(
      (word) => word !== value,
    );
    found.set(value, synonyms.length === 0 ? { value } : { value, synonyms: synonyms.slice(0, maxSynonyms) });
  }
  return [...found.values()];
}

/** A list of words, each a string or an object that holds one. */
export function wordsOf(list: unknown, ...names: readonly string[]): readonly string[] {
  if (!Array.isArray(list)) return [];
  const words = list.map((item) =>
    trimmed(typeof item === 'string' ? item : textField(item, ...names, 'value', 'text', 'name', 'synonym', 'phrase')),
  );
  return [...new Set(words)].filter((word) => word !== '');
}

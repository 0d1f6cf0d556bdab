import type { IntentDeclaration } from '../../core/flow/flow.ts';
import { field, idOf, type JsonObject, textField } from '../json.ts';
import { identifier, Taken } from '../names.ts';
import type { Notes } from '../notes.ts';
import { wordsOf } from './entities.ts';

export const maxIntents = 200;
export const maxExamples = 500;

/** Intents of the system have ids that are the same in every export, and no name in it. */
const systemById: Readonly<Record<string, string>> = {
  '5f3cfd975001d31106cd3b9d': '@sys.yes',
  '5f3cfd975001d31106cd3bc0': '@sys.no',
};

const systemByName: Readonly<Record<string, string>> = {
  yes: '@sys.yes',
  no: '@sys.no',
  human: '@sys.human',
  agent: '@sys.human',
  representative: '@sys.human',
  operator: '@sys.human',
  help: '@sys.help',
  cancel: '@sys.cancel',
  goodbye: '@sys.goodbye',
  bye: '@sys.goodbye',
};

const lookUp = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const exampleFields = ['expressions', 'examples', 'phrases', 'utterances', 'training_data', 'collection', 'sentences'];

/** The intents of an export: which of ours stands for which of theirs. */
export class Intents {
  private readonly notes: Notes;
  private readonly known = new Map<string, JsonObject>();
  private readonly ours = new Map<string, string>();
  private readonly declarations: IntentDeclaration[] = [];
  /** What else an output of a classification may be called. */
  private readonly taken = new Taken(['missed', 'default']);

  constructor(found: readonly JsonObject[], notes: Notes) {
    this.notes = notes;
    for (const intent of found) {
      for (const key of [idOf(intent), textField(intent, 'source_id'), textField(intent, 'name')]) {
        if (key !== undefined && !this.known.has(key)) this.known.set(key, intent);
      }
    }
    for (const intent of found) this.find(idOf(intent) ?? textField(intent, 'name') ?? '', '');
  }

  declared(): readonly IntentDeclaration[] {
    return this.declarations;
  }

  /**
   * Our intent for one that is named by its id or by its name.
   * @param hint what it is called where it is not in the export.
   */
  find(key: string, hint: string): string | undefined {
    const intent = this.known.get(key);
    const found = (intent && this.ours.get(idOf(intent) ?? key)) ?? this.ours.get(key) ?? lookUp(systemById, key);
    if (found !== undefined) return found;
    const name = textField(intent, 'name', 'label', 'title') ?? (/^[0-9a-f]{24}$/.test(key) ? hint : key);
    const ours = systemIntent(name, intent) ?? this.adopt(name, intent);
    if (ours !== undefined) this.ours.set((intent && idOf(intent)) ?? key, ours);
    return ours;
  }

  private adopt(name: string, intent: JsonObject | undefined): string | undefined {
    const where = `intent "${name}"`;
    if (this.declarations.length >= maxIntents) {
      this.notes.add('left-out', where, `More than ${maxIntents} intents are not taken over.`);
      return undefined;
    }
    const ours = this.taken.unique(identifier(name, 'intent'));
    const examples = exampleFields.flatMap((list) => wordsOf(field(intent, list), 'expression', 'example', 'sentence'));
    if (examples.length > 0) {
      this.declarations.push({ name: ours, examples: examples.slice(0, maxExamples) });
      this.notes.add(
        'taken',
        where,
        `It is the intent ${ours}, with ${Math.min(examples.length, maxExamples)} examples.`,
      );
      return ours;
    }
    const words = ours.replace(/[_-]+/g, ' ').trim();
    this.declarations.push({ name: ours, examples: [words] });
    const message = `The export has no examples for it, so "${words}" is its only one; give ${ours} what people say.`;
    this.notes.add('changed', where, message);
    return ours;
  }
}

/** One of the system's by its name, unless it came with examples of its own. */
function systemIntent(name: string, intent: JsonObject | undefined): string | undefined {
  const isOwn = exampleFields.some((list) => wordsOf(field(intent, list)).length > 0);
  if (isOwn || (intent === undefined && !/^@?sys[._-]/i.test(name))) return undefined;
  return lookUp(
    systemByName,
    name
      .slice(0, 100)
      .replace(/^@?(?:sys[._-])?/i, '')
      .toLowerCase(),
  );
}

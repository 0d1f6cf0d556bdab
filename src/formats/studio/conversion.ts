import type { FlowNode } from '../../core/flow/nodes.ts';
import { field, idOf, isObject, type JsonObject, objectsOf, textField } from '../json.ts';
import { identifier, Taken } from '../names.ts';
import { type Notes, plural } from '../notes.ts';
import type { Entities } from './entities.ts';
import type { Intents } from './intents.ts';
import type { Parameters } from './parameters.ts';
import { pieces, type Template, templateOf, variantsOf } from './text.ts';

export type StudioOutput = Readonly<{ id: string; name: string; next: string | undefined }>;

/** A node as it was exported, read with patience. */
export type StudioNode = Readonly<{
  id: string;
  kind: string;
  name: string;
  data: JsonObject;
  outputs: readonly StudioOutput[];
}>;

/** A node of which more is asked is no node that somebody drew. */
export const maxOutputs = 200;

export const whereIs = ({ name, kind }: StudioNode): string => `node "${name || kind}"`;

export function studioNode(node: JsonObject): StudioNode {
  const data = field(node, 'data', 'params', 'config', 'settings', 'properties');
  const outputs = objectsOf(field(node, 'outputs', 'output', 'outs'))
    .slice(0, maxOutputs)
    .map((output) => ({
      id: idOf(output) ?? '',
      name:
        textField(output, 'name', 'label', 'title', 'type') ?? textField(field(output, 'data'), 'name', 'label') ?? '',
      next: textField(output, 'next', 'next_id', 'nextId', 'target', 'node'),
    }));
  return {
    id: idOf(node) ?? '',
    kind: (textField(node, 'type', 'node_type', 'nodeType', 'kind') ?? 'unknown').slice(0, 100),
    name: (textField(node, 'name', 'label', 'title') ?? '').trim().slice(0, 100),
    data: isObject(data) ? data : node,
    outputs,
  };
}

/** What the parts of an export share while they become a flow. */
export class Conversion {
  readonly notes: Notes;
  readonly parameters: Parameters;
  readonly entities: Entities;
  readonly intents: Intents;
  readonly nodes = new Map<string, FlowNode>();
  private readonly ids = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly taken = new Taken();

  constructor(found: Readonly<{ notes: Notes; parameters: Parameters; entities: Entities; intents: Intents }>) {
    this.notes = found.notes;
    this.parameters = found.parameters;
    this.entities = found.entities;
    this.intents = found.intents;
  }

  /** Gives a node its place, before others lead there. @returns false when another has its id already. */
  name(node: StudioNode): boolean {
    if (this.ids.has(node.id)) return false;
    this.ids.set(node.id, this.newId(node.name || node.kind));
    this.names.set(node.id, node.name || node.kind);
    return true;
  }

  /** An id that no node has yet. */
  newId(wish: string): string {
    return this.taken.unique(identifier(wish, 'node'));
  }

  idFor(theirs: string): string | undefined {
    return this.ids.get(theirs);
  }

  /** What a node is called that an output leads to, for people. */
  nameBehind(output: StudioOutput | undefined): string {
    return this.names.get(output?.next ?? '') ?? '';
  }

  /** Where an output leads here: the id of our node, or null. */
  leads(node: StudioNode, output: StudioOutput | undefined): string | null {
    if (output?.next === undefined) return null;
    const id = this.ids.get(output.next);
    if (id !== undefined) return id;
    const message = `An output led to the node ${output.next}, which is not in the export; it leads nowhere now.`;
    this.notes.add('changed', whereIs(node), message);
    return null;
  }

  /** The output with this id; of no id, or of one that no output has, there is none. */
  output(node: StudioNode, id: unknown): StudioOutput | undefined {
    return typeof id === 'string' && id !== '' ? node.outputs.find((output) => output.id === id) : undefined;
  }

  /** Tells of the outputs that have no counterpart. */
  tellLost(node: StudioNode, kept: readonly (StudioOutput | undefined)[]): void {
    const lost = node.outputs.filter((output) => output.next !== undefined && !kept.includes(output));
    if (lost.length === 0) return;
    const names = lost.slice(0, 5).map((output) => `"${this.nameBehind(output) || output.next}"`);
    const more = lost.length > names.length ? ', …' : '';
    const message = `${plural(lost.length, 'output')} without a counterpart here led to ${names.join(', ')}${more}.`;
    this.notes.add('left-out', whereIs(node), message);
  }

  /** Every text of a field, as templates. */
  templates(where: string, value: unknown): readonly string[] {
    const found = variantsOf(value).map((segments) => this.told(where, templateOf(segments, this.parameters)));
    return found.filter((text) => text !== '');
  }

  /** The text of a field as a template; of several the first. */
  template(where: string, value: unknown): string {
    const [first, ...others] = this.templates(where, value);
    if (others.length > 0) {
      this.notes.add('left-out', where, `Of ${others.length + 1} variants of a text only the first is taken over.`);
    }
    return first ?? '';
  }

  /** The text of a field where one message must hold it. */
  oneMessage(where: string, value: unknown): string {
    return this.cut(where, this.template(where, value));
  }

  cut(where: string, text: string): string {
    const [first, ...others] = pieces(text);
    if (others.length > 0) this.notes.add('changed', where, 'A text is longer than a message may be and was cut.');
    return first ?? '';
  }

  private told(where: string, { text, changes }: Template): string {
    for (const change of changes) this.notes.add('changed', where, `Of a text: ${change}.`);
    return text;
  }
}

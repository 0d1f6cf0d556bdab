import type { Flow } from '../../core/flow/flow.ts';
import type { FlowNode } from '../../core/flow/nodes.ts';
import { isSystemParameter } from '../../core/flow/parameters.ts';
import { field, idOf, type JsonObject, objectsOf, textField } from '../json.ts';
import { type Imported, type ImportFailure, Notes, plural } from '../notes.ts';
import { Conversion, type StudioNode, studioNode, whereIs } from './conversion.ts';
import { Entities } from './entities.ts';
import { readStudioFiles, type StudioFiles } from './files.ts';
import { Intents } from './intents.ts';
import { convertNode, isStart } from './nodes.ts';
import { Parameters } from './parameters.ts';

export const maxNodes = 2000;
const maxName = 200;

type StudioFlow = Readonly<{ name: string; isMain: boolean; nodes: readonly StudioNode[] }>;

/**
 * Makes a flow of ours of the zip that AI Studio exports. What has no counterpart is left out with a note, so that the
 * rest of the flow still works; what is no export gives a failure. Never throws, whatever the file holds.
 */
export function readStudioExport(zip: Uint8Array): Imported | ImportFailure {
  const notes = new Notes();
  const files = readStudioFiles(zip, notes);
  if ('message' in files) return files;
  const flows = flowsOf(files);
  const count = flows.reduce((sum, { nodes }) => sum + nodes.length, 0);
  if (count === 0) {
    return { message: 'version.json in the zip holds no nodes; export the agent anew, from a version with a flow.' };
  }
  if (count > maxNodes)
    return { message: `The agent has more than ${maxNodes} nodes, which are the most that is taken.` };
  const entities = new Entities(
    [...objectsOf(field(files.version, 'entities')), ...objectsOf(field(files.understanding, 'entities'))],
    notes,
  );
  const intents = new Intents(
    [...objectsOf(field(files.version, 'intents')), ...objectsOf(field(files.understanding, 'intents'))],
    notes,
  );
  const parameters = new Parameters(objectsOf(field(files.version, 'parameters')), entities, notes);
  const conversion = new Conversion({ notes, parameters, entities, intents });
  const start = convert(conversion, flows);
  tellEvents(files, notes);
  return { flow: flowOf(files, conversion, start), notes: notes.all() };
}

/** Wherever the nodes lie: in flows, one of which is the main one, or in the version itself. */
function flowsOf({ agent, version }: StudioFiles): readonly StudioFlow[] {
  const main = textField(version, 'mainFlowId', 'main_flow_id');
  const found = [...objectsOf(field(version, 'flows')), ...objectsOf([field(version, 'flow'), version, agent])]
    .map((flow) => ({ id: idOf(flow), name: textField(flow, 'name') ?? 'flow', nodes: nodesOf(flow) }))
    .filter(({ nodes }) => nodes.length > 0);
  const mainAt = Math.max(
    0,
    found.findIndex(({ id }) => id !== undefined && id === main),
  );
  const flows = found.map(({ name, nodes }, index) => ({ name, nodes, isMain: index === mainAt }));
  return flows.toSorted((one, other) => Number(other.isMain) - Number(one.isMain));
}

/** One more than is taken, so that too many are noticed before each is read. */
const nodesOf = (flow: JsonObject): readonly StudioNode[] =>
  objectsOf(field(flow, 'nodes'))
    .slice(0, maxNodes + 1)
    .map(studioNode);

/** @returns the id of the node that the flow starts with. */
function convert(conversion: Conversion, flows: readonly StudioFlow[]): string {
  const { notes } = conversion;
  const named = flows.map((flow) => ({
    ...flow,
    starts: flow.nodes.filter(isStart),
    others: flow.nodes.filter((node) => {
      if (isStart(node) || conversion.name(node)) return !isStart(node);
      notes.add('left-out', whereIs(node), 'Another node has its id already.');
      return false;
    }),
  }));
  for (const { others } of named) {
    for (const node of others) {
      const id = conversion.idFor(node.id);
      if (id !== undefined) conversion.nodes.set(id, convertNode(conversion, node));
    }
  }
  const [main, ...rest] = named;
  for (const { name, starts, others } of rest) {
    const start = startOf(conversion, starts, others);
    const message = `Nothing leads to its ${plural(others.length, 'node')} yet; put a sub-flow node that starts at ${start ?? 'one of them'}.`;
    notes.add('changed', `flow "${name}"`, message);
  }
  const start = startOf(conversion, main?.starts ?? [], main?.others ?? []);
  if (start !== undefined) return start;
  const id = conversion.newId('start');
  conversion.nodes.set(id, { type: 'end-conversation' });
  notes.add(
    'changed',
    'the start',
    `It leads to no node of the export, so the flow ends at once; let ${id} lead somewhere.`,
  );
  return id;
}

/** Where the start leads; without one the flow starts with its first node. */
function startOf(
  conversion: Conversion,
  starts: readonly StudioNode[],
  others: readonly StudioNode[],
): string | undefined {
  const [start] = starts;
  if (start === undefined) return conversion.idFor(others[0]?.id ?? '');
  return (
    conversion.leads(
      start,
      start.outputs.find(({ next }) => next !== undefined),
    ) ?? undefined
  );
}

function tellEvents({ version }: StudioFiles, notes: Notes): void {
  const events = objectsOf(field(version, 'events'));
  if (events.length === 0) return;
  const message = `${plural(events.length, 'event')} left out: nothing but words starts something here.`;
  notes.add('left-out', 'events', message);
}

function flowOf({ agent, version }: StudioFiles, conversion: Conversion, start: string): Flow {
  const name = textField(agent, 'name') ?? textField(version, 'name') ?? '';
  const parameters = conversion.parameters.declared();
  const intents = conversion.intents.declared();
  const entities = conversion.entities.declared();
  return {
    name: [...name.replaceAll('\u0000', '').toWellFormed().trim()].slice(0, maxName).join('') || 'Imported agent',
    ...regionOf(agent),
    ...timeZoneOf(agent, conversion.notes),
    ...(parameters.length > 0 && { parameters }),
    ...(intents.length > 0 && { intents }),
    ...(entities.length > 0 && { entities }),
    start,
    nodes: Object.fromEntries(conversion.nodes.entries().map(([id, node]) => [id, transferring(node, parameters)])),
  };
}

/** Only what is declared can be transferred, and of very many parameters not all are. */
function transferring(node: FlowNode, parameters: Flow['parameters'] = []): FlowNode {
  if (node.type !== 'live-agent-routing' || node.transferParameters === undefined) return node;
  const isDeclared = (name: string): boolean =>
    isSystemParameter(name) || parameters.some((declared) => declared.name === name);
  return { ...node, transferParameters: node.transferParameters.filter(isDeclared) };
}

function regionOf(agent: JsonObject): Pick<Flow, 'region'> {
  const region = /^(eu|us)(?:-|$)/i.exec(textField(agent, 'region') ?? '')?.[1]?.toLowerCase();
  return region === 'eu' || region === 'us' ? { region } : {};
}

function timeZoneOf(agent: JsonObject, notes: Notes): Pick<Flow, 'timeZone'> {
  const timeZone = textField(agent, 'timezone', 'timeZone', 'time_zone');
  if (timeZone === undefined) return {};
  try {
    return { timeZone: new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone };
  } catch {
    notes.add('left-out', 'the time zone', `"${timeZone}" is no time zone that is known here; times are in UTC.`);
    return {};
  }
}

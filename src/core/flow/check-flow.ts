import { systemIntents } from '../understanding.ts';
import { checkNode } from './check-node.ts';
import type { Finding, Findings } from './findings.ts';
import { type Flow, nodeOf } from './flow.ts';
import { outputsOf } from './node-outputs.ts';
import type { FlowNode } from './nodes.ts';
import { isSystemParameter } from './parameters.ts';

export type FlowReport = Readonly<{ faults: readonly Finding[]; warnings: readonly Finding[] }>;

/** Everything that is wrong with a flow of the right shape. With faults it may not be published. */
export function checkFlow(flow: Flow): FlowReport {
  const found: Findings = { faults: [], warnings: [] };
  checkParameters(flow, found);
  checkDeclarations(flow, found);
  if (nodeOf(flow, flow.start) === undefined) {
    found.faults.push({ path: 'start', message: `There is no node "${flow.start}"; name one of the nodes.` });
  }
  for (const [id, node] of Object.entries(flow.nodes)) {
    checkOutputs(flow, id, node, found);
    checkNode(flow, `nodes.${id}`, node, found);
  }
  for (const id of unreachable(flow)) {
    found.warnings.push({ path: `nodes.${id}`, message: 'No output leads here; connect it or remove it.' });
  }
  return found;
}

function checkParameters(flow: Flow, found: Findings): void {
  const seen = new Set<string>();
  for (const [index, { name, multi, value }] of (flow.parameters ?? []).entries()) {
    const path = `parameters.${index}`;
    if (isSystemParameter(name)) {
      found.faults.push({ path: `${path}.name`, message: `${name} is a system parameter; choose another name.` });
    }
    if (seen.has(name)) {
      found.faults.push({ path: `${path}.name`, message: `${name} is declared twice; names are unique across kinds.` });
    }
    seen.add(name);
    if (multi !== true && value !== undefined && typeof value !== 'string') {
      found.faults.push({ path: `${path}.value`, message: 'A list needs "multi": true; give one string otherwise.' });
    }
  }
}

function checkDeclarations({ intents = [], entities = [], timeZone }: Flow, found: Findings): void {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    found.faults.push({ path: 'timeZone', message: `"${timeZone}" is no time zone; write one such as Europe/Berlin.` });
  }
  for (const [kind, names] of Object.entries({ intents: intents.map(nameOf), entities: entities.map(nameOf) })) {
    for (const [index, name] of names.entries()) {
      const path = `${kind}.${index}.name`;
      if (names.indexOf(name) !== index) found.faults.push({ path, message: `${name} is declared twice; keep one.` });
      const isAdded = kind === 'intents' && (systemIntents as readonly string[]).includes(name);
      if (!name.startsWith('@') || isAdded) continue;
      found.faults.push({ path, message: 'Names with @ are the system’s; choose another name.' });
    }
  }
  const length = intents.reduce((sum, { examples }) => sum + examples.reduce((all, one) => all + one.length, 0), 0);
  if (length > maxExamplesLength) {
    const message = `The examples hold ${length} characters together, ${maxExamplesLength} at most; keep those that differ most.`;
    found.faults.push({ path: 'intents', message });
  }
  for (const [index, { values, pattern }] of entities.entries()) {
    if ((values === undefined) !== (pattern === undefined)) continue;
    found.faults.push({ path: `entities.${index}`, message: 'Give either its values or a pattern.' });
  }
}

/** They are learnt when they are first needed, on the thread that conversations live on: about a tenth of a second. */
const maxExamplesLength = 50_000;

const nameOf = ({ name }: Readonly<{ name: string }>): string => name;

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function checkOutputs(flow: Flow, id: string, node: FlowNode, found: Findings): void {
  if (node.type === 'end-conversation') return;
  const allowed = new Set(outputsOf(node));
  for (const [output, target] of Object.entries(node.outputs)) {
    const path = `nodes.${id}.outputs.${output}`;
    if (!allowed.has(output)) {
      found.faults.push({ path, message: `This node has no output "${output}"; it has ${[...allowed].join(', ')}.` });
    } else if (typeof target === 'string' && nodeOf(flow, target) === undefined) {
      const message = `There is no node "${target}"; name one of the nodes, or leave the output open with null.`;
      found.faults.push({ path, message });
    }
  }
}

/** Nodes that no path from the start, or from a context switch, reaches. */
function unreachable(flow: Flow): readonly string[] {
  const reached = new Set<string>();
  const switches = Object.entries(flow.nodes).filter(([, { type }]) => type === 'context-switch');
  const open = [flow.start, ...switches.map(([id]) => id)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodeOf(flow, id);
    if (node === undefined || reached.has(id)) continue;
    reached.add(id);
    if (node.type === 'end-conversation') continue;
    if (node.type === 'sub-flow') open.push(node.start);
    for (const target of Object.values(node.outputs)) if (typeof target === 'string') open.push(target);
  }
  return Object.keys(flow.nodes).filter((id) => !reached.has(id));
}

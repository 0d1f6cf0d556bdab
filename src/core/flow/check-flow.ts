import type { Rule } from './conditions.ts';
import { defaultWaitingHours, type Flow, type FlowNode, type LiveAgentRoutingNode, nodeOf, waitingMs } from './flow.ts';
import { isSystemParameter, namesIn } from './parameters.ts';

/** A fault or warning of a flow and where it is: a path such as `nodes.ask.outputs.missed`. */
export type Finding = Readonly<{ path: string; message: string }>;

export type FlowReport = Readonly<{ faults: readonly Finding[]; warnings: readonly Finding[] }>;

const outputsOf: Readonly<Record<FlowNode['type'], readonly string[]>> = {
  'send-message': ['default'],
  'collect-input': ['default', 'missed'],
  conditions: ['default'],
  'set-parameter': ['default'],
  'live-agent-routing': ['default', 'failed', 'noResponse', 'userLeft'],
  'end-conversation': [],
};

type Findings = { readonly faults: Finding[]; readonly warnings: Finding[] };

/** Everything that is wrong with a flow of the right shape. With faults it may not be published. */
export function checkFlow(flow: Flow): FlowReport {
  const found: Findings = { faults: [], warnings: [] };
  checkParameters(flow, found);
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

function checkOutputs(flow: Flow, id: string, node: FlowNode, found: Findings): void {
  if (node.type === 'end-conversation') return;
  const own = node.type === 'conditions' ? node.conditions.map(({ output }) => output) : [];
  const allowed = new Set([...outputsOf[node.type], ...own]);
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

function checkNode(flow: Flow, path: string, node: FlowNode, found: Findings): void {
  switch (node.type) {
    case 'send-message':
      return checkText(flow, `${path}.text`, node.text, found);
    case 'collect-input':
      checkText(flow, `${path}.prompt`, node.prompt ?? '', found);
      checkText(flow, `${path}.retryPrompt`, node.retryPrompt ?? '', found);
      return checkTarget(flow, `${path}.parameter`, node.parameter, found);
    case 'set-parameter': {
      for (const value of [node.value ?? ''].flat()) checkText(flow, `${path}.value`, value, found);
      const multi = flow.parameters?.find(({ name }) => name === node.parameter)?.multi === true;
      if (!multi && (node.operation === 'append' || Array.isArray(node.value))) {
        const message = `${node.parameter} takes one value; declare it with "multi": true to keep several.`;
        found.faults.push({ path, message });
      }
      if (node.operation !== 'clear' && node.value === undefined) {
        found.faults.push({ path: `${path}.value`, message: 'Give the value to set, or use the operation "clear".' });
      }
      return checkTarget(flow, `${path}.parameter`, node.parameter, found);
    }
    case 'conditions':
      for (const [index, { when }] of node.conditions.entries()) {
        checkRule(flow, `${path}.conditions.${index}.when`, when, found);
      }
      return;
    case 'live-agent-routing':
      return checkRouting(flow, path, node, found);
    case 'end-conversation':
      return;
  }
}

const isKnown = (flow: Flow, name: string): boolean =>
  isSystemParameter(name) || (flow.parameters ?? []).some((declared) => declared.name === name);

/** Whether some node sets it, so that a text may well mention it. */
const isFilled = (flow: Flow, name: string): boolean =>
  Object.values(flow.nodes).some((node) => 'parameter' in node && node.parameter === name);

function checkText(flow: Flow, path: string, text: string, found: Findings): void {
  for (const name of namesIn(text)) {
    if (isKnown(flow, name) || isFilled(flow, name)) continue;
    const message = `No parameter is named ${name}: $${name} stays as it is. Declare it, or write $$ for a dollar.`;
    found.warnings.push({ path, message });
  }
}

function checkTarget(flow: Flow, path: string, name: string, found: Findings): void {
  if (isSystemParameter(name)) {
    found.faults.push({ path, message: `${name} is a system parameter and cannot be set; use one of your own.` });
  } else if (!isKnown(flow, name)) {
    found.warnings.push({ path, message: `${name} is not declared; it is kept as a custom parameter.` });
  }
}

function checkRule(flow: Flow, path: string, rule: Rule, found: Findings): void {
  const group = 'all' in rule ? rule.all : 'any' in rule ? rule.any : null;
  if (group !== null) {
    for (const [index, inner] of group.entries()) checkRule(flow, `${path}.${index}`, inner, found);
    return;
  }
  const comparison = rule as Extract<Rule, { parameter: string }>;
  if (!isKnown(flow, comparison.parameter)) {
    const message = `No parameter is named ${comparison.parameter}; it counts as empty until it is set.`;
    found.warnings.push({ path: `${path}.parameter`, message });
  }
  const unary = comparison.operator === 'is-empty' || comparison.operator === 'is-not-empty';
  if (!unary && comparison.value === undefined) {
    found.faults.push({ path: `${path}.value`, message: `"${comparison.operator}" needs a value to compare with.` });
  }
  for (const value of [comparison.value ?? ''].flat()) checkText(flow, `${path}.value`, value, found);
}

function checkRouting(flow: Flow, path: string, node: LiveAgentRoutingNode, found: Findings): void {
  const hours = node.responseWaitingTime ?? defaultWaitingHours;
  if (!(hours >= 1 && hours <= 20)) {
    const message = `The response waiting time is ${hours} hours; give 1 to 20.`;
    found.faults.push({ path: `${path}.responseWaitingTime`, message });
  }
  for (const clock of ['firstResponseWithin', 'eachResponseWithin'] as const) {
    const seconds = node[clock];
    if (seconds !== undefined && seconds * 1000 > waitingMs(hours)) {
      const message = `${seconds} s is longer than the response waiting time, which ends the wait first.`;
      found.warnings.push({ path: `${path}.${clock}`, message });
    }
  }
  for (const [index, name] of (node.transferParameters ?? []).entries()) {
    if (isKnown(flow, name)) continue;
    const message = `No parameter is named ${name}; declare it to transfer it.`;
    found.faults.push({ path: `${path}.transferParameters.${index}`, message });
  }
}

/** Nodes that no path from the start reaches. */
function unreachable(flow: Flow): readonly string[] {
  const reached = new Set<string>();
  const open = [flow.start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodeOf(flow, id);
    if (node === undefined || reached.has(id)) continue;
    reached.add(id);
    if (node.type === 'end-conversation') continue;
    for (const target of Object.values(node.outputs)) if (typeof target === 'string') open.push(target);
  }
  return Object.keys(flow.nodes).filter((id) => !reached.has(id));
}

import { systemEntities, systemIntents } from '../understanding.ts';
import { type AskingNode, templatesOf } from './asking.ts';
import type { Rule } from './conditions.ts';
import { type Findings, hasEntity, hasIntent, isFilled, isKnown } from './findings.ts';
import { declarationOf, defaultWaitingHours, type Flow, nodeOf, waitingMs } from './flow.ts';
import type {
  ClassificationNode,
  ContextSwitchNode,
  FlowNode,
  LiveAgentRoutingNode,
  SetParameterNode,
} from './nodes.ts';
import { isSystemParameter, namesIn } from './parameters.ts';
import { parsePath } from './path.ts';

/** What is wrong with one node, its outputs aside. @param path where it is, such as `nodes.ask`. */
export function checkNode(flow: Flow, path: string, node: FlowNode, found: Findings): void {
  switch (node.type) {
    case 'send-message':
      return checkText(flow, `${path}.text`, node.text, found);
    case 'collect-input':
      checkText(flow, `${path}.prompt`, node.prompt ?? '', found);
      checkTexts(flow, `${path}.retryPrompt`, node.retryPrompt, found);
      checkEntity(flow, `${path}.entity`, node.entity, found);
      return checkTarget(flow, `${path}.parameter`, node.parameter, found);
    case 'classification':
      checkTexts(flow, `${path}.text`, [node.text ?? '', node.prompt ?? ''], found);
      checkTexts(flow, `${path}.retryPrompt`, node.retryPrompt, found);
      if (node.parameter !== undefined) checkTarget(flow, `${path}.parameter`, node.parameter, found);
      return checkIntents(flow, path, node, found);
    case 'context-switch':
      return checkIntents(flow, path, node, found);
    case 'set-parameter':
      return checkSet(flow, path, node, found);
    case 'counter':
    case 'reset-counter':
      return checkTarget(flow, `${path}.parameter`, node.parameter, found);
    case 'sub-flow':
      if (nodeOf(flow, node.start) !== undefined) return;
      found.faults.push({ path: `${path}.start`, message: `There is no node "${node.start}"; name one of the nodes.` });
      return;
    case 'conditions':
      for (const [index, { when }] of node.conditions.entries()) {
        checkRule(flow, `${path}.conditions.${index}.when`, when, found);
      }
      return;
    case 'live-agent-routing':
      return checkRouting(flow, path, node, found);
    case 'end-conversation':
      return;
    default:
      return checkAsking(flow, path, node, found);
  }
}

function checkSet(flow: Flow, path: string, node: SetParameterNode, found: Findings): void {
  checkTexts(flow, `${path}.value`, node.value, found);
  const multi = declarationOf(flow, node.parameter)?.multi === true;
  if (!multi && (node.operation === 'append' || Array.isArray(node.value))) {
    const message = `${node.parameter} takes one value; declare it with "multi": true to keep several.`;
    found.faults.push({ path, message });
  }
  if (node.operation !== 'clear' && node.value === undefined) {
    found.faults.push({ path: `${path}.value`, message: 'Give the value to set, or use the operation "clear".' });
  }
  checkTarget(flow, `${path}.parameter`, node.parameter, found);
}

function checkTexts(flow: Flow, path: string, texts: string | readonly string[] | undefined, found: Findings): void {
  for (const text of [texts ?? ''].flat()) checkText(flow, path, text, found);
}

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

function checkEntity(flow: Flow, path: string, entity: string | undefined, found: Findings): void {
  if (entity === undefined || (systemEntities as readonly string[]).includes(entity)) return;
  if (hasEntity(flow, entity)) return;
  const message = `There is no entity "${entity}"; declare it under entities, or use one of ${systemEntities.join(', ')}.`;
  found.faults.push({ path, message });
}

function checkIntents(
  flow: Flow,
  path: string,
  { intents }: ClassificationNode | ContextSwitchNode,
  found: Findings,
): void {
  for (const [index, intent] of intents.entries()) {
    if ((systemIntents as readonly string[]).includes(intent)) continue;
    if (hasIntent(flow, intent)) continue;
    const message = `There is no intent "${intent}"; declare it under intents, or use one of ${systemIntents.join(', ')}.`;
    found.faults.push({ path: `${path}.intents.${index}`, message });
  }
}

function checkAsking(flow: Flow, path: string, node: AskingNode, found: Findings): void {
  for (const template of templatesOf(node)) checkText(flow, path, template, found);
  if ('url' in node && /^[a-z]+:\/\/[^/?#\\]*\$/i.test(node.url)) {
    const message = 'A parameter may stand in the path or the query only: write the host as it is.';
    found.faults.push({ path: `${path}.url`, message });
  }
  if (node.type === 'external-bot') checkTransferred(flow, path, node.transferParameters, found);
  if (node.type === 'generative-ai' && node.parameter !== undefined) {
    checkTarget(flow, `${path}.parameter`, node.parameter, found);
  }
  if (node.type !== 'webhook') return;
  for (const [index, { path: way, parameter }] of (node.response ?? []).entries()) {
    if (parsePath(way) === null) {
      const message = `"${way}" is no path; write one such as order.items[0].name, or leave it empty for the whole answer.`;
      found.faults.push({ path: `${path}.response.${index}.path`, message });
    }
    checkTarget(flow, `${path}.response.${index}.parameter`, parameter, found);
  }
}

function checkRule(flow: Flow, path: string, rule: Rule, found: Findings): void {
  const group = 'all' in rule ? rule.all : 'any' in rule ? rule.any : null;
  if (group !== null) {
    for (const [index, inner] of group.entries()) checkRule(flow, `${path}.${index}`, inner, found);
    return;
  }
  const comparison = rule as Extract<Rule, { parameter: string }>;
  if (!isKnown(flow, comparison.parameter) && !isFilled(flow, comparison.parameter)) {
    const message = `No parameter is named ${comparison.parameter}; it counts as empty until it is set.`;
    found.warnings.push({ path: `${path}.parameter`, message });
  }
  const unary = comparison.operator === 'is-empty' || comparison.operator === 'is-not-empty';
  if (!unary && comparison.value === undefined) {
    found.faults.push({ path: `${path}.value`, message: `"${comparison.operator}" needs a value to compare with.` });
  }
  if (comparison.operator === 'matches') return;
  checkTexts(flow, `${path}.value`, comparison.value, found);
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
  checkTransferred(flow, path, node.transferParameters, found);
}

function checkTransferred(flow: Flow, path: string, names: readonly string[] | undefined, found: Findings): void {
  for (const [index, name] of (names ?? []).entries()) {
    if (isKnown(flow, name)) continue;
    const message = `No parameter is named ${name}; declare it to transfer it.`;
    found.faults.push({ path: `${path}.transferParameters.${index}`, message });
  }
}

import type { LiveAgentRoutingNode } from '../../core/flow/nodes.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type Conversion, type StudioNode, type StudioOutput, whereIs } from './conversion.ts';
import { endpoint } from './webhook.ts';

const maxTransferParameters = 200;

/** A setting by what its name says, however it is spelt; one level down, too. */
function setting(data: JsonObject, name: RegExp): unknown {
  const spelt = (key: string): boolean => name.test(key.replace(/[^A-Za-z]/g, ''));
  const entries = Object.entries(data);
  const [, found] = entries.find(([key, value]) => spelt(key) && value !== null) ?? [];
  if (found !== undefined) return found;
  for (const [, inside] of entries) {
    if (!isObject(inside)) continue;
    const [, deeper] = Object.entries(inside).find(([key, value]) => spelt(key) && value !== null) ?? [];
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** A live agent routing whose two addresses were found; how the export spells its settings is not documented. */
export function liveAgentRouting(conversion: Conversion, node: StudioNode): LiveAgentRoutingNode | undefined {
  const where = whereIs(node);
  const address = (name: RegExp): string | undefined => endpoint(conversion.template(where, setting(node.data, name)));
  const startConnectionUrl = address(/^start.?connection/i);
  const inboundTransferUrl = address(/^inbound.?transfer/i);
  if (startConnectionUrl === undefined || inboundTransferUrl === undefined) return undefined;
  const statusDeliveryUrl = address(/^status.?delivery/i);
  const hours = Number(setting(node.data, /waiting.?time|response.?time/i) ?? Number.NaN);
  const saved = setting(node.data, /^save.?chat/i);
  const transferred = setting(node.data, /parameters$/i);
  const names = (Array.isArray(transferred) ? transferred : []).filter(
    (id): id is string => typeof id === 'string' && id !== '',
  );
  const transferParameters = [...new Set(names.map((id) => conversion.parameters.byId(id)))].slice(
    0,
    maxTransferParameters,
  );
  conversion.notes.add(
    'changed',
    where,
    'See that its addresses, its waiting time and its outputs are what they were.',
  );
  return {
    type: 'live-agent-routing',
    startConnectionUrl,
    inboundTransferUrl,
    ...(statusDeliveryUrl !== undefined && { statusDeliveryUrl }),
    ...(transferParameters.length > 0 && { transferParameters }),
    ...(hours >= 1 && hours <= 20 && { responseWaitingTime: hours }),
    ...(typeof saved === 'boolean' && { saveChat: saved }),
    outputs: outputsOf(conversion, node),
  };
}

function outputsOf(conversion: Conversion, node: StudioNode): LiveAgentRoutingNode['outputs'] {
  const named = (setting_: RegExp, name: RegExp): StudioOutput | undefined =>
    conversion.output(node, setting(node.data, setting_)) ?? node.outputs.find((output) => name.test(output.name));
  const failed = named(/^(?:fail|error|miss)\w*output/i, /fail|error/i);
  const noResponse = named(/^(?:no.?response|timeout|expir)\w*output/i, /response|time.?out/i);
  const first = node.outputs.find((output) => output !== failed && output !== noResponse);
  const onwards = named(/^(?:default|success|complete)\w*output/i, /default|success|complete/i) ?? first;
  conversion.tellLost(node, [onwards, failed, noResponse]);
  return {
    default: conversion.leads(node, onwards),
    failed: conversion.leads(node, failed),
    noResponse: conversion.leads(node, noResponse),
  };
}

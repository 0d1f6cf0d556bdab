import type { DraftNode } from '../../draft/definition.ts';
import { nodeWith } from '../reading.ts';

export const endpoints = ['start', 'inbound', 'status', 'ended'] as const;
export type Endpoint = (typeof endpoints)[number];

export type DeskUrls = Readonly<Record<Endpoint, string>>;

/** The node's field of each endpoint. */
export const fieldOf = {
  start: 'startConnectionUrl',
  inbound: 'inboundTransferUrl',
  status: 'statusDeliveryUrl',
  ended: 'endedUrl',
} as const satisfies Record<Endpoint, string>;

const isRequired = (endpoint: Endpoint): boolean => endpoint === 'start' || endpoint === 'inbound';

/** Whether a node's calls go to the server's own desk: all that it makes do, and those that it must make are there. */
export function isBuiltIn(node: DraftNode, desk: DeskUrls | null): boolean {
  if (desk === null) return false;
  return endpoints.every((endpoint) => {
    const url = node[fieldOf[endpoint]];
    return url === desk[endpoint] || (url === undefined && !isRequired(endpoint));
  });
}

export type KeptUrls = Readonly<Record<Endpoint, unknown>>;

export const urlsOf = (node: DraftNode): KeptUrls => ({
  start: node.startConnectionUrl,
  inbound: node.inboundTransferUrl,
  status: node.statusDeliveryUrl,
  ended: node.endedUrl,
});

export const emptyUrls: KeptUrls = { start: '', inbound: '', status: undefined, ended: undefined };

export const withUrls = (node: DraftNode, urls: KeptUrls): DraftNode =>
  nodeWith(node, Object.fromEntries(endpoints.map((endpoint) => [fieldOf[endpoint], urls[endpoint]])));

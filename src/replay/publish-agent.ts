import { CallError, type ServerClient } from './server-client.ts';

/** It cannot begin; the message says what to do. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/** The virtual agent of its own that a replay talks to. */
export const agentId = 'baton-replay';

/**
 * Publishes a virtual agent that hands every session to the desk at once and ends when the desk hands back.
 * @returns the secrets that sign calls to the desk.
 * @throws ReplayError with a sentence when the server cannot be used.
 */
export async function publishAgent(client: ServerClient, url: string, deskUrl: string): Promise<readonly string[]> {
  try {
    await client.call({ method: 'PUT', path: `/agents/${agentId}`, body: definition(deskUrl) });
    const answer = await client.call({ method: 'GET', path: `/agents/${agentId}/secrets` });
    const { secrets = [] } = (answer ?? {}) as { secrets?: readonly { secret: string }[] };
    return secrets.map(({ secret }) => secret);
  } catch (error) {
    throw error instanceof CallError ? new ReplayError(sentence(error, url, deskUrl), { cause: error }) : error;
  }
}

const definition = (deskUrl: string): object => ({
  name: 'Replay',
  start: 'desk',
  nodes: {
    desk: {
      type: 'live-agent-routing',
      startConnectionUrl: `${deskUrl}/start`,
      inboundTransferUrl: `${deskUrl}/inbound`,
      endedUrl: `${deskUrl}/ended`,
      outputs: {},
    },
  },
});

function sentence({ status, body, message }: CallError, url: string, deskUrl: string): string {
  if (status === 0) return `Nobody answers at ${url} (${body.message}); start the server, or give its --url.`;
  if (status === 401) return `The server at ${url} does not know this key; give --key, or set BATON_KEY.`;
  if (status === 403) return 'This key may not do it all; give one with the scopes init, live-agent, manage and read.';
  if (status === 404) return `What answers at ${url} is no Baton; give its --url.`;
  if (status === 422 && body.faults?.some(({ path }) => path.endsWith('Url')) === true) {
    const { hostname } = new URL(deskUrl);
    const network = /^[\d.]+$/.test(hostname) ? `${hostname}/32` : `the network of ${hostname}`;
    return `The server may not call the desk that is played here, ${deskUrl}; start it with BATON_ALLOW_NETWORKS=${network}.`;
  }
  return `The server refused to publish the virtual agent. ${message}`;
}

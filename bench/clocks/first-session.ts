import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { key } from '../subjects.ts';
import type { Desk } from './desk.ts';

export const agentId = 'clocks';
/** How long a live agent may take for an answer. */
export const waitingMs = 4 * 3_600_000;

const headers = { 'x-vgai-key': key, 'content-type': 'application/json' };

/** Publishes a virtual agent and opens one session, whose live agent owes an answer. @returns its id. */
export async function openFirstSession(url: string, desk: Desk): Promise<string> {
  await call(`${url}/agents/${agentId}`, 'PUT', flow(desk.url));
  const opened = (await call(`${url}/http/init`, 'POST', { agent_id: agentId })) as Record<string, string>;
  const { session_id: id = '', session_token: token = '' } = opened;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/http/${id}/socket`, ['baton.v1', token]);
  await once(socket, 'open');
  await until(() => desk.calls('start') === 1);
  const accepted = new Promise<void>((resolve) => {
    socket.on('message', (frame) => {
      if (String(frame).includes('"accepted"')) resolve();
    });
  });
  socket.send(
    JSON.stringify({ type: 'message', id: 'first', text: 'Is anybody there? My order has not arrived yet.' }),
  );
  await accepted;
  await until(() => desk.calls('inbound') === 1);
  socket.close();
  await once(socket, 'close');
  return id;
}

async function until(met: () => boolean): Promise<void> {
  for (let tries = 0; !met(); tries += 1) {
    if (tries > 1_000) throw new Error('The first session does not get as far as it should.');
    await pause(10);
  }
}

async function call(url: string, method: string, body: object): Promise<unknown> {
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const flow = (deskUrl: string): object => ({
  name: 'Clocks',
  start: 'human',
  nodes: {
    human: {
      type: 'live-agent-routing',
      ...{ startConnectionUrl: `${deskUrl}/start`, inboundTransferUrl: `${deskUrl}/inbound` },
      ...{ endedUrl: `${deskUrl}/ended`, responseWaitingTime: waitingMs / 3_600_000 },
      outputs: { noResponse: 'bye' },
    },
    bye: { type: 'end-conversation' },
  },
});

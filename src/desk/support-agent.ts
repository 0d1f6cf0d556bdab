import type { VirtualAgentDefinition } from '../contract/virtual-agent.ts';

export const supportAgentId = 'support';

/** The virtual agent that a demonstration starts with. @param deskUrl where its live agent's desk stands. */
export function supportAgent(deskUrl: string): VirtualAgentDefinition {
  return {
    name: 'Support',
    parameters: [
      { name: 'NAME', kind: 'custom' },
      { name: 'PROBLEM', kind: 'custom' },
    ],
    start: 'greet',
    nodes: {
      greet: { type: 'send-message', text: 'Hi, I am the virtual agent of Baton.', outputs: { default: 'name' } },
      name: {
        type: 'collect-input',
        parameter: 'NAME',
        prompt: 'What is your name?',
        retryPrompt: 'Please tell me your name.',
        outputs: { default: 'problem', missed: 'tell' },
      },
      problem: {
        type: 'collect-input',
        parameter: 'PROBLEM',
        prompt: 'Hello $NAME, what can we do for you?',
        outputs: { default: 'tell', missed: 'tell' },
      },
      tell: { type: 'send-message', text: 'One moment, a colleague takes over.', outputs: { default: 'human' } },
      human: {
        type: 'live-agent-routing',
        startConnectionUrl: `${deskUrl}/start`,
        inboundTransferUrl: `${deskUrl}/inbound`,
        endedUrl: `${deskUrl}/ended`,
        transferParameters: ['NAME', 'PROBLEM'],
        outputs: { default: 'back', failed: 'sorry', noResponse: 'late' },
      },
      back: { type: 'send-message', text: 'I am back. Thank you, and goodbye!', outputs: { default: 'bye' } },
      sorry: { type: 'send-message', text: 'Nobody is available right now. Goodbye!', outputs: { default: 'bye' } },
      late: { type: 'send-message', text: 'We could not answer in time. Goodbye!', outputs: { default: 'bye' } },
      bye: { type: 'end-conversation' },
    },
  };
}

/**
 * Publishes the virtual agent "support" unless the router has one; one that leads to a demonstration's desk at another
 * address is brought to this one. @throws Error with the router's own sentence.
 */
export async function seedSupportAgent(routerUrl: string, key: string, deskUrl: string): Promise<void> {
  const url = `${routerUrl}/agents/${supportAgentId}`;
  const known = await fetch(url, { headers: { 'x-vgai-key': key } });
  const { definition } = (await known.json()) as { definition?: VirtualAgentDefinition };
  const human = definition?.nodes.human;
  const desk = human?.type === 'live-agent-routing' ? human.startConnectionUrl : '';
  if (known.ok && (desk === `${deskUrl}/start` || !desk.endsWith(new URL(`${deskUrl}/start`).pathname))) return;
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'x-vgai-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(supportAgent(deskUrl)),
  });
  if (!answer.ok) throw new Error(`The virtual agent could not be published: ${await answer.text()}`);
  await answer.body?.cancel();
}

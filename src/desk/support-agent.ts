import type { VirtualAgentDefinition } from '../contract/virtual-agent.ts';

export const supportAgentId = 'support';

/** Where a desk is called, as `Desk.endpoints` says it. */
export type DeskEndpoints = Readonly<{ start: string; inbound: string; status: string; ended: string }>;

const greetings = ['hi', 'hi!', 'hello', 'hello!', 'hey', 'hey!', 'hi there', 'good morning', 'good evening', 'help'];
const notWell = ['no', 'no.', 'no!', 'nope', 'not yet', 'not really'];
/** Short enough that a newcomer sees the clock run. */
const answerWithinSeconds = 600;

/** The virtual agent that a demonstration starts with; its live agents sit at the built-in desk. */
export function supportAgent(desk: DeskEndpoints): VirtualAgentDefinition {
  return {
    name: 'Support',
    webChat: true,
    parameters: [
      { name: 'OPENING', kind: 'custom' },
      { name: 'NAME', kind: 'custom' },
      { name: 'PROBLEM', kind: 'custom' },
      { name: 'WELL', kind: 'custom' },
    ],
    start: 'begun',
    nodes: { ...beforeHandoff, ...aroundHandoff(desk) },
  };
}

/** A visitor of the chat page writes first; whoever steps by HTTP is greeted first. */
const beforeHandoff: VirtualAgentDefinition['nodes'] = {
  begun: {
    type: 'conditions',
    conditions: [{ output: 'said', when: { parameter: 'INITIAL_MESSAGE', operator: 'is-not-empty' } }],
    outputs: { said: 'greet', default: 'listen' },
  },
  listen: {
    type: 'collect-input',
    parameter: 'OPENING',
    prompt: '',
    retries: 0,
    outputs: { default: 'greet', missed: 'greet' },
  },
  greet: { type: 'send-message', text: 'Hello! I am the virtual agent here.', outputs: { default: 'name' } },
  name: {
    type: 'collect-input',
    parameter: 'NAME',
    prompt: 'What is your name?',
    retryPrompt: 'Please tell me your name.',
    outputs: { default: 'told', missed: 'told' },
  },
  told: {
    type: 'conditions',
    conditions: [
      {
        output: 'nothing',
        when: {
          any: [
            { parameter: 'OPENING', operator: 'is-empty' },
            { parameter: 'OPENING', operator: 'in', value: greetings, ignoreCase: true },
          ],
        },
      },
    ],
    outputs: { nothing: 'problem', default: 'noted' },
  },
  problem: {
    type: 'collect-input',
    parameter: 'PROBLEM',
    prompt: 'What can we do for you?',
    outputs: { default: 'tell', missed: 'tell' },
  },
  noted: { type: 'set-parameter', parameter: 'PROBLEM', value: '$OPENING', outputs: { default: 'tell' } },
  tell: { type: 'send-message', text: 'Thank you. One moment, a colleague takes over.', outputs: { default: 'human' } },
};

const aroundHandoff = (desk: DeskEndpoints): VirtualAgentDefinition['nodes'] => ({
  human: {
    type: 'live-agent-routing',
    startConnectionUrl: desk.start,
    inboundTransferUrl: desk.inbound,
    statusDeliveryUrl: desk.status,
    endedUrl: desk.ended,
    transferParameters: ['NAME', 'PROBLEM'],
    firstResponseWithin: answerWithinSeconds,
    eachResponseWithin: answerWithinSeconds,
    outputs: { default: 'back', failed: 'sorry', noResponse: 'late' },
  },
  back: {
    type: 'collect-input',
    parameter: 'WELL',
    prompt: 'I am back. Is all well now?',
    retries: 0,
    outputs: { default: 'well', missed: 'thanks' },
  },
  well: {
    type: 'conditions',
    conditions: [{ output: 'no', when: { parameter: 'WELL', operator: 'in', value: notWell, ignoreCase: true } }],
    outputs: { no: 'again', default: 'thanks' },
  },
  again: { type: 'send-message', text: 'I am sorry. I call a colleague again.', outputs: { default: 'human' } },
  thanks: { type: 'send-message', text: 'Thank you, and goodbye!', outputs: { default: 'bye' } },
  sorry: { type: 'send-message', text: 'Nobody is available right now. Goodbye!', outputs: { default: 'bye' } },
  late: { type: 'send-message', text: 'We could not answer in time. Goodbye!', outputs: { default: 'bye' } },
  bye: { type: 'end-conversation' },
});

/**
 * Publishes the virtual agent "support" unless the router has one; one that leads to a built-in desk at another address
 * is brought to this one. @throws Error with the router's own sentence.
 */
export async function seedSupportAgent(routerUrl: string, key: string, desk: DeskEndpoints): Promise<void> {
  const url = `${routerUrl}/agents/${supportAgentId}`;
  const known = await fetch(url, { headers: { 'x-vgai-key': key } });
  const { definition } = (await known.json()) as { definition?: VirtualAgentDefinition };
  const human = definition?.nodes.human;
  const start = human?.type === 'live-agent-routing' ? human.startConnectionUrl : '';
  if (known.ok && (start === desk.start || !isBuiltIn(start))) return;
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'x-vgai-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(supportAgent(desk)),
  });
  if (!answer.ok) throw new Error(`The virtual agent could not be published: ${await answer.text()}`);
  await answer.body?.cancel();
}

const isBuiltIn = (url: string): boolean => /\/(desk\/hooks|demo-desk)\/start$/.test(url);

import type { Command } from '../../core/commands.ts';
import { decide } from '../../core/decide.ts';
import { isMessage, type SessionEvent } from '../../core/events.ts';
import type { Flow } from '../../core/flow/flow.ts';
import { begin, type Session } from '../../core/session.ts';
import { endedBody, inboundBody, startBody, statusBody } from '../desk-calls.ts';

/** The calls that a desk gets (contract 3.1 to 3.5). */
export const deskCallKinds = ['start', 'inbound', 'status', 'ended'] as const;
export type DeskCallKind = (typeof deskCallKinds)[number];

export type Sample = Readonly<{
  agentId: string;
  /** UUIDs, version 7, of a session and a message that nobody knows. */
  sessionId: string;
  messageId: string;
  at: number;
  /** Whether the transcript has the keys `User` and `Agent`. */
  capitalised: boolean;
  /** The server's base URL. */
  url: string;
}>;

const lifeMs = 24 * 3_600_000;

/**
 * The body of a call as a conversation would owe it, made from one that is played by the same rules. It is marked by
 * `"test": true`, and names the virtual agent, by whose secret a desk knows it, in every kind of call.
 */
export function sampleCall(kind: DeskCallKind, sample: Sample): object {
  const { session, events } = played(sample);
  return { ...bodyOf(kind, sample, session, events), agentId: sample.agentId, test: true };
}

function bodyOf(kind: DeskCallKind, sample: Sample, session: Session, events: readonly SessionEvent[]): object {
  const { messageId, at, url } = sample;
  if (kind === 'status') return statusBody({ messageId, status: 'submitted' }, session, at);
  for (const event of events) {
    if (kind === 'start' && event.kind === 'handoff-requested') {
      const before = events.filter(isMessage).filter(({ seq }) => seq <= event.lastSeq);
      return startBody(event, session, before, `${url}/sessions/${session.id}/transcript`);
    }
    if (kind === 'inbound' && event.kind === 'user-message-received' && event.to.kind === 'live-agent') {
      return inboundBody(event, session.id);
    }
    if (kind === 'ended' && event.kind === 'handoff-ended') return endedBody(event, session.id);
  }
  throw new Error(`The sample conversation owes no ${kind} call.`);
}

/** A short conversation: the end user says what the matter is, writes to the live agent, and is handed back. */
function played({ agentId, sessionId, messageId, at, capitalised }: Sample) {
  const flow: Flow = {
    name: 'Sample',
    parameters: [{ name: 'ISSUE', kind: 'custom' }],
    start: 'hello',
    nodes: {
      hello: { type: 'send-message', text: 'Hello.', outputs: { default: 'ask' } },
      ask: { type: 'collect-input', parameter: 'ISSUE', outputs: { default: 'human' } },
      human: {
        type: 'live-agent-routing',
        ...{ startConnectionUrl: '', inboundTransferUrl: '', transferParameters: ['ISSUE'] },
        ...{ transcriptionKeys: capitalised ? 'capitalised' : 'documented', outputs: {} },
      },
    },
  };
  const opened = { sessionId, virtualAgentId: agentId, flowVersion: 1, expiresAt: at + lifeMs, parameters: {} };
  const say = (text: string): Command => ({ kind: 'say', messageId, clientId: text, text });
  let session = begin({ kind: 'session-started', seq: 1, at, ...opened });
  const events: SessionEvent[] = [];
  for (const command of [
    { kind: 'connect-socket' },
    say('This is a test of the endpoint; nobody needs help.'),
    say('This is a test message.'),
    { kind: 'answer', messageId, text: 'This is a test answer.' },
    { kind: 'disconnect' },
  ] satisfies readonly Command[]) {
    const decision = decide(flow, session, command, at);
    events.push(...decision.events);
    session = decision.session;
  }
  return { session, events };
}

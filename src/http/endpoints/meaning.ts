import type { EndpointTestAnswer } from '../../contract/endpoints/endpoint-tests.ts';
import type { DeskCallKind } from '../../contract/endpoints/sample-calls.ts';
import { readStartAnswer } from '../../contract/live-agent.ts';
import { type AttemptResult, judge } from '../../core/schedule.ts';
import { type CallFailure, type TracedAnswer, timeoutMs } from '../../outgoing/desk-caller.ts';

type Meaning = Pick<EndpointTestAnswer, 'outcome' | 'status' | 'message'>;

/** What came of a test, and what would come of a call of a conversation, as a sentence for who set the endpoint. */
export function meaningOf(endpoint: DeskCallKind, { result, failure, body }: TracedAnswer): Meaning {
  if (result.kind !== 'answered') {
    const cause = failure === null || failure === 'forbidden' ? result.cause : causes[failure];
    return { outcome: 'unreachable', status: null, message: `${cause} ${lost(endpoint, result)}` };
  }
  const { status } = result;
  if (judge(result) === 'delivered') return { outcome: 'accepted', status, message: accepted(endpoint, body) };
  const message = `The endpoint answered ${status}: ${hintOf(status)} ${lost(endpoint, result)}`;
  return { outcome: 'refused', status, message };
}

/** The answer where no secret can be read, so that nothing may be sent. */
export const notSigned = (agentId: string, body: Record<string, unknown>): EndpointTestAnswer => ({
  ...{ outcome: 'unreachable', status: null, took_ms: 0, answer: null, request: { headers: {}, body } },
  message: `Nothing was sent, for BATON_SECRET opens no secret of ${agentId}; make a new one by POST /agents/${agentId}/secrets.`,
});

function accepted(endpoint: DeskCallKind, body: string): string {
  if (endpoint !== 'start') return 'The endpoint took the call.';
  return readStartAnswer(body).queued
    ? 'The endpoint took the call, and says that nobody is assigned yet: the shorter clocks wait until somebody is.'
    : 'The endpoint took the call; a conversation would be with the live agent now.';
}

const causes: Readonly<Record<Exclude<CallFailure, 'forbidden'>, string>> = {
  'no-name': 'No address is known for this name; check how it is written, and that this server’s name servers know it.',
  refused: 'Nothing listens at this address; check the port, and that the desk runs.',
  tls: 'The certificate or the TLS of the endpoint is not right; check that it serves https and that its certificate is valid for this name.',
  timeout: `No answer came within ${timeoutMs / 1000} s; check that the address can be reached from this server, and answer before the work is done.`,
  broken: 'The connection broke before an answer came; look into the log of the desk.',
};

function hintOf(status: number): string {
  if (status >= 300 && status < 400) return 'redirects are not followed, so give the address that it leads to.';
  if (status === 401 || status === 403) return 'check that the desk knows the secret of this virtual agent.';
  if (status === 404 || status === 405) return 'check the path, and that it takes POST.';
  if (status >= 500) return 'look into the log of the desk.';
  return status === 429 ? 'it is called more often than it likes.' : 'check what the desk wants of the call.';
}

/** What a conversation would lose by such a result. */
function lost(endpoint: DeskCallKind, result: AttemptResult): string {
  const isPassing = judge(result) === 'passing';
  if (endpoint === 'start') {
    return isPassing
      ? 'A start call is tried again until its handoff must be connected; then the node takes failed.'
      : 'A start call is given up at once, and the node takes failed.';
  }
  return isPassing
    ? 'A call of a conversation is tried again for 24 hours.'
    : 'A call of a conversation is given up at once, and listed as dead.';
}

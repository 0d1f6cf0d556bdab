import type { FastifyInstance, FastifyRequest } from 'fastify';
import { endedCall, inboundCall, startCall, statusCall } from '../contract/received-calls.ts';
import type { Clock } from '../platform/clock.ts';
import { heldByNetwork } from '../platform/edge/held-requests.ts';
import type { Received } from './conversations/received.ts';
import { accept, DeskError, parseJson } from './desk-error.ts';
import { expectSignature, type Signatures } from './signatures.ts';
import type { DeskStore } from './store/desk-store.ts';

export type HookParts = Readonly<{ store: DeskStore; received: Received; signatures: Signatures; clock: Clock }>;

/** A transcript of the longest session that a desk is likely to meet. */
const longestCall = 16 * 1024 * 1024;
/** Calls of one network that may be read at once, from the moment on when their headers are there, and such networks. */
const mostHeld = { requests: 1_000, bytes: 64 * 1024 * 1024 };
const mostNetworks = 8;

/**
 * The endpoints that a virtual agent names (contract 3.1 to 3.5): `start`, `inbound`, `status`, `ended`. A repeat is
 * answered as the first time and changes nothing; so is a call that only tests an endpoint.
 */
export function mountHooks(scope: FastifyInstance, parts: HookParts): void {
  const { received } = parts;
  scope.removeAllContentTypeParsers();
  // Signatures are over the exact bytes, so the body is parsed after it was checked.
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  const held = heldByNetwork(mostHeld, mostNetworks);
  scope.addHook('onRequest', async (request, reply) => {
    expectSignature(request.headers);
    if (held(request.ip).take(request.headers, reply.raw, longestCall)) return;
    throw new DeskError('overloaded', 'The desk reads as many calls as it can; call again in a second.', {}, 1);
  });
  const hook = <Call>(
    path: string,
    read: (raw: unknown) => Call,
    take: (call: Call) => void,
    answer: object = {},
  ): void => {
    scope.post(path, { bodyLimit: longestCall }, async (request) => {
      const raw = typeof request.body === 'string' ? request.body : '';
      const parsed = parseJson(raw);
      // Strangers are turned away before anything but their name is looked at.
      const agentId = agentOf(parts.store, parsed);
      await parts.signatures.verify(agentId, raw, request.headers);
      const call = read(parsed);
      if (!isTest(parsed)) once(parts, agentId, request, () => take(call));
      return answer;
    });
  };
  hook('/start', (raw) => accept(startCall.read(raw)), received.start, { state: 'queued' });
  hook('/inbound', (raw) => accept(inboundCall.read(raw)), received.inbound);
  hook('/status', (raw) => accept(statusCall.read(raw)), received.status);
  hook('/ended', (raw) => accept(endedCall.read(raw)), received.ended);
}

/** Notes the webhook-id in the same commit as the call's effect. */
function once({ store, clock }: HookParts, agentId: string, request: FastifyRequest, effect: () => void): void {
  store.commit(() => {
    if (store.calls.see(agentId, String(request.headers['webhook-id']), clock.now())) effect();
  });
}

/** A call that somebody who sets an endpoint has sent by the router, of a session that there is not. */
const isTest = (parsed: unknown): boolean =>
  typeof parsed === 'object' && parsed !== null && 'test' in parsed && parsed.test === true;

const agentForm = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Whose secrets sign a call: as start and tests say, and as start said for all that follow.
 * @param parsed the call, of unknown origin and form.
 */
function agentOf(store: DeskStore, parsed: unknown): string {
  const { sessionId, agentId } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<
    string,
    unknown
  >;
  if (typeof sessionId !== 'string' || (agentId !== undefined && typeof agentId !== 'string')) {
    throw new DeskError(
      'wrong-shape',
      'Name the session in sessionId, and in a start call the virtual agent in agentId.',
    );
  }
  const known = store.conversations.ofSession(sessionId)?.agentId;
  if (agentId === undefined && known === undefined) {
    throw new DeskError('session-not-found', 'The desk was told of no handoff of this session; call start first.');
  }
  if (agentId !== undefined && (!agentForm.test(agentId) || (known !== undefined && known !== agentId))) {
    throw new DeskError('signature-wrong', 'This session belongs to another virtual agent.');
  }
  return agentId ?? known ?? '';
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { endedCall, inboundCall, startCall, statusCall } from '../contract/received-calls.ts';
import type { Clock } from '../platform/clock.ts';
import type { Received } from './conversations/received.ts';
import { accept, DeskError, parseJson } from './desk-error.ts';
import { expectSignature, type Signatures } from './signatures.ts';
import type { DeskStore } from './store/desk-store.ts';

export type HookParts = Readonly<{ store: DeskStore; received: Received; signatures: Signatures; clock: Clock }>;

/** A transcript of the longest session that a desk is likely to meet. */
const longestCall = 16 * 1024 * 1024;

/**
 * The endpoints that a virtual agent names (contract 3.1 to 3.5): `start`, `inbound`, `status`, `ended`. A repeat is
 * answered as the first time and changes nothing.
 */
export function mountHooks(scope: FastifyInstance, parts: HookParts): void {
  const { received } = parts;
  scope.removeAllContentTypeParsers();
  // Signatures are over the exact bytes, so the body is parsed after it was checked.
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  scope.addHook('onRequest', async (request) => expectSignature(request.headers));
  const hook = <Call extends { sessionId: string }>(
    path: string,
    read: (raw: unknown) => Call,
    take: (call: Call) => void,
    answer: object = {},
  ): void => {
    scope.post(path, { bodyLimit: longestCall }, async (request) => {
      const raw = typeof request.body === 'string' ? request.body : '';
      const call = read(parseJson(raw));
      const agentId = agentOf(parts.store, call);
      await parts.signatures.verify(agentId, raw, request.headers);
      once(parts, agentId, request, () => take(call));
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

/** Whose secrets sign a call: as start says, and as start said for all that follow. */
function agentOf(store: DeskStore, call: Readonly<{ sessionId: string; agentId?: string }>): string {
  const known = store.conversations.ofSession(call.sessionId)?.agentId;
  if (call.agentId === undefined && known === undefined) {
    throw new DeskError('session-not-found', 'The desk was told of no handoff of this session; call start first.');
  }
  if (call.agentId !== undefined && known !== undefined && known !== call.agentId) {
    throw new DeskError('signature-wrong', 'This session belongs to another virtual agent.');
  }
  return call.agentId ?? known ?? '';
}

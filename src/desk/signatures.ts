import { Webhook } from 'standardwebhooks';
import { type Clock, pause } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { DeskError } from './desk-error.ts';
import type { RouterAnswer, RouterCalls } from './outbox/router-calls.ts';

/*
 * Whether a call comes from the router: signed with a secret of its virtual agent (contract 3.8).
 * 1. Secrets are read from the router and kept for 10 s.
 * 2. A signature that fits none of them may be of a secret that is newer, so they are read once more; not more often
 *    than once a second, however many ask.
 */
export type Signatures = Readonly<{
  /**
   * @param raw the exact bytes of the body, as text.
   * @throws DeskError `signature-wrong`, or `unavailable` when the router does not give its secrets.
   */
  verify: (agentId: string, raw: string, headers: Readonly<Record<string, unknown>>) => Promise<void>;
}>;

type Known = Readonly<{ secrets: readonly string[]; readAt: number }>;

const keptMs = 10_000;
const leastBetweenMs = 1_000;
const mostKept = 1_000;

export type SignatureParts = Readonly<{ router: RouterCalls; clock: Clock; log: Log }>;

export function createSignatures(parts: SignatureParts): Signatures {
  const { clock } = parts;
  const kept = new Map<string, Known>();
  const reading = new Map<string, Promise<Known>>();
  const read = (agentId: string): Promise<Known> => {
    const under = reading.get(agentId);
    if (under !== undefined) return under;
    const started = readSecrets(parts, agentId, kept.get(agentId)?.readAt ?? Number.NEGATIVE_INFINITY)
      .then((known) => {
        kept.delete(agentId);
        kept.set(agentId, known);
        const oldest = kept.size > mostKept ? kept.keys().next().value : undefined;
        if (oldest !== undefined) kept.delete(oldest);
        return known;
      })
      .finally(() => reading.delete(agentId));
    reading.set(agentId, started);
    return started;
  };
  return {
    verify: async (agentId, raw, headers) => {
      const known = kept.get(agentId);
      if (known !== undefined && clock.now() - known.readAt < keptMs && fitsAny(known, raw, headers)) return;
      if (!fitsAny(await read(agentId), raw, headers)) throw signatureWrong();
    },
  };
}

/** Turns away what is not signed at all before anything of it is read. @throws DeskError `signature-wrong`. */
export function expectSignature(headers: Readonly<Record<string, unknown>>): void {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  if (names.some((name) => typeof headers[name] !== 'string' || headers[name] === '')) throw signatureWrong();
}

const signatureWrong = (): DeskError =>
  new DeskError('signature-wrong', "Sign the call with a secret of its virtual agent, as the router's calls are.");

function fitsAny({ secrets }: Known, raw: string, headers: Readonly<Record<string, unknown>>): boolean {
  return secrets.some((secret) => {
    try {
      new Webhook(secret).verify(raw, headers as Record<string, string>, { jsonParse: false });
      return true;
    } catch {
      return false; // The library says no by throwing, for whatever reason.
    }
  });
}

async function readSecrets({ router, clock, log }: SignatureParts, agentId: string, lastAt: number): Promise<Known> {
  const soonest = lastAt + leastBetweenMs - clock.now();
  if (soonest > 0) await pause(clock, soonest);
  const answer = await router.get(`/agents/${encodeURIComponent(agentId)}/secrets`);
  const readAt = clock.now();
  if (answer.kind === 'answered' && answer.status === 200) return { secrets: secretsOf(answer), readAt };
  if (answer.kind === 'answered' && answer.status === 404) return { secrets: [], readAt };
  const why = answer.kind === 'answered' ? `It answered ${answer.status}.` : answer.cause;
  log.error({ agent: agentId, why }, 'The router does not give the secrets that sign its calls.');
  throw new DeskError('unavailable', 'The desk cannot check the signature now; call again in a moment.', {}, 1);
}

function secretsOf({ body }: Extract<RouterAnswer, { kind: 'answered' }>): readonly string[] {
  const listed = Array.isArray(body.secrets) ? (body.secrets as readonly unknown[]) : [];
  return listed.flatMap((one) =>
    typeof one === 'object' && one !== null && 'secret' in one && typeof one.secret === 'string' ? [one.secret] : [],
  );
}

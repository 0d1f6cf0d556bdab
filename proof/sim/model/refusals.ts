import type { Request } from '../witness.ts';
import type { State } from './state.ts';
import { broken, type Mirror } from './world.ts';

/** Who owned a session between two commands. */
export type Ownership = Readonly<{
  owner: 'nobody' | 'virtual agent' | number;
  connecting: boolean;
  lastEpoch: number;
}>;

/** To be called wherever a command may have ended, when its commit is on disk. */
export function noteOwnership({ ownership }: Mirror, { phase, handoff, lastEpoch }: State): void {
  const owner = phase === 'ended' ? 'nobody' : (handoff?.epoch ?? 'virtual agent');
  const connecting = handoff?.stage === 'connecting';
  const last = ownership.at(-1);
  if (last?.owner === owner && last.connecting === connecting) return;
  ownership.push({ owner, connecting, lastEpoch });
}

/** Whoever is refused is told what was true at some moment between the question and the answer. */
export class Pending {
  /** By request, how many of the session's ownerships were over when it was asked. */
  readonly #asked = new Map<number, number>();

  asked({ ownership }: Mirror, { id }: Request): void {
    this.#asked.set(id, ownership.length - 1);
  }

  /** @param code why it was refused; null when it was not. */
  answered(mirror: Mirror, request: Request, code: string | null): void {
    const from = this.#asked.get(request.id);
    this.#asked.delete(request.id);
    if (code === null || from === undefined) return;
    const { id, ownership } = mirror;
    if (code === 'session-not-found') {
      if (from >= 0) broken(7, id, `${request.operation} was told that there is no such session, which was on disk.`);
      return;
    }
    const told = reasons[code];
    if (told === undefined || from < 0) return;
    const during = ownership.slice(from);
    if (during.some((one) => told(one, request))) return;
    const owners = during.map(({ owner }) => (typeof owner === 'number' ? `handoff ${owner}` : owner)).join(', then ');
    broken(
      7,
      id,
      `${request.operation} ${JSON.stringify(request.body)} was refused as ${code}; it was owned by ${owners}.`,
    );
  }

  messageRefused({ id, ownership }: Mirror, code: string): void {
    if (code !== 'session-ended' || ownership.length === 0 || ownership.at(-1)?.owner === 'nobody') return;
    broken(7, id, 'a message was refused because the session had ended, which it has not.');
  }
}

type Reason = (during: Ownership, request: Request) => boolean;

const reasons: Readonly<Record<string, Reason>> = {
  'session-ended': ({ owner }) => owner === 'nobody',
  'wrong-owner': ({ owner, connecting, lastEpoch }, { operation }) => {
    if (operation === 'disconnect') return lastEpoch === 0;
    return owner === 'virtual agent' || (operation === 'assign' && connecting);
  },
  'wrong-epoch': ({ owner, lastEpoch }, { operation, body }) => {
    const named = typeof body.epoch === 'number' ? body.epoch : lastEpoch;
    if (operation === 'disconnect' && (named > lastEpoch || named < 1)) return true;
    return typeof owner === 'number' && named !== owner;
  },
};

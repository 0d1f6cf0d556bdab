import type { ServerFrame } from '../../src/contract/frames.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { Checklist, type Fault } from '../../src/replay/checklist.ts';
import { EndUser } from '../../src/replay/end-user.ts';
import type { ServerClient } from '../../src/replay/server-client.ts';
import type { DeskCall } from './desk.ts';

export type SessionParts = Readonly<{
  client: Pick<ServerClient, 'call' | 'socketUrl'>;
  virtualAgentId: string;
  /** Takes every difference between what came and what had to come. */
  report: (fault: Fault) => void;
  /** The n-th text of the end user arrived at the desk, for the first time. */
  onArrival?: (index: number) => void;
  /** The n-th text of the live agent arrived at the end user. */
  onHeard?: (index: number) => void;
}>;

const clock = systemClock();
/** A lane repeats its head only; what came long before needs not be known any more. */
const mostCallsKept = 100;

/** Publishes a virtual agent that hands over at once. @returns the secrets that sign calls to its desk. */
export async function publish(
  client: Pick<ServerClient, 'call'>,
  id: string,
  deskUrl: string,
): Promise<readonly string[]> {
  const endpoints = { startConnectionUrl: `${deskUrl}/start`, inboundTransferUrl: `${deskUrl}/inbound` };
  const desk = { type: 'live-agent-routing', ...endpoints, outputs: {} };
  await client.call({ method: 'PUT', path: `/agents/${id}`, body: { name: id, start: 'desk', nodes: { desk } } });
  const answer = await client.call({ method: 'GET', path: `/agents/${id}/secrets` });
  return (answer as { secrets: readonly { secret: string }[] }).secrets.map(({ secret }) => secret);
}

/** One session, both sides of it, which verifies all that each side hears. */
export class PlayedSession {
  readonly #parts: SessionParts;
  readonly #sent: string[] = [];
  readonly #replies: string[] = [];
  readonly #atDesk = new Checklist('at the desk', this.#sent);
  readonly #atUser = new Checklist('at the end user', this.#replies);
  readonly #calls = new Map<string, string>();
  readonly #connected = Promise.withResolvers<void>();
  #endUser: EndUser | null = null;
  #id = '';
  #replying: Promise<unknown> = Promise.resolve();
  /** What its desk answers to its inbound calls. */
  status = 200;
  readonly #accepted = new Set<string>();
  /** Calls that came again under their id. */
  repeats = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get id(): string {
    return this.#id;
  }

  get sent(): number {
    return this.#sent.length;
  }

  /** Texts of the end user that are at the desk. */
  get arrived(): number {
    return this.#atDesk.heard;
  }

  /** Texts of the end user that the server has said to be on its disk. */
  get accepted(): number {
    return this.#accepted.size;
  }

  /** Whether all that either side has said so far is at the other. */
  get complete(): boolean {
    return this.#atDesk.complete && this.#atUser.complete && this.accepted === this.sent;
  }

  /** Opens the session; its calls may come from now on. */
  async open(): Promise<void> {
    const { client, virtualAgentId } = this.#parts;
    const body = { agent_id: virtualAgentId };
    const answer = await client.call({ method: 'POST', path: '/http/init', body, repeatable: true });
    const { session_id: sessionId, session_token: token } = answer as Record<'session_id' | 'session_token', string>;
    this.#id = sessionId;
    this.#endUser = new EndUser({
      ...{ url: client.socketUrl(sessionId), token, clock },
      onFrame: (frame) => this.#report(this.#hearAtUser(frame)),
      onClosed: (fault) => this.#report(this.#atUser.fault('the socket to stay open', fault ?? 'The session ended.')),
    });
  }

  /** Resolves when the desk has taken the session over. */
  async handOver(): Promise<void> {
    this.#endUser?.connect();
    await this.#connected.promise;
  }

  /** The end user writes. */
  say(text: string): void {
    const index = this.#sent.push(text) - 1;
    this.#endUser?.say(String(index), text);
  }

  /** The live agent writes; the call is made when the one before was answered, for two at once have no order. */
  reply(text: string): void {
    const index = this.#replies.push(text) - 1;
    const path = `/live-agent/outbound/${this.#id}`;
    const request = { method: 'POST', path, body: { text }, idempotencyKey: `r${index}`, repeatable: true } as const;
    this.#replying = this.#replying
      .then(() => this.#parts.client.call(request))
      .catch((error: unknown) => this.#report(this.#atUser.fault('the outbound call to be taken', String(error))));
  }

  /** Takes a call to the desk. @returns the status to answer with. */
  hearAtDesk({ kind, webhookId, raw, body }: DeskCall): number {
    const before = this.#calls.get(webhookId);
    if (before !== undefined) {
      this.repeats += 1;
      if (before !== raw) this.#report(this.#atDesk.fault(`the same bytes under ${webhookId}`, 'others'));
    } else {
      this.#keep(webhookId, raw);
      this.#report(kind === 'start' ? this.#start(body.handoff) : this.#inbound(kind, body));
    }
    return kind === 'inbound' ? this.status : 200;
  }

  leave(): void {
    this.#endUser?.leave(false);
  }

  #keep(webhookId: string, raw: string): void {
    this.#calls.set(webhookId, raw);
    if (this.#calls.size <= mostCallsKept) return;
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined) this.#calls.delete(oldest);
  }

  #report(fault: Fault | null): void {
    if (fault !== null) this.#parts.report({ ...fault, where: `${fault.where} of ${this.#id}` });
  }

  #start(handoff: unknown): Fault | null {
    const { lastSeq } = (handoff ?? {}) as { lastSeq?: unknown };
    if (typeof lastSeq !== 'number' || this.arrived > 0) return this.#atDesk.fault('one start call, first', handoff);
    this.#atDesk.beginAfter(lastSeq);
    return null;
  }

  #inbound(kind: string, { text, seq, previousSeq }: DeskCall['body']): Fault | null {
    if (kind !== 'inbound') return this.#atDesk.fault('inbound', kind);
    const chain = this.#atDesk.follow(previousSeq);
    const fault = this.#atDesk.hear(text, seq) ?? chain;
    if (fault === null) this.#parts.onArrival?.(this.arrived - 1);
    return fault;
  }

  #hearAtUser(frame: ServerFrame): Fault | null {
    if (frame.type === 'accepted') this.#accepted.add(frame.id);
    if (frame.type === 'session') {
      if (frame.handoff?.state === 'connected') this.#connected.resolve();
      if (frame.status === 'ENDED' || frame.handoff?.state === 'ended') {
        return this.#atUser.fault('the live agent to stay', frame);
      }
      return this.#atUser.pass(frame.seq);
    }
    if (frame.type !== 'message') return null;
    if (frame.from === 'user') return this.#atUser.pass(frame.seq);
    const fault = this.#atUser.hear(frame.text, frame.seq);
    if (fault === null) this.#parts.onHeard?.(this.#atUser.heard - 1);
    return fault;
  }
}

/** Opens sessions and hands them over, a few at a time. */
export async function handOverAll(
  sessions: readonly PlayedSession[],
  opened: (one: PlayedSession) => void,
): Promise<void> {
  const rest = sessions.values();
  const work = async (): Promise<void> => {
    for (const session of rest) {
      await session.open();
      opened(session);
      await session.handOver();
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
}

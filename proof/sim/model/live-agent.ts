import type { EventOf } from '../../../src/core/events.ts';
import type { Request } from '../witness.ts';
import { dayMs } from './owed.ts';
import { broken, type Mirror } from './world.ts';

/** What a desk wants once, however often it asks: a request, or all those with one key and one body. */
type Wish = {
  readonly key: string | null;
  readonly text: string | null;
  readonly epoch: number | undefined;
  readonly askedAt: number;
  /** The last handoff when it was asked first. */
  readonly lastEpoch: number;
  /** Requests for it that were not refused. */
  alive: number;
  /** It has had its effect: what it asks for again changes nothing. */
  spent: boolean;
  messageId: string | null;
};

/** What desks have asked of a session. */
export class Writes {
  readonly #byRequest = new Map<number, Wish>();
  readonly #keyed = new Map<string, Wish>();
  readonly #texts = new Map<string, Wish[]>();
  readonly #disconnects: Wish[] = [];
  /** How often each text is in the log. */
  readonly #kept = new Map<string, number>();
  readonly #messageIds = new Set<string>();

  asked({ id, operation, body, key }: Request, at: number, lastEpoch: number): void {
    const name = key === null ? null : `${key}\n${operation}\n${JSON.stringify(body)}`;
    let wish = name === null ? undefined : this.#keyed.get(name);
    // After a day the key may be forgotten; what is asked then may count again.
    if (wish === undefined || at - wish.askedAt >= dayMs) {
      wish = newWish(key, body, at, lastEpoch);
      if (name !== null) this.#keyed.set(name, wish);
      if (operation === 'disconnect') this.#disconnects.push(wish);
      else if (wish.text !== null) pushTo(this.#texts, wish.text, wish);
    }
    wish.alive += 1;
    this.#byRequest.set(id, wish);
  }

  /** Takes the one disconnect that can have ended a handoff; false when there is none. */
  spendDisconnect(epoch: number): boolean {
    const able = this.#disconnects.filter((one) => one.alive > 0 && !one.spent && counts(one, epoch));
    const [only] = able;
    if (able.length === 1 && only !== undefined) only.spent = true;
    return only !== undefined;
  }

  /** A live agent's message that is on disk from now on must be wanted, for that handoff, and not be there too often. */
  kept({ id }: Mirror, { seq, text, epoch, messageId }: EventOf<'live-agent-message-sent'>): void {
    if (this.#messageIds.has(messageId))
      broken(5, id, `message ${seq} of the live agent has the id of an earlier one, ${messageId}.`);
    this.#messageIds.add(messageId);
    const wishes = this.#texts.get(text) ?? [];
    const able = wishes.filter(({ alive }) => alive > 0);
    const times = (this.#kept.get(text) ?? 0) + 1;
    this.#kept.set(text, times);
    const said = `message ${seq} of the live agent ("${text}")`;
    if (wishes.length === 0) broken(10, id, `${said} was never asked for.`);
    if (able.length === 0) broken(10, id, `${said} was refused whenever it was asked for.`);
    if (!able.some((one) => counts(one, epoch)))
      broken(7, id, `${said} is in handoff ${epoch}, but was asked for another.`);
    if (times > able.length)
      broken(
        5,
        id,
        `${said} is in the log ${times} times, and was asked for ${able.length} times; a repeat under its key is none.`,
      );
  }

  refused({ id }: Mirror, request: Request): void {
    const wish = this.#byRequest.get(request.id);
    if (wish === undefined) return;
    wish.alive -= 1;
    if (wish.text === null) return;
    const able = (this.#texts.get(wish.text) ?? []).filter(({ alive }) => alive > 0).length;
    const times = this.#kept.get(wish.text) ?? 0;
    if (times > able) broken(10, id, `"${wish.text}" of the live agent was refused, and is in the log ${times} times.`);
  }

  outboundDone(mirror: Mirror, request: Request, body: Readonly<Record<string, unknown>>): void {
    const wish = this.#byRequest.get(request.id);
    const messageId = body.message_uuid;
    const event = mirror.events.findLast(
      (one) => one.kind === 'live-agent-message-sent' && one.messageId === messageId,
    );
    if (wish === undefined) return;
    const { id } = mirror;
    const said = `"${wish.text}" of the live agent`;
    if (typeof messageId !== 'string' || event?.kind !== 'live-agent-message-sent') {
      return broken(1, id, `${said} was answered as message ${messageId}, which is not on disk.`);
    }
    if (event.text !== wish.text)
      broken(2, id, `${said} was answered as message ${messageId}, which has another text.`);
    if (!counts(wish, event.epoch))
      broken(7, id, `${said} was asked for handoff ${wish.epoch} and answered as a message of handoff ${event.epoch}.`);
    if (wish.messageId !== null && wish.messageId !== messageId) {
      broken(
        5,
        id,
        `${said} was asked for twice under key ${wish.key}, and answered as ${wish.messageId} and as ${messageId}.`,
      );
    }
    wish.messageId = messageId;
  }

  disconnectDone({ id, state }: Mirror, request: Request): void {
    const wish = this.#byRequest.get(request.id);
    if (wish === undefined) return;
    wish.spent = true;
    const meant = wish.epoch ?? wish.lastEpoch;
    const owner = state?.handoff?.epoch ?? null;
    if (owner !== null && owner === meant)
      broken(1, id, `a disconnect of handoff ${meant} was answered, and on disk it still owns the session.`);
  }
}

export const newWrites = (): Writes => new Writes();

function newWish(key: string | null, body: Request['body'], askedAt: number, lastEpoch: number): Wish {
  const text = typeof body.text === 'string' ? body.text : null;
  const epoch = typeof body.epoch === 'number' ? body.epoch : undefined;
  return { key, text, epoch, askedAt, lastEpoch, alive: 0, spent: false, messageId: null };
}

const counts = ({ epoch }: Wish, owning: number): boolean => epoch === undefined || epoch === owning;

function pushTo<Value>(lists: Map<string, Value[]>, name: string, value: Value): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}

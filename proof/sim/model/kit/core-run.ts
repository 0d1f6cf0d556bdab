import { endedBody, inboundBody, startBody, statusBody } from '../../../../src/contract/desk-calls.ts';
import { frameOf } from '../../../../src/contract/frames.ts';
import type { Call, CallChange, Command, CommandResult } from '../../../../src/core/commands.ts';
import { decide } from '../../../../src/core/decide.ts';
import { isMessage, type SessionEvent } from '../../../../src/core/events.ts';
import type { Flow } from '../../../../src/core/flow/flow.ts';
import { wakeAt } from '../../../../src/core/response-clock.ts';
import { judge } from '../../../../src/core/schedule.ts';
import { begin, type Session } from '../../../../src/core/session.ts';
import type { DiskCall, Request, Witness } from '../../witness.ts';
import { createModel } from '../model.ts';
import { id, started } from './history.ts';

type Delivery = { readonly call: Call; state: DiskCall['state']; replayed: boolean; attempts: number; until: number };

/** The real core in a plain loop: one session, one socket, lanes in order; everything is told to the model. */
export class CoreRun {
  readonly model: Witness;
  readonly deliveries = new Map<string, Delivery>();
  readonly events: SessionEvent[] = [];
  readonly #flow: Flow;
  readonly #chance: () => number;
  session: Session;
  now = 1_800_000_000_000;
  #time = 0;
  #count = 0;

  /** @param chance gives numbers from 0 to 1. */
  constructor(flow: Flow, chance: () => number) {
    this.#flow = flow;
    this.#chance = chance;
    this.model = createModel({ time: () => this.#time, now: () => this.now }, { isDiligent: false });
    this.model.published('va', 1, flow);
    this.model.booted(0);
    const event = { ...started, seq: 1, at: this.now } as SessionEvent & { kind: 'session-started' };
    this.session = begin(event);
    this.#commit(this.session, [event]);
    this.model.socketOpened(1, id, 0, 0);
    this.#show(this.events);
  }

  next(): number {
    this.#count += 1;
    return this.#count;
  }

  pass(ms: number): void {
    const target = this.now + ms;
    for (let due = wakeAt(this.session); due !== null && due <= target; due = wakeAt(this.session)) {
      this.#move(Math.max(0, due - this.now));
      this.submit({ kind: 'wake' });
      if (wakeAt(this.session) === due) break;
    }
    this.#move(target - this.now);
  }

  submit(command: Command): CommandResult {
    const { session, events, calls, changes, result } = decide(this.#flow, this.session, command, this.now);
    this.session = session;
    for (const call of calls)
      this.deliveries.set(nameOf(call), { call, state: 'owed', replayed: false, attempts: 0, until: call.tryUntil });
    for (const change of changes) this.#apply(change);
    this.#commit(session, events);
    this.#show(events);
    this.model.stepped();
    return result;
  }

  /** A request of a desk or a client that is decided at once. */
  ask(operation: string, body: Request['body'], command: Command): void {
    const request = { id: this.next(), operation, sessionId: id, body, key: null };
    this.model.asked(request);
    const result = this.submit(command);
    if (result.kind === 'refused') this.model.answered(request, 409, {});
    else this.model.answered(request, 200, operation === 'outbound' ? { message_uuid: result.messageId } : {});
  }

  /** One attempt of the first call that each lane owes, or of one that was replayed. @param kind of the answer. */
  attempt(delivery: Delivery, status: number | null): void {
    const { call } = delivery;
    if (delivery.attempts > 0 && this.now >= delivery.until) return this.#bury(delivery);
    const made = {
      id: this.next(),
      by: 0,
      url: call.url,
      webhookId: nameOf(call),
      body: JSON.stringify(this.#bodyOf(call)),
    };
    delivery.attempts += 1;
    this.model.called(made);
    if (status !== null || this.#chance() < 0.5) this.model.arrived(made);
    this.model.heard(made, status);
    const result =
      status === null
        ? ({ kind: 'unreached', cause: '' } as const)
        : ({ kind: 'answered', status, retryAfterMs: null } as const);
    const verdict = judge(result);
    if (verdict === 'final') this.#bury(delivery);
    if (verdict === 'delivered') this.#delivered(delivery);
    if (verdict === 'passing' && call.lane !== 's' && call.kind !== 'start' && !delivery.replayed) {
      const key = { lane: call.lane, seq: call.seq, part: call.part };
      this.submit({
        kind: 'report-delay',
        epoch: epochOf(call),
        call: key,
        callKind: call.kind,
        since: call.owedAt,
        cause: '',
      });
    }
  }

  /** What may be tried now. */
  tryable(): readonly Delivery[] {
    const owed = [...this.deliveries.values()].filter(({ state }) => state === 'owed');
    const heads = Map.groupBy(
      owed.filter(({ replayed }) => !replayed),
      ({ call }) => call.lane,
    );
    return [...owed.filter(({ replayed }) => replayed), ...[...heads.values()].flatMap(([head]) => head ?? [])];
  }

  manage(what: 'replay' | 'skip', { call }: Delivery): void {
    const key = { lane: call.lane, seq: call.seq, part: call.part };
    this.model.managed(what, nameOf(call));
    this.submit(
      what === 'replay'
        ? { kind: 'replay-delivery', call: key }
        : { kind: 'skip-delivery', call: key, callKind: call.kind },
    );
  }

  finish(): void {
    for (let owed = this.tryable(); owed.length > 0; owed = this.tryable())
      for (const one of owed) if (one.state === 'owed') this.attempt(one, 200);
    if (this.session.delayed !== null) this.submit({ kind: 'report-resumed', epoch: this.session.delayed.epoch });
    this.model.finished(
      [...this.deliveries.values()].map(({ call: { lane, seq, part, kind }, state, replayed }) => ({
        sessionId: id,
        lane,
        seq,
        part,
        kind,
        state,
        replayed,
      })),
    );
  }

  #move(ms: number): void {
    this.now += ms;
    this.#time += ms;
    this.model.stepped();
  }

  #commit(session: Session, events: readonly SessionEvent[]): void {
    this.events.push(...events);
    this.model.flushed(session, events);
  }

  #show(events: readonly SessionEvent[]): void {
    for (const event of events) {
      const frame = frameOf(event);
      if (frame !== null) this.model.frameSent(1, frame);
    }
  }

  #apply(change: CallChange): void {
    if (change.kind === 'cancel') {
      for (const one of this.deliveries.values()) {
        if (one.call.lane === change.lane && one.state === 'owed' && one.call.kind !== 'ended') one.state = 'skipped';
      }
      return;
    }
    const found = this.deliveries.get(nameOf(change.call));
    if (found === undefined) return;
    if (change.state === 'owed') {
      if (found.state === 'dead')
        Object.assign(found, { state: 'owed', replayed: true, attempts: 0, until: this.now + 86_400_000 });
    } else if (found.state === 'owed' || (found.state === 'dead' && change.state === 'skipped'))
      found.state = change.state;
  }

  #bury({ call: { lane, seq, part, kind: callKind, ...call }, attempts, replayed }: Delivery): void {
    const key = { lane, seq, part };
    const epoch = epochOf({ lane });
    if (callKind === 'start')
      this.submit({
        kind: 'settle-start',
        epoch,
        call: key,
        answer: { kind: 'refused', cause: call.url },
        attempts,
        replayed,
      });
    else
      this.submit({
        kind: 'report-dead',
        call: key,
        callKind,
        cause: '',
        attempts,
        resumed: lane === 's' ? null : epoch,
      });
  }

  #delivered(delivery: Delivery): void {
    const { lane, seq, part, kind } = delivery.call;
    const epoch = epochOf({ lane });
    if (kind === 'start') {
      const answer = { kind: 'accepted', queued: this.#chance() < 0.4 } as const;
      this.submit({
        kind: 'settle-start',
        epoch,
        call: { lane, seq, part },
        answer,
        attempts: delivery.attempts,
        replayed: delivery.replayed,
      });
      return;
    }
    if (lane !== 's') this.submit({ kind: 'report-resumed', epoch });
    // A crash may lose the word that it was taken.
    if (this.#chance() < 0.1) {
      this.model.gone(0);
      // The clock may be set back over a restart.
      this.now -= Math.floor(this.#chance() * 60_000);
      this.model.booted(0);
      this.model.socketOpened(1, id, this.events.length, 0);
    } else delivery.state = 'delivered';
  }

  #bodyOf({ kind, seq, status }: Call): object {
    const event = this.events[seq - 1];
    const { session } = this;
    if (status !== undefined && event !== undefined) return statusBody(status, session, event.at);
    if (event?.kind === 'user-message-received') return inboundBody(event, id);
    if (event?.kind === 'handoff-ended') return endedBody(event, id);
    if (event?.kind === 'handoff-requested')
      return startBody(event, session, this.events.slice(0, event.lastSeq).filter(isMessage), '');
    throw new Error(`Event ${seq} owes no ${kind}.`);
  }
}

const nameOf = ({ lane, seq, part }: Pick<Call, 'lane' | 'seq' | 'part'>): string => `${id}-${lane}-${seq}-${part}`;
const epochOf = ({ lane }: Pick<Call, 'lane'>): number => Number(lane.slice(1));

import type { Chance } from '../random.ts';
import type { Caller } from './caller.ts';
import { OverError } from './caller.ts';
import type { CallBody, CallKind } from './desk-calls.ts';
import { EndUser } from './end-user.ts';
import { silentWithin } from './flows.ts';
import { LiveAgent } from './live-agent.ts';
import type { DeskName } from './manners.ts';
import type { SessionRecord, Trouble } from './record.ts';

export type CrowdParts = Readonly<{
  url: string;
  caller: Caller;
  chance: Chance;
  /** Sessions at a time. */
  atOnce: number;
  /** Nobody goes to a desk that keeps them waiting. */
  brisk: boolean;
  /** The program runs in several processes: who gets no answer from one comes again, and may meet another. */
  isOneOfSeveral: boolean;
  onAccepted: () => void;
  onTrouble: (trouble: Trouble) => void;
}>;

/** Of a hundred sessions, so many go to which desk, and how many messages their handoffs have at most. */
const shares: readonly (readonly [DeskName, share: number, messages: number])[] = [
  ['steady', 76, 40],
  ['rude', 8, 16],
  ['refusing', 4, 20],
  ['silent', 3, 10],
  ['late', 5, 8],
  ['hanging', 4, 8],
];
const briskShare = 88;

const lookEveryMs = 5_000;

/** End users and live agents: as soon as one session ends, the next begins. */
export class Crowd {
  readonly #parts: CrowdParts;
  readonly sessions = new Map<string, SessionRecord>();
  readonly #users = new Set<EndUser>();
  readonly #liveAgents = new Map<string, Map<number, LiveAgent>>();
  readonly #running: Promise<void>[] = [];
  #begun = 0;
  #late = false;
  #over = false;
  /** Connections that end users made. */
  connections = 0;

  constructor(parts: CrowdParts) {
    this.#parts = parts;
  }

  get busy(): number {
    return this.#users.size;
  }

  /** The session of somebody who is there. */
  anyBusy(): string {
    const [user] = this.#users;
    return user?.describe() ?? 'none';
  }

  begin(): void {
    for (let place = 0; place < this.#parts.atOnce; place += 1) this.#running.push(this.#fill());
    this.#running.push(this.#lookForSilence());
  }

  /** Nobody new comes, and those who are there come to an end. */
  windUp(): void {
    this.#late = true;
  }

  async gone(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Everybody hangs up, wherever they stand. */
  cut(): void {
    this.#late = true;
    this.#over = true;
    for (const user of this.#users) user.leave();
  }

  /** A desk took a call. */
  take(session: SessionRecord, kind: CallKind, body: CallBody): void {
    const known = this.#liveAgents.get(session.id);
    if (kind === 'start') {
      const { epoch = 0 } = body.handoff ?? {};
      const liveAgent = this.#liveAgent(session, epoch);
      if (known === undefined) this.#liveAgents.set(session.id, new Map([[epoch, liveAgent]]));
      else known.set(epoch, liveAgent);
    } else if (kind === 'inbound') known?.get(body.epoch ?? 0)?.hear(body.seq ?? 0);
    else if (kind === 'ended') known?.get(body.epoch ?? 0)?.stop();
  }

  #liveAgent(session: SessionRecord, epoch: number): LiveAgent {
    const { caller, chance, onAccepted, isOneOfSeveral } = this.#parts;
    const answersOf100 = session.agent === 'silent' ? 20 : 90;
    const ignoresEnd = session.agent === 'silent' && chance.happens(0.5);
    return new LiveAgent({ caller, session, epoch, chance, answersOf100, ignoresEnd, onAccepted, isOneOfSeveral });
  }

  readonly #handBack = ({ id }: SessionRecord): void => {
    const epochs = this.#liveAgents.get(id);
    const last = epochs === undefined ? undefined : [...epochs.values()].at(-1);
    last?.handBack();
  };

  async #fill(): Promise<void> {
    while (!this.#late) {
      const user = await this.#welcome();
      if (user === null) return;
      this.#users.add(user);
      await user.live();
      for (const tab of user.tabs) this.connections += tab.connections;
      this.#users.delete(user);
    }
  }

  async #welcome(): Promise<EndUser | null> {
    this.#begun += 1;
    const number = this.#begun;
    const { url, caller, onAccepted, onTrouble, isOneOfSeveral } = this.#parts;
    const chance = this.#parts.chance.fork(String(number));
    const [agent, mostMessages] = choose(chance.next() * (this.#parts.brisk ? briskShare : 100));
    const handedOut = agent === 'steady' && chance.happens(0.3);
    try {
      const { status, body } = handedOut
        ? await caller.stubborn('POST', `/chat/${agent}/session`)
        : await caller.stubborn('POST', '/http/init', { json: { agent_id: agent } });
      if (status !== 200) throw new Error(`A session was refused with ${status}: ${JSON.stringify(body)}`);
      const session = emptyRecord(number, String(body.session_id), agent);
      this.sessions.set(session.id, session);
      return new EndUser({
        ...{ url, caller, token: String(body.session_token), session, chance, mostMessages, onAccepted },
        ...{ isLate: () => this.#late, isOneOfSeveral },
        handBack: this.#handBack,
        onTrouble: ({ id }, kind, what) => onTrouble({ kind, session: id, seq: null, what }),
      });
    } catch (error) {
      if (error instanceof OverError) return null;
      throw error;
    }
  }

  async #lookForSilence(): Promise<void> {
    while (!this.#over && !(this.#late && this.#users.size === 0)) {
      await new Promise((resolve) => setTimeout(resolve, this.#late ? 200 : lookEveryMs));
      const now = performance.now();
      for (const user of this.#users) for (const tab of user.tabs) tab.lookForSilence(now);
    }
  }
}

/** @param point 0 up to 100. */
function choose(point: number): readonly [DeskName, number] {
  let left = point;
  for (const [name, share, messages] of shares) {
    left -= share;
    if (left < 0) return [name, messages];
  }
  return ['steady', 40];
}

const emptyRecord = (number: number, id: string, agent: DeskName): SessionRecord => ({
  ...{ number, id, agent, answerWithinMs: agent === 'silent' ? silentWithin * 1_000 : null },
  ...{ said: [], asked: [], arrivals: [], tabs: [], left: false, log: [], dead: [], refusedCalls: new Set() },
});

import type { Chance } from '../random.ts';
import type { Caller } from './caller.ts';
import type { Said, SessionRecord, TabRecord, Trouble } from './record.ts';
import { type ServerFrame, Tab } from './tab.ts';

export type EndUserParts = Readonly<{
  url: string;
  caller: Caller;
  token: string;
  session: SessionRecord;
  chance: Chance;
  /** Messages of one handoff, at most. */
  mostMessages: number;
  /** Whether the run asks everybody to come to an end. */
  isLate: () => boolean;
  /** Asks the live agent of the handoff that owns to hand back. */
  handBack: (session: SessionRecord) => void;
  isOneOfSeveral: boolean;
  onAccepted: () => void;
  onTrouble: (session: SessionRecord, kind: Trouble['kind'], what: string) => void;
}>;

const mostOpen = 4;
const words = 'the quick brown fox jumps over the lazy dog and says ünïcödé 👋🏽 \u2028 "quoted" \\ back';

/** One end user from the first word to the end of the session. */
export class EndUser {
  readonly #parts: EndUserParts;
  readonly #tabs: Tab[] = [];
  #owner = 'virtual_agent';
  #ended = false;
  #count = 0;
  #look: () => void = () => {};

  constructor(parts: EndUserParts) {
    this.#parts = parts;
  }

  get tabs(): readonly Tab[] {
    return this.#tabs;
  }

  /** Who this is and where they stand, for whoever looks why they do not come to an end. */
  describe(): string {
    const { session } = this.#parts;
    const open = session.said.filter(
      ({ acceptedSeq, refused, by }) => by === 'socket' && acceptedSeq === null && !refused,
    );
    const last = session.tabs.map(
      ({ name, frames, complete }) => `${name} at ${frames.at(-1)?.seq}${complete ? ', complete' : ''}`,
    );
    const waits = open.map(({ id }) => id).join(' ');
    return `${session.id} of ${session.agent}, ${this.#owner}, ${last.join('; ')}, not accepted: ${waits || 'none'}`;
  }

  /** Resolves when the session has ended and every tab has read to its end. */
  async live(): Promise<void> {
    const { chance } = this.#parts;
    const tabs = chance.happens(0.15) ? 2 : 1;
    for (let tab = 0; tab < tabs; tab += 1) this.#openTab(tab);
    this.#say('my wifi is down', 0);
    const handoffs = chance.between(1, 3);
    for (let handoff = 1; handoff <= handoffs && !this.#ended; handoff += 1) {
      if (handoff > 1) await this.#askAgain();
      await this.#talk();
    }
    await this.#finish();
    await this.#until(() => this.#parts.session.tabs.every(({ complete }) => complete));
    this.leave();
  }

  leave(): void {
    for (const tab of this.#tabs) tab.leave();
  }

  #openTab(number: number): void {
    const { url, session, token, chance, onAccepted, onTrouble, isOneOfSeveral } = this.#parts;
    const record: TabRecord = { name: `tab ${number}`, frames: [], complete: false };
    session.tabs.push(record);
    const tab = new Tab({
      ...{ url, session: { id: session.id, token }, record, chance, isOneOfSeveral },
      onFact: (frame) => this.#see(frame, number),
      onChange: () => this.#look(),
      onAccepted,
      onTrouble: (kind, what) => onTrouble(session, kind, what),
    });
    this.#tabs.push(tab);
  }

  #see({ type, seq = 0, from, owner = '', status }: ServerFrame, tab: number): void {
    const { chance } = this.#parts;
    if (tab === 0 && type === 'session') {
      this.#owner = owner;
      this.#ended = status === 'ENDED';
    }
    if (from === 'live_agent' && chance.happens(0.3)) {
      this.#tabs[tab]?.send({ type: chance.happens(0.5) ? 'read' : 'received', seq });
    }
    this.#look();
  }

  /** What is said while a live agent owns the session, until enough was said or they hand back. */
  async #talk(): Promise<void> {
    const { chance, session, mostMessages, isLate, handBack } = this.#parts;
    await this.#until(() => this.#owner === 'live_agent' || this.#ended, 30_000);
    const many = chance.between(Math.ceil(mostMessages / 3), mostMessages);
    for (let said = 0; said < many && this.#owner === 'live_agent' && !isLate(); said += 1) {
      await this.#sayOne();
      if (chance.happens(0.01)) this.#tabs[chance.between(0, this.#tabs.length - 1)]?.tear();
      await pauseFor(chance.between(0, 240));
    }
    await this.#until(() => this.#openCount() === 0);
    if (this.#owner !== 'live_agent') return;
    if (chance.happens(0.08)) return this.#goAway();
    while (this.#owner === 'live_agent') {
      handBack(session);
      await this.#until(() => this.#owner !== 'live_agent', 2_000);
      // A live agent who never hands back owes an answer to this, so the response clock runs.
      if (this.#owner === 'live_agent' && this.#openCount() === 0) this.#say('are you there?', 0);
    }
  }

  async #sayOne(): Promise<void> {
    const { chance } = this.#parts;
    if (chance.happens(0.05)) return this.#step();
    await this.#until(() => this.#openCount() < mostOpen);
    const length = chance.happens(0.01) ? 4_000 : chance.between(5, 60);
    this.#say(
      words
        .repeat(Math.ceil(length / words.length))
        .slice(0, length)
        .toWellFormed(),
      chance.between(0, this.#tabs.length - 1),
    );
  }

  /** Says something by HTTP. It bears no id: when the answer is lost, nobody knows, and other words are tried. */
  async #step(): Promise<void> {
    const { caller, session, token, onAccepted, isOneOfSeveral } = this.#parts;
    const said = this.#note('by step', 'step', 0);
    try {
      const headers = { authorization: `Bearer ${token}` };
      const { status } = await caller.once('POST', `/http/${session.id}/step`, { json: { input: said.text }, headers });
      if (status === 200) {
        said.acceptedSeq = 0;
        onAccepted();
      } else if (isOneOfSeveral && status >= 500) {
        said.putOff = true; // The database or a balancer did not answer; what was begun may have been done.
      } else said.refused = true;
    } catch {
      said.putOff = true; // It may be in the log or not.
    }
  }

  async #askAgain(): Promise<void> {
    await this.#until(() => this.#openCount() === 0);
    if (this.#owner === 'virtual_agent') this.#say('human please', 0, 'human');
    await this.#until(() => this.#openCount() === 0);
  }

  /** The end user leaves in the middle; the frame has no answer but the end. */
  async #goAway(): Promise<void> {
    this.#parts.session.left = true;
    while (!this.#ended) {
      this.#tabs[0]?.send({ type: 'end' });
      await this.#until(() => this.#ended, 500);
    }
  }

  /** Comes to an end, wherever the flow stands. */
  async #finish(): Promise<void> {
    while (!this.#ended) {
      await this.#until(() => this.#openCount() === 0);
      if (this.#owner === 'live_agent') await this.#talk();
      else this.#say('bye bye', 0, 'bye');
      await this.#until(() => this.#ended, 1_500);
    }
  }

  #openCount(): number {
    return this.#tabs.reduce((sum, tab) => sum + tab.open, 0);
  }

  #say(text: string, tab: number, first = 'm'): void {
    const said = this.#note(text, 'socket', tab, first);
    this.#tabs[tab]?.say(said);
  }

  #note(text: string, by: Said['by'], tab: number, first = 'm'): Said {
    this.#count += 1;
    const id = `m${this.#count}`;
    const said: Said = {
      ...{ id, text: `${first} ${this.#count}: ${text}`, by, tab },
      ...{ acceptedSeq: null, refused: false, putOff: false, saidAt: 0, sentAt: 0 },
    };
    this.#parts.session.said.push(said);
    return said;
  }

  /** Waits until something holds, or so long. */
  #until(holds: () => boolean, ms?: number): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? null : setTimeout(() => done(), ms);
      const done = (): void => {
        if (timer !== null) clearTimeout(timer);
        this.#look = () => {};
        resolve();
      };
      this.#look = () => holds() && done();
    });
  }
}

const pauseFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

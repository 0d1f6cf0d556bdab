import type { Chance } from '../random.ts';
import type { Caller } from './caller.ts';
import type { Asked, SessionRecord } from './record.ts';

export type LiveAgentParts = Readonly<{
  caller: Caller;
  session: SessionRecord;
  epoch: number;
  chance: Chance;
  /** Of hundred messages it answers so many. */
  answersOf100: number;
  /** Never hands back, so that the response clock has to. */
  ignoresEnd: boolean;
  isOneOfSeveral: boolean;
  onAccepted: () => void;
}>;

/** Who answers in one handoff: each answer over HTTP under an Idempotency-Key, again until there is an answer. */
export class LiveAgent {
  readonly #parts: LiveAgentParts;
  readonly #waiting: string[] = [];
  #working = false;
  #over = false;
  #handsBack = false;
  #count = 0;

  constructor(parts: LiveAgentParts) {
    this.#parts = parts;
    this.#say(`Hello, this is handoff ${parts.epoch}.`);
  }

  /** The end user wrote. */
  hear(seq: number): void {
    const { chance, answersOf100 } = this.#parts;
    if (chance.between(1, 100) <= answersOf100) this.#say(`Answer to ${seq}.`);
  }

  /** Says what is left to say, then hands back. */
  handBack(): void {
    if (this.#parts.ignoresEnd) return;
    this.#handsBack = true;
    void this.#work();
  }

  /** The handoff has ended: nothing more is to be said. */
  stop(): void {
    this.#over = true;
  }

  #say(text: string): void {
    if (this.#over) return;
    this.#waiting.push(text);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      for (let text = this.#waiting.shift(); text !== undefined; text = this.#waiting.shift()) await this.#ask(text);
      if (this.#handsBack && !this.#over) {
        this.#over = true;
        await this.#ask(null);
      }
    } catch {
      this.#over = true; // The run is over.
    } finally {
      this.#working = false;
    }
  }

  async #ask(words: string | null): Promise<void> {
    const { session, epoch, chance } = this.#parts;
    this.#count += 1;
    const key = `${epoch}-${this.#count}`;
    const text = words === null ? null : `${epoch}.${this.#count}: ${words}`;
    // Without an epoch only the key keeps a late repeat from ending, or speaking in, the next handoff.
    const named = chance.happens(0.5);
    const asked: Asked = { key, epoch, named, text, uuids: new Set(), verdict: 'open' };
    session.asked.push(asked);
    await this.#make(asked);
    const again = chance.between(1, 100);
    if (again <= 3) await this.#make(asked);
    else if (again <= 5) await Promise.all([this.#make(asked), this.#make(asked)]);
  }

  async #make(asked: Asked): Promise<void> {
    const { caller, session, onAccepted, isOneOfSeveral } = this.#parts;
    const road = asked.text === null ? 'disconnect' : 'outbound';
    const epoch = asked.named ? { epoch: asked.epoch } : {};
    const json = asked.text === null ? epoch : { text: asked.text, ...epoch };
    const headers = { 'idempotency-key': asked.key };
    const { status, body, tries } = await caller.stubborn('POST', `/live-agent/${road}/${session.id}`, {
      json,
      headers,
    });
    if (status === 200) {
      if (asked.verdict === 'open' && asked.text !== null) onAccepted();
      asked.verdict = 'accepted';
      if (asked.text !== null) asked.uuids.add(String(body.message_uuid));
    } else {
      if (asked.verdict === 'accepted') asked.uuids.add(`status ${status} after it was accepted`);
      // Of several one may still have a try that was not answered, and do it when this refusal holds no more.
      else if (!(isOneOfSeveral && tries > 1)) asked.verdict = 'refused';
      if (status === 409) this.#over = true;
    }
  }
}

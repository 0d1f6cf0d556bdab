import type { DeskPerson, DeskSync } from '../../contract/desk-api.ts';
import { backoffMs, newId } from '../parts/chance.ts';
import { createStore, type Store } from '../parts/store.ts';
import { texts } from '../texts/texts.ts';
import { type Answer, deskApiPath, deskCalls } from './desk-calls.ts';
import { type Desk, emptyDesk, type Happening, reduceDesk } from './desk-state.ts';
import { keepOutgoing, keepSeen, keptOutgoing, keptSeen } from './kept-on-desk.ts';

const typingEveryMs = 3_000;
/** Longer than two beats of the stream: one that says nothing for so long is dead, though nobody closed it. */
const silentMs = 40_000;

/**
 * Keeps one page in step with the desk: first all that is open, then the stream of what changes. Replies of one
 * conversation go out one after the other, each until the desk has answered it.
 */
export class DeskClient {
  readonly me: DeskPerson;
  readonly store: Store<Desk, Happening>;
  #source: EventSource | null = null;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #typedAt = 0;
  /** Ends each pause before a reply is sent again. */
  readonly #pauses = new Set<() => void>();
  readonly #lanes = new Map<string, Promise<void>>();

  constructor(me: DeskPerson) {
    this.me = me;
    this.store = createStore(reduceDesk, emptyDesk(keptSeen(), keptOutgoing(me.id)));
  }

  /** @returns how to stop. */
  start(): () => void {
    this.#stopped = false;
    const online = (): void => this.#hurry();
    const unsubscribe = this.store.subscribe(() => {
      keepSeen(this.store.state());
      keepOutgoing(this.store.state());
    });
    window.addEventListener('online', online);
    void this.#begin();
    this.#sendKept();
    return () => {
      this.#stopped = true;
      clearTimeout(this.#retry);
      clearTimeout(this.#silence);
      this.#wake();
      this.#source?.close();
      unsubscribe();
      window.removeEventListener('online', online);
    };
  }

  async readStory(id: string): Promise<boolean> {
    const answer = this.#checked(await deskCalls.story(id));
    if (answer.kind === 'ok') this.store.dispatch({ kind: 'story-told', story: answer.body });
    return answer.kind === 'ok';
  }

  take = (id: string): Promise<boolean> => this.#change(deskCalls.take(id));

  end = (id: string): Promise<boolean> => this.#change(deskCalls.end(id));

  say(conversationId: string, text: string): void {
    const id = newId();
    const at = new Date().toISOString();
    this.store.dispatch({ kind: 'wrote', conversationId, id, text, at, by: this.me });
    this.#queue(conversationId, { id, text });
  }

  sayAgain(conversationId: string, id: string, text: string): void {
    this.store.dispatch({ kind: 'tried-again', conversationId, id });
    this.#queue(conversationId, { id, text });
  }

  typing(conversationId: string): void {
    if (Date.now() - this.#typedAt < typingEveryMs) return;
    this.#typedAt = Date.now();
    void deskCalls.typing(conversationId);
  }

  #sendKept(): void {
    for (const message of Object.values(this.store.state().outgoing).flat()) {
      if (message.status === 'sending') this.#queue(message.conversationId, { id: message.id, text: message.text });
    }
  }

  #queue(conversationId: string, message: { id: string; text: string }): void {
    const before = this.#lanes.get(conversationId) ?? Promise.resolve();
    this.#lanes.set(
      conversationId,
      before.then(() => this.#send(conversationId, message)),
    );
  }

  async #send(conversationId: string, message: { id: string; text: string }): Promise<void> {
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      const answer = this.#checked(await deskCalls.say(conversationId, message));
      if (answer.kind === 'ok') return this.store.dispatch({ kind: 'entry-told', entry: answer.body });
      if (answer.kind === 'refused' && answer.status !== 429) {
        return this.store.dispatch({ kind: 'refused', conversationId, id: message.id, why: whyOf(answer) });
      }
      if (!this.#stopped) await this.#pause(backoffMs(attempt));
    }
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => {
      clearTimeout(timer);
      this.#pauses.delete(end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    this.#pauses.add(end);
    return promise;
  }

  #wake(): void {
    for (const end of [...this.#pauses]) end();
  }

  async #change(calling: ReturnType<typeof deskCalls.take>): Promise<boolean> {
    const answer = this.#checked(await calling);
    if (answer.kind === 'ok') this.store.dispatch({ kind: 'conversation-told', conversation: answer.body });
    return answer.kind === 'ok';
  }

  /** Whatever call learns that nobody is signed in any more, or may not sit here, the page is over. */
  #checked<Body>(answer: Answer<Body>): Answer<Body> {
    if (answer.kind === 'signed-out' || (answer.kind === 'refused' && answer.code === 'role-missing')) {
      this.#stopped = true;
      clearTimeout(this.#silence);
      this.#source?.close();
      this.store.dispatch({ kind: 'linked', link: 'signed-out' });
    }
    return answer;
  }

  async #begin(): Promise<void> {
    const answer = this.#checked(await deskCalls.sync());
    if (this.#stopped) return;
    if (answer.kind !== 'ok') return this.#later(() => this.#begin());
    this.store.dispatch({ kind: 'synced', sync: answer.body, isFirst: true });
    this.#stream();
  }

  #stream(): void {
    this.#source?.close();
    const source = new EventSource(`${deskApiPath}/stream?after=${this.store.state().cursor}`);
    this.#source = source;
    this.#heard();
    source.addEventListener('beat', () => this.#heard());
    source.onopen = () => {
      this.#heard();
      this.#attempt = 0;
      this.store.dispatch({ kind: 'linked', link: 'live' });
      this.#wake();
    };
    source.onmessage = ({ data }) => {
      this.#heard();
      this.store.dispatch({ kind: 'synced', sync: JSON.parse(String(data)) as DeskSync, isFirst: false });
    };
    source.onerror = () => {
      this.store.dispatch({ kind: 'linked', link: 'lost' });
      // The browser goes on by itself unless it was refused; why, it does not tell.
      if (source.readyState === EventSource.CLOSED) this.#later(() => this.#resume());
    };
  }

  /** The stream lives; when it falls silent another takes its place. */
  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.store.dispatch({ kind: 'linked', link: 'lost' });
      this.#stream();
    }, silentMs);
  }

  async #resume(): Promise<void> {
    const answer = this.#checked(await deskCalls.me());
    if (this.#stopped) return;
    if (answer.kind === 'ok') this.#stream();
    else this.#later(() => this.#resume());
  }

  #later(task: () => Promise<void>): void {
    this.store.dispatch({ kind: 'linked', link: 'lost' });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void task(), backoffMs(this.#attempt++));
  }

  #hurry(): void {
    this.#wake();
    if (this.store.state().link !== 'lost' || this.#source === null) return;
    clearTimeout(this.#retry);
    this.#stream();
  }
}

function whyOf({ code, message }: Answer<unknown> & { kind: 'refused' }): string {
  if (code === 'ended') return texts.desk.refusedEnded;
  if (code === 'not-yours') return texts.desk.refusedNotYours;
  return message === '' ? texts.desk.refusedPlain : message;
}

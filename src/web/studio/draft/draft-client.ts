import { backoffMs } from '../../parts/chance.ts';
import { createStore, type Store } from '../../parts/store.ts';
import { draftTexts } from '../../texts/studio/draft.ts';
import { type Answer, type AnswerTo, ask, type Failure } from '../api/ask.ts';
import { sentenceOf } from '../parts/frame.tsx';
import { tell } from '../parts/toasts.tsx';
import { type Definition, readDefinition } from './definition.ts';
import {
  type DraftHappening,
  type DraftState,
  draftState,
  hasUnsaved,
  type OpenDraft,
  type Stored,
} from './draft-state.ts';
import type { Edit } from './edit.ts';
import { readFindings } from './findings.ts';
import { forgetWork, keepWork, takeWork, type WhoseWork } from './kept-work.ts';

/*
 * Holds the draft of one virtual agent for all pages that work on it.
 * 1. One save is under way at a time, and names the revision that it follows; so nobody's work is written over unseen.
 * 2. What the server does not have yet is kept by the browser too.
 * 3. What one edits while the server is read is worth more than what was read.
 */
export class DraftClient {
  readonly store: Store<DraftState, DraftHappening> = createStore<DraftState, DraftHappening>(draftState, {
    kind: 'loading',
  });
  readonly #whose: WhoseWork;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #inFlight: Promise<void> | null = null;
  /** Saves since the last answer: the server may have one of them. */
  #unanswered: readonly Sent[] = [];
  #isChoosing = false;

  constructor(whose: WhoseWork) {
    this.#whose = whose;
  }

  /** Reads what the server has, unless there is work here that it has not. */
  async open(): Promise<void> {
    const before = this.store.state();
    if (hasUnsaved(before) || this.#inFlight !== null) return;
    const read = await this.#read();
    if (this.store.state() !== before || this.#inFlight !== null) return;
    if (read.kind !== 'loaded') return this.store.dispatch(read);
    // A page that is open has its own work at hand; what is kept is another tab's.
    const kept = before.kind === 'open' ? null : takeWork(this.#whose);
    const isKnown = kept === null || JSON.stringify(kept.definition) === JSON.stringify(read.definition);
    if (isKnown) return this.store.dispatch(read);
    // It still follows what it followed then, however often it is brought back.
    this.store.dispatch({ ...read, stored: kept.stored });
    this.edit(() => kept.definition, '');
    if (kept.stored.revision === read.stored.revision) tell(draftTexts.restored);
    else this.store.dispatch({ kind: 'overtaken', revision: read.stored.revision });
  }

  edit(edit: Edit, what: string): void {
    this.#dispatchEdit({ kind: 'edited', edit, what, at: Date.now() });
  }

  undo(): void {
    this.#dispatchEdit({ kind: 'undone' });
  }

  redo(): void {
    this.#dispatchEdit({ kind: 'redone' });
  }

  /** Saves now what is not saved. @returns the revision that the server has, or null when it has not all. */
  async save(isForced = false): Promise<number | null> {
    clearTimeout(this.#timer);
    for (;;) {
      while (this.#inFlight !== null) await this.#inFlight;
      const state = this.store.state();
      if (state.kind !== 'open' || state.saving.kind === 'overtaken') return null;
      const isKnown = state.editor.definition === state.known && this.#unanswered.length === 0;
      if (isKnown && (!isForced || state.stored.revision !== null)) return state.stored.revision;
      await this.#alone(() => this.#put(state));
      const after = this.store.state();
      if (after.kind !== 'open' || after.saving.kind === 'failed') return null;
    }
  }

  /** Publishes what is drafted. */
  async publish(): Promise<Answer<AnswerTo<'publishDraft'>>> {
    const revision = await this.save(true);
    const state = this.store.state();
    if (revision === null) return failureOf(state);
    return this.#alone(async () => {
      const answer = await ask('publishDraft', { path: this.#path(), body: { revision } });
      if (answer.kind === 'ok') this.store.dispatch({ kind: 'published', version: answer.body.version });
      else if (isOvertaken(answer)) this.#overtaken(answer);
      return answer;
    });
  }

  /** Publishes what is drafted although another version was published since it began, or none is any more. */
  async publishOver(version: number | null): Promise<Answer<AnswerTo<'publishDraft'>>> {
    await this.#alone(async () => {
      const state = this.store.state();
      if (state.kind !== 'open') return;
      const stored = { ...state.stored, base: version };
      this.store.dispatch({ kind: 'rebased', stored });
      await this.#put({ ...state, stored });
    });
    return this.publish();
  }

  /** Takes what the server has; one's own work is one step back. */
  takeTheirs(): Promise<void> {
    return this.#choose((read) => {
      if (read.kind === 'not-there') return tell(draftTexts.noneTitle, 'bad');
      const { definition, stored, findings } = read;
      forgetWork(this.#whose);
      this.store.dispatch({ kind: 'replaced', definition, stored, findings, at: Date.now() });
    });
  }

  /** Saves one's own work over what the server has. */
  keepMine(): Promise<void> {
    return this.#choose(async (read) => {
      const stored = read.kind === 'loaded' ? read.stored : { revision: null, base: null };
      this.store.dispatch({ kind: 'rebased', stored });
      await this.save();
    });
  }

  /** Reads what the server has, and does what was chosen; once, however often it is pressed. */
  async #choose(chosen: (read: Exclude<Read, { kind: 'refused' }>) => void | Promise<void>): Promise<void> {
    if (this.#isChoosing) return;
    this.#isChoosing = true;
    const read = await this.#read();
    if (read.kind === 'refused') tell(sentenceOf(read.failure), 'bad');
    else await chosen(read);
    this.#isChoosing = false;
  }

  /** Does what nothing else may be saved or published beside. */
  async #alone<Result>(task: () => Promise<Result>): Promise<Result> {
    while (this.#inFlight !== null) await this.#inFlight;
    const done = task();
    const over = (): void => {
      this.#inFlight = null;
    };
    this.#inFlight = done.then(over, over);
    await this.#inFlight;
    return done;
  }

  #path(): Readonly<Record<string, string>> {
    return { agent_id: this.#whose.agentId };
  }

  #dispatchEdit(happening: DraftHappening): void {
    this.store.dispatch(happening);
    const state = this.store.state();
    if (state.kind !== 'open') return;
    if (hasUnsaved(state)) keepWork(this.#whose, { stored: state.stored, definition: state.editor.definition });
    // What was undone before it was saved is not to be brought back.
    else forgetWork(this.#whose);
    if (state.saving.kind === 'dirty') this.#later(quietMs);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), ms);
  }

  async #read(): Promise<Read> {
    // The list says what there is, so that nothing is asked for in vain.
    const list = await ask('listAgents');
    if (list.kind !== 'ok') return { kind: 'refused', failure: list };
    const isThis = ({ agent_id: id }: { agent_id: string }): boolean => id === this.#whose.agentId;
    const published = list.body.agents.find(isThis)?.version ?? null;
    const path = this.#path();
    if (list.body.drafts.some(isThis)) {
      const draft = await ask('getDraft', { path });
      if (draft.kind !== 'ok') return { kind: 'refused', failure: draft };
      const { definition, revision, base_version: base, faults, warnings } = draft.body;
      const findings = readFindings(faults, warnings);
      return {
        kind: 'loaded',
        definition: readDefinition(definition),
        stored: { revision, base },
        findings,
        published,
      };
    }
    if (published === null) return { kind: 'not-there' };
    const agent = await ask('getAgent', { path });
    if (agent.kind !== 'ok') return { kind: 'refused', failure: agent };
    const definition = readDefinition(agent.body.definition);
    return { kind: 'loaded', definition, stored: { revision: null, base: published }, findings: [], published };
  }

  async #put({ editor: { definition }, stored }: OpenDraft): Promise<void> {
    this.store.dispatch({ kind: 'save-began' });
    const sent = { definition, stored };
    const answer = await this.#send(sent);
    if (answer.kind === 'unreachable') {
      this.#unanswered = [...this.#unanswered.slice(-mostUnanswered), sent];
      this.store.dispatch({ kind: 'save-failed', failure: answer });
      return this.#later(backoffMs(this.#attempt++));
    }
    const unanswered = this.#unanswered;
    this.#unanswered = [];
    if (answer.kind === 'ok') return this.#saved(definition, answer.body);
    if (isOvertaken(answer)) return (await this.#isOwn(unanswered)) ? undefined : this.#overtaken(answer);
    this.store.dispatch({ kind: 'save-failed', failure: answer });
  }

  #send({ definition, stored: { revision, base } }: Sent): Promise<Answer<AnswerTo<'saveDraft'>>> {
    const body = { definition, base_version: base, ...(revision !== null && { revision }) };
    return ask('saveDraft', { path: this.#path(), body });
  }

  /**
   * Whether one's own save is what overtook: its answer was lost, and it was edited on meanwhile. Sent again, what the
   * server has already is taken, and everything else is refused.
   */
  async #isOwn(unanswered: readonly Sent[]): Promise<boolean> {
    for (const sent of unanswered) {
      const answer = await this.#send(sent);
      if (answer.kind !== 'ok') continue;
      this.#saved(sent.definition, answer.body);
      return true;
    }
    return false;
  }

  #overtaken(answer: Failure): void {
    this.store.dispatch({ kind: 'overtaken', revision: revisionIn(answer) });
  }

  #saved(definition: Definition, { revision, base_version: base, faults, warnings }: AnswerTo<'saveDraft'>): void {
    this.#attempt = 0;
    const findings = readFindings(faults, warnings);
    this.store.dispatch({ kind: 'saved', definition, stored: { revision, base }, findings });
    if (hasUnsaved(this.store.state())) this.#later(quietMs);
    else forgetWork(this.#whose);
  }
}

type Read = Extract<DraftHappening, { kind: 'loaded' | 'refused' | 'not-there' }>;
/** What was sent to be saved, and what it follows. */
type Sent = Readonly<{ definition: Definition; stored: Stored }>;

const mostUnanswered = 7;

/** How long nothing is edited before it is saved. */
const quietMs = 600;

const isOvertaken = (failure: Failure): boolean => failure.kind === 'refused' && failure.code === 'draft-overtaken';

function revisionIn(failure: Failure): number | null {
  const revision = failure.kind === 'refused' ? failure.body.revision : null;
  return typeof revision === 'number' ? revision : null;
}

function failureOf(state: DraftState): Failure {
  if (state.kind !== 'open') return { kind: 'unreachable' };
  if (state.saving.kind === 'failed') return state.saving.failure;
  const of = { status: 409, code: 'draft-overtaken', faults: [], retryAfterSeconds: null, body: {} };
  return { kind: 'refused', message: draftTexts.overtakenTitle, ...of };
}

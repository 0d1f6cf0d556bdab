import { backoffMs } from '../../parts/chance.ts';
import { createStore, type Store } from '../../parts/store.ts';
import { draftTexts } from '../../texts/studio/draft.ts';
import { type Answer, type AnswerTo, ask, type Failure } from '../api/ask.ts';
import { tell } from '../parts/toasts.tsx';
import { type Definition, readDefinition } from './definition.ts';
import { type DraftHappening, type DraftState, draftState, hasUnsaved, type OpenDraft } from './draft-state.ts';
import type { Edit } from './edit.ts';
import { readFindings } from './findings.ts';
import { findWork, forgetWork, keepWork } from './kept-work.ts';

/*
 * Holds the draft of one virtual agent for all pages that work on it.
 * 1. One save is under way at a time, and names the revision that it follows; so nobody's work is written over unseen.
 * 2. What the server does not have yet is kept by the browser too.
 */
export class DraftClient {
  readonly store: Store<DraftState, DraftHappening> = createStore<DraftState, DraftHappening>(draftState, {
    kind: 'loading',
  });
  readonly #agentId: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #inFlight: Promise<void> | null = null;

  constructor(agentId: string) {
    this.#agentId = agentId;
  }

  /** Reads what the server has, unless there is work here that it has not. */
  async open(): Promise<void> {
    if (hasUnsaved(this.store.state()) || this.#inFlight !== null) return;
    const read = await this.#read();
    this.store.dispatch(read);
    if (read.kind !== 'loaded') return;
    const kept = findWork(this.#agentId);
    if (kept === null || JSON.stringify(kept.definition) === JSON.stringify(read.definition)) return;
    this.edit(() => kept.definition, '');
    if (kept.revision === read.stored.revision) tell(draftTexts.restored);
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
      if (this.#inFlight !== null) await this.#inFlight;
      const state = this.store.state();
      if (state.kind !== 'open' || state.saving.kind === 'overtaken') return null;
      const isDone = state.editor.definition === state.known && (!isForced || state.stored.revision !== null);
      if (isDone) return state.stored.revision;
      this.#inFlight = this.#put(state).finally(() => {
        this.#inFlight = null;
      });
      await this.#inFlight;
      const after = this.store.state();
      if (after.kind !== 'open' || after.saving.kind === 'failed') return null;
    }
  }

  /** Publishes what is drafted. */
  async publish(): Promise<Answer<AnswerTo<'publishDraft'>>> {
    const revision = await this.save(true);
    const state = this.store.state();
    if (revision === null) return failureOf(state);
    const answer = await ask('publishDraft', { path: this.#path(), body: { revision } });
    if (answer.kind === 'ok') this.store.dispatch({ kind: 'published', version: answer.body.version });
    else if (isOvertaken(answer)) this.store.dispatch({ kind: 'overtaken', revision: revisionIn(answer) });
    return answer;
  }

  /** Publishes what is drafted although another version was published since it began, or none is any more. */
  async publishOver(version: number | null): Promise<Answer<AnswerTo<'publishDraft'>>> {
    const state = this.store.state();
    if (state.kind !== 'open') return failureOf(state);
    this.store.dispatch({ kind: 'rebased', stored: { revision: state.stored.revision, base: version } });
    await this.#put(state.stored.base === version ? state : { ...state, stored: { ...state.stored, base: version } });
    return this.publish();
  }

  /** Takes what the server has; one's own work is one step back. */
  async takeTheirs(): Promise<void> {
    const read = await this.#read();
    if (read.kind !== 'loaded') return this.#cannot(read);
    const { definition, stored, findings } = read;
    forgetWork(this.#agentId);
    this.store.dispatch({ kind: 'replaced', definition, stored, findings, at: Date.now() });
  }

  /** Saves one's own work over what the server has. */
  async keepMine(): Promise<void> {
    const read = await this.#read();
    if (read.kind !== 'loaded') return this.#cannot(read);
    this.store.dispatch({ kind: 'rebased', stored: read.stored });
    await this.save();
  }

  #cannot(read: DraftHappening): void {
    tell(
      read.kind === 'refused' && read.failure.kind === 'refused' ? read.failure.message : draftTexts.notSaved,
      'bad',
    );
  }

  #path(): Readonly<Record<string, string>> {
    return { agent_id: this.#agentId };
  }

  #dispatchEdit(happening: DraftHappening): void {
    this.store.dispatch(happening);
    const state = this.store.state();
    if (state.kind !== 'open') return;
    const { revision } = state.stored;
    if (hasUnsaved(state)) keepWork(this.#agentId, { revision, definition: state.editor.definition });
    // What was undone before it was saved is not to be brought back.
    else forgetWork(this.#agentId);
    if (state.saving.kind === 'dirty') this.#later(quietMs);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), ms);
  }

  async #read(): Promise<Extract<DraftHappening, { kind: 'loaded' | 'refused' | 'not-there' }>> {
    // The list says what there is, so that nothing is asked for in vain.
    const list = await ask('listAgents');
    if (list.kind !== 'ok') return { kind: 'refused', failure: list };
    const isThis = ({ agent_id: id }: { agent_id: string }): boolean => id === this.#agentId;
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

  async #put({ editor: { definition }, stored: { revision, base } }: OpenDraft): Promise<void> {
    this.store.dispatch({ kind: 'save-began' });
    const body = { definition, base_version: base, ...(revision !== null && { revision }) };
    const answer = await ask('saveDraft', { path: this.#path(), body });
    if (answer.kind === 'ok') return this.#saved(definition, answer.body);
    if (isOvertaken(answer)) return this.store.dispatch({ kind: 'overtaken', revision: revisionIn(answer) });
    this.store.dispatch({ kind: 'save-failed', failure: answer });
    if (answer.kind === 'unreachable') this.#later(backoffMs(this.#attempt++));
  }

  #saved(definition: Definition, { revision, base_version: base, faults, warnings }: AnswerTo<'saveDraft'>): void {
    this.#attempt = 0;
    const findings = readFindings(faults, warnings);
    this.store.dispatch({ kind: 'saved', definition, stored: { revision, base }, findings });
    if (hasUnsaved(this.store.state())) this.#later(quietMs);
    else forgetWork(this.#agentId);
  }
}

/** How long nothing is edited before it is saved. */
const quietMs = 600;

const isOvertaken = (failure: Failure): boolean => failure.kind === 'refused' && failure.code === 'draft-overtaken';

function revisionIn(failure: Failure): number | null {
  const revision = failure.kind === 'refused' ? failure.body.revision : null;
  return typeof revision === 'number' ? revision : null;
}

function failureOf(state: DraftState): Failure {
  return state.kind === 'open' && state.saving.kind === 'failed' ? state.saving.failure : { kind: 'unreachable' };
}

import type { Failure } from '../api/ask.ts';
import type { Definition } from './definition.ts';
import { type EditorHappening, type EditorState, edited, openedWith } from './editor-state.ts';
import type { DraftFinding } from './findings.ts';

/** A draft as the server has it. No revision: there is only the published version, or nothing yet. */
export type Stored = Readonly<{
  revision: number | null;
  /** The published version that the draft follows; null for none. */
  base: number | null;
}>;

export type Saving =
  | Readonly<{ kind: 'saved' }>
  | Readonly<{ kind: 'dirty' }>
  | Readonly<{ kind: 'saving' }>
  /** It is tried again by itself when the server could not be reached; otherwise with the next edit. */
  | Readonly<{ kind: 'failed'; failure: Failure }>
  /** Somebody else saved meanwhile; null when they discarded or published the draft. */
  | Readonly<{ kind: 'overtaken'; revision: number | null }>;

/** What is known of a virtual agent that is worked on. */
export type DraftState =
  | Readonly<{ kind: 'loading' }>
  | Readonly<{ kind: 'failed'; failure: Failure }>
  | Readonly<{ kind: 'none' }>
  | Readonly<{
      kind: 'open';
      editor: EditorState;
      stored: Stored;
      saving: Saving;
      /** The definition that the server has, to be compared by identity. */
      known: Definition;
      findings: readonly DraftFinding[];
      /** The published version now; null for none. */
      published: number | null;
    }>;

export type OpenDraft = Extract<DraftState, { kind: 'open' }>;

export type DraftHappening =
  | Readonly<{ kind: 'asked' }>
  | Readonly<{ kind: 'refused'; failure: Failure }>
  | Readonly<{ kind: 'not-there' }>
  | Readonly<{
      kind: 'loaded';
      definition: Definition;
      stored: Stored;
      findings: readonly DraftFinding[];
      published: number | null;
    }>
  /** Another's draft was taken in the place of one's own, which is one step back. */
  | Readonly<{
      kind: 'replaced';
      definition: Definition;
      stored: Stored;
      findings: readonly DraftFinding[];
      at: number;
    }>
  | Exclude<EditorHappening, { kind: 'opened' }>
  | Readonly<{ kind: 'save-began' }>
  | Readonly<{ kind: 'saved'; definition: Definition; stored: Stored; findings: readonly DraftFinding[] }>
  | Readonly<{ kind: 'save-failed'; failure: Failure }>
  | Readonly<{ kind: 'overtaken'; revision: number | null }>
  /** One's own work is to be saved over what another saved. */
  | Readonly<{ kind: 'rebased'; stored: Stored }>
  | Readonly<{ kind: 'published'; version: number }>;

export function draftState(state: DraftState, happening: DraftHappening): DraftState {
  switch (happening.kind) {
    case 'asked':
      return { kind: 'loading' };
    case 'refused':
      return { kind: 'failed', failure: happening.failure };
    case 'not-there':
      return { kind: 'none' };
    case 'loaded': {
      const { definition, stored, findings, published } = happening;
      const saving = { kind: 'saved' } as const;
      // Another page of the studio read it again: what was done on the one before can still be undone.
      if (state.kind === 'open' && !hasUnsaved(state) && isSame(state.stored, stored)) {
        return { ...state, findings, published, saving };
      }
      return { kind: 'open', editor: openedWith(definition), stored, saving, known: definition, findings, published };
    }
    default:
      return state.kind === 'open' ? openDraft(state, happening) : state;
  }
}

const isSame = (one: Stored, other: Stored): boolean => one.revision === other.revision && one.base === other.base;

type OpenHappening = Exclude<DraftHappening, { kind: 'asked' | 'refused' | 'not-there' | 'loaded' }>;

function openDraft(state: OpenDraft, happening: OpenHappening): OpenDraft {
  switch (happening.kind) {
    case 'edited':
    case 'undone':
    case 'redone':
      return withEditor(state, edited(state.editor, happening));
    case 'replaced': {
      const { definition, stored, findings, at } = happening;
      const editor = edited(state.editor, { kind: 'edited', edit: () => definition, what: '', at });
      return { ...state, editor, stored, findings, known: definition, saving: { kind: 'saved' } };
    }
    case 'save-began':
      return { ...state, saving: { kind: 'saving' } };
    case 'saved': {
      const { definition, stored, findings } = happening;
      const saving: Saving = { kind: state.editor.definition === definition ? 'saved' : 'dirty' };
      return { ...state, stored, findings, known: definition, saving };
    }
    case 'save-failed':
      return { ...state, saving: { kind: 'failed', failure: happening.failure } };
    case 'overtaken':
      return { ...state, saving: { kind: 'overtaken', revision: happening.revision } };
    case 'rebased':
      return { ...state, stored: happening.stored, saving: { kind: 'dirty' } };
    case 'published': {
      const { version } = happening;
      return { ...state, stored: { revision: null, base: version }, published: version };
    }
  }
}

function withEditor(state: OpenDraft, editor: EditorState): OpenDraft {
  if (editor === state.editor) return state;
  const isSettled = state.saving.kind === 'overtaken' || state.saving.kind === 'saving';
  const saving: Saving = isSettled ? state.saving : { kind: editor.definition === state.known ? 'saved' : 'dirty' };
  return { ...state, editor, saving };
}

/** Whether there is work that the server does not have. */
export const hasUnsaved = (state: DraftState): boolean =>
  state.kind === 'open' && state.editor.definition !== state.known;

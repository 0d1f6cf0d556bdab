import type { Definition } from './definition.ts';
import type { Edit } from './edit.ts';

/*
 * A draft that is being worked on.
 * 1. What is undone can be done again, until something else is done.
 * 2. Edits of the same thing in quick succession are one step back: a text that is typed, a node that is dragged.
 */
export type EditorState = Readonly<{
  definition: Definition;
  past: readonly Definition[];
  future: readonly Definition[];
  /** Names what was edited last, and when, ms. */
  last: Readonly<{ what: string; at: number }> | null;
}>;

export type EditorHappening =
  | Readonly<{ kind: 'opened'; definition: Definition }>
  /** @param what is edited, such as `node:greet:text`; the empty string is never one step with what came before. */
  | Readonly<{ kind: 'edited'; edit: Edit; what: string; at: number }>
  | Readonly<{ kind: 'undone' }>
  | Readonly<{ kind: 'redone' }>;

const most = 200;
const oneStepMs = 2_000;

export const openedWith = (definition: Definition): EditorState => ({ definition, past: [], future: [], last: null });

export function edited(state: EditorState, happening: EditorHappening): EditorState {
  switch (happening.kind) {
    case 'opened':
      return openedWith(happening.definition);
    case 'edited': {
      const definition = happening.edit(state.definition);
      if (definition === state.definition) return state;
      const { what, at } = happening;
      const goesOn = what !== '' && state.last?.what === what && at - state.last.at < oneStepMs;
      const past = goesOn ? state.past : [...state.past, state.definition].slice(-most);
      return { definition, past, future: [], last: { what, at } };
    }
    case 'undone': {
      const definition = state.past.at(-1);
      if (definition === undefined) return state;
      return { definition, past: state.past.slice(0, -1), future: [state.definition, ...state.future], last: null };
    }
    case 'redone': {
      const [definition, ...future] = state.future;
      if (definition === undefined) return state;
      return { definition, past: [...state.past, state.definition], future, last: null };
    }
  }
}

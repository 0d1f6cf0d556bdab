import { useEffect, useState } from 'preact/hooks';

/** A state that changes only by what happens, and tells who watches. */
export type Store<State, Happening> = Readonly<{
  state: () => State;
  dispatch: (happening: Happening) => void;
  subscribe: (changed: () => void) => () => void;
}>;

export function createStore<State, Happening>(
  reduce: (state: State, happening: Happening) => State,
  initial: State,
): Store<State, Happening> {
  let state = initial;
  const watchers = new Set<() => void>();
  return {
    state: () => state,
    dispatch: (happening) => {
      const next = reduce(state, happening);
      if (next === state) return;
      state = next;
      for (const changed of watchers) changed();
    },
    subscribe: (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}

export function useStore<State, Happening>(store: Store<State, Happening>): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    const changed = (): void => setState(() => store.state());
    changed();
    return store.subscribe(changed);
  }, [store]);
  return state;
}

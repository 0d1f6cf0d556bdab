import { useLayoutEffect, useState } from 'preact/hooks';

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

/**
 * Runs a task once, with the next frame that is drawn; a page that is not shown draws none, so there it takes a moment.
 * What a stream brings in one go is so drawn in one go.
 */
function withNextFrame(task: () => void): void {
  const run = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    task();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, 100);
}

/**
 * @param draws what is written by whoever looks at it is drawn at once: whatever else is drawn before the next frame would
 * put what stood in a field before into it, and the letters of that moment would be lost.
 */
export function useStore<State, Happening>(
  store: Store<State, Happening>,
  draws: 'with-next-frame' | 'at-once' = 'with-next-frame',
): State {
  const [state, setState] = useState(store.state);
  useLayoutEffect(() => {
    let isDue = false;
    const draw = (): void => {
      isDue = false;
      setState(() => store.state());
    };
    const changed = (): void => {
      if (!isDue) withNextFrame(draw);
      isDue = true;
    };
    draw();
    return store.subscribe(draws === 'at-once' ? draw : changed);
  }, [store, draws]);
  return state;
}

import type { Call, CallChange } from '../core/commands.ts';
import type { SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';

/** One committed step of a session. `events` follow `before` without a hole. */
export type Change = Readonly<{
  before: number;
  session: Session;
  events: readonly SessionEvent[];
  calls: readonly Call[];
  changes: readonly CallChange[];
}>;

export type ChangeHub = Readonly<{
  publish: (changes: readonly Change[]) => void;
  changes: () => AsyncIterable<readonly Change[]>;
  end: () => void;
}>;

/**
 * Tells readers of what was committed. Each reader pulls at its own pace from a queue of its own; nobody is called
 * back, so a reader can neither stop a commit nor be run inside one.
 */
export function changeHub(): ChangeHub {
  const readers = new Set<Reader>();
  let ended = false;
  return {
    publish: (changes) => {
      if (changes.length === 0) return;
      for (const reader of readers) reader.push(changes);
    },
    // The queue is opened by the call, not by the first read, so that nothing committed in between is missed.
    changes: () => {
      const reader = createReader(() => readers.delete(reader));
      if (ended) reader.end();
      else readers.add(reader);
      return { [Symbol.asyncIterator]: () => reader.iterator };
    },
    end: () => {
      ended = true;
      for (const reader of readers) reader.end();
    },
  };
}

type Reader = Readonly<{
  push: (changes: readonly Change[]) => void;
  end: () => void;
  iterator: AsyncIterator<readonly Change[]>;
}>;

function createReader(left: () => void): Reader {
  const queue: (readonly Change[])[] = [];
  let ended = false;
  let waiting: ((result: IteratorResult<readonly Change[]>) => void) | null = null;
  const done = { done: true, value: undefined } as const;
  return {
    push: (changes) => {
      if (waiting === null) queue.push(changes);
      else waiting({ done: false, value: changes });
      waiting = null;
    },
    end: () => {
      ended = true;
      waiting?.(done);
      waiting = null;
    },
    iterator: {
      next: () => {
        const value = queue.shift();
        if (value !== undefined) return Promise.resolve({ done: false, value });
        if (ended) return Promise.resolve(done);
        return new Promise((resolve) => {
          waiting = resolve;
        });
      },
      return: () => {
        left();
        return Promise.resolve(done);
      },
    },
  };
}

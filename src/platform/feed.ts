export type Feed<Item> = Readonly<{
  publish: (items: readonly Item[]) => void;
  /** What is published from now on, in batches, until the feed ends. */
  follow: () => AsyncIterable<readonly Item[]>;
  end: () => void;
}>;

/**
 * Tells readers of what was published. Each reader pulls at its own pace from a queue of its own; nobody is called
 * back, so a reader can neither stop a commit nor be run inside one.
 */
export function createFeed<Item>(): Feed<Item> {
  const readers = new Set<Reader<Item>>();
  let ended = false;
  return {
    publish: (items) => {
      if (items.length === 0) return;
      for (const reader of readers) reader.push(items);
    },
    // The queue is opened by the call, not by the first read, so that nothing published in between is missed.
    follow: () => {
      const reader = createReader<Item>(() => readers.delete(reader));
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

type Reader<Item> = Readonly<{
  push: (items: readonly Item[]) => void;
  end: () => void;
  iterator: AsyncIterator<readonly Item[]>;
}>;

function createReader<Item>(left: () => void): Reader<Item> {
  const queue: (readonly Item[])[] = [];
  let ended = false;
  let waiting: ((result: IteratorResult<readonly Item[]>) => void) | null = null;
  const done = { done: true, value: undefined } as const;
  return {
    push: (items) => {
      if (waiting === null) queue.push(items);
      else waiting({ done: false, value: items });
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

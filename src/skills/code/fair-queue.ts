/** A bounded queue in lanes that take turns. */
export type FairQueue<Item> = Readonly<{
  /** @returns what found no place: null, this item, or the newest of the longest lane, which makes room for it. */
  add: (lane: string, item: Item) => Item | null;
  take: () => Item | null;
  remove: (lane: string, item: Item) => void;
  size: () => number;
}>;

function longestOf(lanes: ReadonlyMap<string, readonly unknown[]>): string | null {
  let found: string | null = null;
  let length = 0;
  for (const [lane, items] of lanes) {
    if (items.length <= length) continue;
    found = lane;
    length = items.length;
  }
  return found;
}

/**
 * Each lane gets its turn, and within a lane the first comes first, so that a lane full of slow work holds up another by one
 * item at a time. When the queue is full, the lane in which the most wait gives way.
 */
export function fairQueue<Item>(limit: number): FairQueue<Item> {
  const lanes = new Map<string, Item[]>();
  let size = 0;
  const remove = (lane: string, item: Item): void => {
    const items = lanes.get(lane);
    const at = items?.indexOf(item) ?? -1;
    if (items === undefined || at < 0) return;
    items.splice(at, 1);
    size -= 1;
    if (items.length === 0) lanes.delete(lane);
  };
  const makeRoom = (lane: string): Item | null => {
    const from = longestOf(lanes);
    const newest = from === null ? undefined : lanes.get(from)?.at(-1);
    if (from === null || newest === undefined) return null;
    if ((lanes.get(lane)?.length ?? 0) + 1 >= (lanes.get(from)?.length ?? 0)) return null;
    remove(from, newest);
    return newest;
  };
  return {
    add: (lane, item) => {
      const displaced = size < limit ? null : makeRoom(lane);
      if (size >= limit) return item;
      const items = lanes.get(lane);
      if (items === undefined) lanes.set(lane, [item]);
      else items.push(item);
      size += 1;
      return displaced;
    },
    take: () => {
      for (const [lane, items] of lanes) {
        const item = items.shift();
        lanes.delete(lane);
        if (items.length > 0) lanes.set(lane, items);
        if (item === undefined) continue;
        size -= 1;
        return item;
      }
      return null;
    },
    remove,
    size: () => size,
  };
}

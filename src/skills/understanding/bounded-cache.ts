/** Keeps what was made for the last `limit` keys; the one that was unused the longest goes first. */
export function boundedCache<Made>(limit: number, make: (key: string) => Made): (key: string) => Made {
  const kept = new Map<string, Readonly<{ made: Made }>>();
  return (key) => {
    const entry = kept.get(key) ?? { made: make(key) };
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > limit) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    return entry.made;
  };
}

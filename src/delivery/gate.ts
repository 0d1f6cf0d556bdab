/** Lets only so many calls to one host be under way at once; the others wait their turn, first come, first served. */
export type Gate = Readonly<{
  /** Resolves when a call may begin, with what ends it. */
  enter: (host: string) => Promise<() => void>;
}>;

export function gate(most: number): Gate {
  const hosts = new Map<string, { busy: number; waiting: (() => void)[] }>();
  return {
    enter: async (name) => {
      const host = hosts.get(name) ?? { busy: 0, waiting: [] };
      hosts.set(name, host);
      // Whoever leaves hands the place on, so `busy` does not change then.
      if (host.busy >= most) await new Promise<void>((resolve) => host.waiting.push(resolve));
      else host.busy += 1;
      return () => {
        const next = host.waiting.shift();
        if (next !== undefined) return next();
        host.busy -= 1;
        if (host.busy === 0) hosts.delete(name);
      };
    },
  };
}

/**
 * Whoever is gone does nothing any more: what waits for them is dropped. Whoever is paused does it when they go on, in the
 * order in which it came: until then it is `held`.
 */
export type Owner = { alive: boolean; held?: Task[] | null };

type Task = Readonly<{ at: number; order: number; owner: Owner; action: () => void }>;

/**
 * All that happens in a simulation, one thing at a time. Time stands still while something happens and leaps to the next
 * thing, so days pass in a moment; what happens at the same time happens in the order in which it was planned.
 */
export class Scheduler {
  readonly #heap: Task[] = [];
  #orders = 0;
  #time = 0;

  /** ms since the simulation began. */
  get time(): number {
    return this.#time;
  }

  /** Runs `action` in `ms`, unless its owner is gone by then. @returns what calls it off. */
  plan(owner: Owner, ms: number, action: () => void): () => void {
    let wanted = true;
    this.#push({
      ...{ at: this.#time + Math.max(0, ms), order: this.#orders++, owner },
      action: () => {
        if (wanted) action();
        wanted = false;
      },
    });
    return () => {
      wanted = false;
    };
  }

  /** Does the next thing. @returns whose it was; null when nothing is left to do before `until`. */
  step(until: number): Owner | null {
    for (let next = this.#heap[0]; next !== undefined && next.at <= until; next = this.#heap[0]) {
      this.#pop();
      if (!next.owner.alive) continue;
      if (next.owner.held) {
        next.owner.held.push(next);
        continue;
      }
      this.#time = next.at;
      next.action();
      return next.owner;
    }
    return null;
  }

  /** Does something for an owner now, or when they go on. */
  hand(owner: Owner, action: () => void): void {
    if (owner.held) this.plan(owner, 0, action);
    else action();
  }

  pause(owner: Owner): void {
    owner.held ??= [];
  }

  /** What was held back happens now. */
  goOn(owner: Owner): void {
    const held = owner.held ?? [];
    owner.held = null;
    for (const task of held) this.#push({ ...task, at: this.#time, order: this.#orders++ });
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let place = heap.push(task) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Task;
      if (!isBefore(task, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const least = right < heap.length && isBefore(heap[right] as Task, heap[left] as Task) ? right : left;
      const child = heap[least] as Task;
      if (!isBefore(child, last)) break;
      heap[place] = child;
      place = least;
    }
    heap[place] = last;
  }
}

const isBefore = (one: Task, other: Task): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

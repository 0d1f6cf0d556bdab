import { useEffect, useState } from 'preact/hooks';

/*
 * What a template wants changed before its virtual agent is published. It is one person's list, not the agent's: it is
 * kept in their browser, and a browser that keeps nothing shows it once.
 */

export type Task = Readonly<{ text: string; isDone: boolean }>;
export type Todo = Readonly<{ template: string; tasks: readonly Task[] }>;

const keyOf = (agentId: string): string => `baton.todo.${agentId}`;
const changed = 'baton:todo';

/** What is kept, read with care: other programs and older ones may have written it. */
export function readTodo(text: string | null): Todo | null {
  if (text === null) return null;
  try {
    const { template, tasks } = JSON.parse(text) as Record<string, unknown>;
    if (typeof template !== 'string' || !Array.isArray(tasks)) return null;
    return { template, tasks: tasks.filter(isTask) };
  } catch {
    return null;
  }
}

const isTask = (value: unknown): value is Task =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'isDone' in value &&
  typeof value.isDone === 'boolean';

export const tick = ({ template, tasks }: Todo, at: number): Todo => ({
  template,
  tasks: tasks.map((task, index) => (index === at ? { ...task, isDone: !task.isDone } : task)),
});

export const leftIn = (todo: Todo | null): number => todo?.tasks.filter(({ isDone }) => !isDone).length ?? 0;

export function todoOf(agentId: string): Todo | null {
  try {
    return readTodo(localStorage.getItem(keyOf(agentId)));
  } catch {
    return null;
  }
}

/** Keeps a list, or forgets it. */
export function keepTodo(agentId: string, todo: Todo | null): void {
  try {
    if (todo === null) localStorage.removeItem(keyOf(agentId));
    else localStorage.setItem(keyOf(agentId), JSON.stringify(todo));
  } catch {
    // A browser that keeps nothing has shown it once.
  }
  dispatchEvent(new Event(changed));
}

/** The list of a virtual agent, wherever on the page it is changed; null where there is none. */
export function useTodo(agentId: string): Todo | null {
  const [todo, setTodo] = useState(() => todoOf(agentId));
  useEffect(() => {
    const look = (): void => setTodo(todoOf(agentId));
    look();
    addEventListener(changed, look);
    return () => removeEventListener(changed, look);
  }, [agentId]);
  return todo;
}

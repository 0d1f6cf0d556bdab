import { useId, useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { agentsTexts as words } from '../../texts/studio/agents.ts';
import { Dialog } from '../parts/dialog.tsx';
import { keepTodo, leftIn, tick, useTodo } from './todo.ts';

/** What is to be done before a virtual agent is published, to be ticked off. */
export function TodoList({ agentId }: { agentId: string }) {
  const todo = useTodo(agentId);
  const id = useId();
  if (todo === null) return null;
  return (
    <ul class="todo">
      {todo.tasks.map(({ text, isDone }, index) => (
        <li key={text} class="todo-task" data-done={isDone}>
          <input
            id={`${id}-${index}`}
            class="todo-tick"
            type="checkbox"
            checked={isDone}
            onChange={() => keepTodo(agentId, tick(todo, index))}
          />
          <label for={`${id}-${index}`}>{text}</label>
        </li>
      ))}
    </ul>
  );
}

type ButtonProps = Readonly<{ agentId: string; name: string }>;

/** Says how much of it is left, and shows the list; nothing where there is none. */
export function TodoButton({ agentId, name }: ButtonProps) {
  const todo = useTodo(agentId);
  const [isOpen, setOpen] = useState(false);
  if (todo === null) return null;
  const left = leftIn(todo);
  const text = left === 0 ? words.todoDone : words.todoLeft(left);
  return (
    <>
      <button
        type="button"
        class="todo-button"
        data-done={left === 0}
        aria-label={`${text}: ${name}`}
        onClick={() => setOpen(true)}
      >
        <Icon name="tick" size={14} />
        {text}
      </button>
      {isOpen && <TodoDialog agentId={agentId} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}

function TodoDialog({ agentId, name, onClose }: ButtonProps & Readonly<{ onClose: () => void }>) {
  const forget = (): void => {
    onClose();
    keepTodo(agentId, null);
  };
  return (
    <Dialog
      title={words.todoTitle(name)}
      onClose={onClose}
      actions={<Button onClick={forget}>{words.todoForget}</Button>}
    >
      <p>{words.todoText}</p>
      <TodoList agentId={agentId} />
    </Dialog>
  );
}

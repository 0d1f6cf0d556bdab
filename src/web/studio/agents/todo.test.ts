import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { leftIn, readTodo, type Todo, tick } from './todo.ts';

const todo: Todo = {
  template: 'Support',
  tasks: [
    { text: 'One.', isDone: false },
    { text: 'Two.', isDone: true },
  ],
};

test('what was kept is read again, and a task can be ticked off and on', () => {
  assert.deepEqual(readTodo(JSON.stringify(todo)), todo);
  assert.equal(leftIn(todo), 1);
  assert.equal(leftIn(tick(todo, 0)), 0);
  assert.deepEqual(tick(tick(todo, 1), 1), todo);
  assert.equal(leftIn(null), 0);
});

test('what others wrote under the same name does no harm', () => {
  for (const text of [null, '', '{', 'null', '[]', '{"template":1,"tasks":[]}', '{"template":"x"}']) {
    assert.equal(readTodo(text), null, String(text));
  }
  assert.deepEqual(readTodo('{"template":"x","tasks":[null,1,{"text":"a"},{"text":"b","isDone":false}]}')?.tasks, [
    { text: 'b', isDone: false },
  ]);
});

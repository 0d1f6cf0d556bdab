import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { groupsWith } from './find-kinds.ts';

const found = (search: string): readonly string[] => groupsWith(search).flatMap(({ types }) => types);

test('the kind whose name begins with what is looked for comes first', () => {
  assert.equal(found('end')[0], 'end-conversation');
  assert.ok(found('end').includes('send-message'));
  assert.equal(found('Message')[0], 'send-message');
  assert.equal(found('human')[0], 'live-agent-routing');
  assert.deepEqual(found('teleport'), []);
  assert.equal(found(' ').length, 15);
});

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { rowsOf, rowsWith } from './rows.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 4, 3, 12, minute)).toISOString();
const published = (id: string, minute: number) => ({
  ...{ agent_id: id, name: id.toUpperCase(), version: 3, published_at: at(minute), web_chat: true },
});
const draft = (id: string, minute: number, name: string | null) => ({
  ...{ agent_id: id, name, revision: 7, base_version: 3, updated_at: at(minute) },
});

test('an agent that is published and has a draft is one row, and what changed last stands first', () => {
  const rows = rowsOf({
    agents: [published('old', 1), published('both', 2)],
    drafts: [draft('both', 9, 'Another name'), draft('half', 5, null)],
  });
  assert.deepEqual(
    rows.map(({ id, name, published: out, draft: inside }) => [
      id,
      name,
      out?.version ?? null,
      inside?.revision ?? null,
    ]),
    [
      ['both', 'BOTH', 3, 7],
      ['half', null, null, 7],
      ['old', 'OLD', 3, null],
    ],
  );
});

test('a search looks at names and ids, and minds no capitals', () => {
  const rows = rowsOf({ agents: [published('cafe', 1)], drafts: [draft('x-1', 2, 'Späti'), draft('y', 3, null)] });
  const found = (text: string) => rowsWith(rows, text).map(({ id }) => id);
  assert.deepEqual(found(' CAFE '), ['cafe']);
  assert.deepEqual(found('spÄ'), ['x-1']);
  assert.deepEqual(found(''), ['y', 'x-1', 'cafe']);
  assert.deepEqual(found('null'), []);
});

// Virtual agents to begin with, as the server hands them out.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { allTemplates } from '../../src/templates/templates.ts';
import { houseFor } from './kit/house.ts';

type Summary = Readonly<{ name: string; title: string; description: string; todo: readonly string[] }>;

test('templates are listed, shown, and published as they are', async (t) => {
  const house = await houseFor(t);
  const { templates } = (await house.ask<{ templates: readonly Summary[] }>('GET', '/templates')).body;
  assert.deepEqual(
    templates,
    allTemplates().map(({ definition: _, ...summary }) => summary),
  );
  for (const { name } of templates) {
    const { status, body } = await house.ask<Summary & { definition: object }>('GET', `/templates/${name}`);
    assert.equal(status, 200);
    const published = await house.publish(body.definition, name);
    assert.deepEqual(published.body.warnings, []);
  }
});

test('there is no other template, and none without a key that may read', async (t) => {
  const house = await houseFor(t);
  const missing = await house.ask('GET', '/templates/nothing');
  assert.deepEqual([missing.status, missing.body.code], [404, 'template-not-found']);
  for (const scope of ['read', 'manage', 'init', 'live-agent']) {
    const headers = { 'x-vgai-key': await house.makeKey([scope]) };
    const { status } = await house.ask('GET', '/templates', { headers });
    assert.equal(status, scope === 'read' || scope === 'manage' ? 200 : 403, scope);
  }
  assert.equal((await house.askBare('GET', '/templates/booking')).status, 401);
});

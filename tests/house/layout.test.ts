import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyBody } from './kit/client.ts';
import { supportFlow } from './kit/flows.ts';
import { houseFor } from './kit/house.ts';

// Where a canvas draws nodes is part of the definition and of nothing else.

type Draft = AnyBody & Readonly<{ revision: number; definition: unknown; warnings: unknown }>;

const layout = { hello: { x: 0, y: -1_000_000 }, bye: { x: 1_000_000, y: 40 }, gone: { x: 1, y: 2 } };

test('places of nodes go through drafts, versions, export and import, also of a node that is not there', async (t) => {
  const house = await houseFor(t);
  const definition = supportFlow(house.desk, {}, { layout });
  const { body } = await house.ask<Draft>('PUT', '/agents/support/draft', { json: { definition } });
  assert.deepEqual([body.faults, body.warnings], [[], []]);
  assert.deepEqual((await house.ask<Draft>('GET', '/agents/support/draft')).body.definition, definition);
  assert.equal((await house.ask('POST', '/agents/support/draft/publish')).status, 200);
  const exported = await house.ask<Draft>('GET', '/agents/support');
  assert.deepEqual(exported.body.definition, definition);
  const file = { raw: exported.text, headers: { 'content-type': 'application/json' } };
  assert.equal((await house.ask('POST', '/agents/copy/import', file)).status, 200);
  assert.deepEqual((await house.ask<Draft>('GET', '/agents/copy/draft')).body.definition, definition);
  const session = await house.init();
  const step = await house.step<{ messages: readonly { text: string }[] }>(session, { input: null });
  assert.deepEqual(step.body.messages, [{ text: 'Hello.' }]);
});

test('a place that is none is refused with its path', async (t) => {
  const house = await houseFor(t);
  for (const [place, path] of [
    [{ x: 0.5, y: 0 }, 'layout.hello.x'],
    [{ x: 0, y: 1_000_001 }, 'layout.hello.y'],
    [{ x: 0 }, 'layout.hello.y'],
    [{ x: 0, y: 0, z: 0 }, 'layout.hello.z'],
    [null, 'layout.hello'],
  ] as const) {
    const json = supportFlow(house.desk, {}, { layout: { hello: place } });
    const { status, body } = await house.ask('PUT', '/agents/support', { json });
    assert.deepEqual([status, body.code, body.faults?.map((fault) => fault.path)], [422, 'invalid-flow', [path]]);
  }
});

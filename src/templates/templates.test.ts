import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readVirtualAgent } from '../contract/virtual-agent.ts';
import { checkFlow } from '../core/flow/check-flow.ts';
import type { FlowNode } from '../core/flow/nodes.ts';
import { patternFault } from '../skills/understanding/patterns.ts';
import { allTemplates, templateOf } from './templates.ts';

/** Outputs that every node of a type has; one that stays open must be meant to. */
const outputs: Readonly<Record<string, readonly string[]>> = {
  'collect-input': ['default', 'missed'],
  classification: ['missed'],
  counter: ['default', 'reached'],
  webhook: ['default', 'failed'],
  'custom-code': ['default', 'failed'],
  'generative-ai': ['default', 'human', 'failed'],
  'external-bot': ['default', 'human', 'failed'],
  'live-agent-routing': ['default', 'failed', 'noResponse'],
};

/** The last nodes of a sub-flow and of a context switch that returns: there an open end goes back. */
const openEnds: Readonly<Record<string, string>> = { 'ask-name': 'default', 'say-help': 'default' };

function openOutputs(id: string, node: FlowNode): readonly string[] {
  if (node.type === 'end-conversation') return [];
  const own = node.type === 'classification' ? node.intents : [];
  const met = node.type === 'conditions' ? node.conditions.map(({ output }) => output) : [];
  const wanted = [...(outputs[node.type] ?? ['default']), ...own, ...met];
  const led: Readonly<Record<string, string | null | undefined>> = node.outputs;
  return wanted.filter((output) => typeof led[output] !== 'string' && openEnds[id] !== output);
}

const endpointsIn = (value: unknown): readonly string[] => JSON.stringify(value).match(/https?:\/\/[^/"]+/g) ?? [];

describe('templates', () => {
  it('are those whose files there are', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.json'));
    assert.deepEqual(
      allTemplates()
        .map(({ name }) => `${name}.json`)
        .sort(),
      files.sort(),
    );
  });

  it('none has another name', () => {
    for (const name of ['', 'nothing', '../formats/json', 'constructor']) assert.equal(templateOf(name), null);
  });

  for (const { name, title, description, todo, definition } of allTemplates()) {
    it(`${name} is sound, without a warning`, () => {
      const { flow, faults } = readVirtualAgent(definition);
      assert.deepEqual(faults, []);
      assert.deepEqual(checkFlow(flow), { faults: [], warnings: [] });
      for (const { pattern } of flow.entities ?? [])
        if (pattern !== undefined) assert.equal(patternFault(pattern), null);
    });

    it(`${name} leads every output somewhere`, () => {
      for (const [id, node] of Object.entries(definition.nodes)) assert.deepEqual(openOutputs(id, node), [], id);
    });

    it(`${name} calls nobody before it is changed, and says what to change`, () => {
      for (const origin of endpointsIn(definition)) {
        assert.match(origin, /^https:\/\/[a-z]+\.example$/);
        assert.ok(
          todo.some((sentence) => sentence.includes(origin)),
          origin,
        );
      }
      for (const text of [description, ...todo]) assert.match(text, /^[A-Z].*\.$/);
      assert.match(title, /^[A-Z][^.]*$/);
    });
  }
});

import type { Flow } from '../../../core/flow/flow.ts';
import { type Recognised, systemIntents } from '../../../core/understanding.ts';
import { type Examples, type ExamplesModel, intentsWith, learn, likeness } from './examples-model.ts';
import { systemExamples } from './system-examples.ts';

/** A text that is no example is never quite as sure as one that is. */
const almostSure = 0.99;

/** Bends cosines, of which 0.21 parts best what is meant from what is not, so that 0.5 does; see the test. */
const bend = 0.445;

const models = new WeakMap<Flow, ExamplesModel>();

/** Which of the intents a text has, the best first; a text that is one of their examples scores 1. */
export function intentsIn(flow: Flow, intents: readonly string[], text: string): readonly Recognised[] {
  const model = modelOf(flow);
  const exact = intentsWith(model, text);
  const like = likeness(model, text);
  return [...new Set(intents)]
    .map((intent): Recognised => {
      const score = exact.has(intent) ? 1 : Math.min(almostSure, (like.get(intent) ?? 0) ** bend);
      return { intent, score: Math.round(score * 1000) / 1000 };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

/** Learnt when it is first asked for: a flow is immutable once it is published. */
function modelOf(flow: Flow): ExamplesModel {
  const known = models.get(flow);
  if (known !== undefined) return known;
  const model = learn(examplesOf(flow));
  models.set(flow, model);
  return model;
}

/** The author's examples and the system's; those of the same name add up. */
function examplesOf(flow: Flow): Examples {
  const own = (flow.intents ?? []).map(({ name, examples }) => ({ name, examples }));
  const builtIn = systemIntents.map((name) => ({ name, examples: systemExamples[name] }));
  return [...own, ...builtIn].flatMap(({ name, examples }) => examples.map((text) => ({ intent: name, text })));
}

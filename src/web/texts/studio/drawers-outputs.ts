import type { FlowNode } from '../../../core/flow/nodes.ts';
import { drawerTexts } from './drawers.ts';

type OutputWords = Readonly<Record<string, string>>;

/** When each output is taken; outputs with names of the author's say it themselves. */
const words: Readonly<Partial<Record<FlowNode['type'], OutputWords>>> = {
  'collect-input': {
    default: 'The answer holds what was asked for.',
    missed: 'The answer did not, also after all retries.',
  },
  classification: { missed: 'No intent scores high enough, also after all retries.' },
  conditions: { default: 'None of the conditions holds.' },
  counter: { default: 'The count is below the limit.', reached: 'The count is at the limit.' },
  'sub-flow': { default: 'The nodes of the sub-flow have led to an open output.' },
  webhook: {
    default: 'The other system answered with a status of 2xx.',
    failed: 'It answered with another status, with nonsense, or not in time.',
  },
  'custom-code': { default: 'The code ran to its end.', failed: 'The code broke, or did not end in time.' },
  'generative-ai': {
    default: 'The model has answered.',
    human: 'The model asks for a human. It is told that it may when this leads somewhere.',
    failed: 'The model answered with nonsense, or not in time.',
  },
  'external-bot': {
    default: 'The bot says that it is done.',
    human: 'The bot asks for a human.',
    failed: 'The bot answered with nonsense, or not in time.',
  },
  'live-agent-routing': {
    default: 'The live agent handed the conversation back by the stop connection call.',
    failed: 'The start call was refused, nobody took it in time, or the end user has no open socket.',
    noResponse: 'The live agent owed an answer for longer than a waiting time allows.',
    userLeft: 'The end user left while the live agent had the conversation. When it is open, the session ends.',
  },
};

/** What an intent of the system's means, or when an output of the kind is taken. */
export function outputHint(type: string, output: string): string | undefined {
  const intents: OutputWords = drawerTexts.systemIntents;
  if (type === 'classification' && Object.hasOwn(intents, output)) return intents[output];
  return Object.hasOwn(words, type) ? words[type as FlowNode['type']]?.[output] : undefined;
}

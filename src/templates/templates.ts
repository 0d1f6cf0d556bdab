import { readFileSync } from 'node:fs';
import type { VirtualAgentDefinition } from '../contract/virtual-agent.ts';

/** A virtual agent to begin with. */
export type Template = Readonly<{
  name: string;
  title: string;
  /** One sentence. */
  description: string;
  /** What to change before it goes to work, a sentence each. */
  todo: readonly string[];
  definition: VirtualAgentDefinition;
}>;

/** In the order in which they are shown: the simplest first. */
const names = ['support-with-handoff', 'order-status', 'booking', 'faq-with-ai', 'keep-your-bot'] as const;

const read = new Map<string, Template>();

/** The template of a name; null when there is none. */
export function templateOf(name: string): Template | null {
  if (!names.some((known) => known === name)) return null;
  const known = read.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8');
  const template = { name, ...(JSON.parse(text) as Omit<Template, 'name'>) };
  read.set(name, template);
  return template;
}

export const allTemplates = (): readonly Template[] => names.flatMap((name) => templateOf(name) ?? []);

import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { nodeGroups, nodeTexts } from '../../texts/studio/nodes.ts';
import type { NodeType } from '../draft/definition.ts';

/** The kinds of nodes that are offered: all in their groups, or those that are looked for, the likeliest first. */
export function groupsWith(search: string): typeof nodeGroups {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return nodeGroups;
  const found = nodeGroups
    .flatMap(({ types }) => types)
    .map((type) => ({ type, rank: rankOf(type, wanted) }))
    .filter(({ rank }) => rank < none)
    .sort((a, b) => a.rank - b.rank)
    .map(({ type }) => type);
  return found.length === 0 ? [] : [{ title: words.foundKinds, types: found }];
}

const none = 4;

/** How near a kind is to what is looked for: its name begins so, a word of it does, it holds it, or its sentence does. */
function rankOf(type: NodeType, wanted: string): number {
  const title = nodeTexts[type].title.toLowerCase();
  if (title.startsWith(wanted)) return 0;
  if (title.split(/[^a-z]+/).some((word) => word.startsWith(wanted))) return 1;
  if (title.includes(wanted) || type.includes(wanted)) return 2;
  return nodeTexts[type].text.toLowerCase().includes(wanted) ? 3 : none;
}

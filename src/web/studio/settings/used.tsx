import { settingsTexts as words } from '../../texts/studio/settings.ts';

/** The nodes that use something. */
export const Used = ({ nodes }: { nodes: readonly string[] }) => (
  <span class={nodes.length === 0 ? 'listed-nothing' : 'listed-used'} title={nodes.join(', ')}>
    {words.used(nodes)}
  </span>
);

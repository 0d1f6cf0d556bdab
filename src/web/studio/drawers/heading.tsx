import { Icon } from '../../parts/icons.tsx';
import { drawerTexts } from '../../texts/studio/drawers.ts';
import { nodeWords } from '../../texts/studio/nodes.ts';
import { familyOf, iconOf } from '../canvas/kind-icons.ts';
import { NameControl } from './pieces/name-control.tsx';

type HeadingProps = Readonly<{ id: string; type: string; titleId: string; rename: (id: string) => string | null }>;

/** What a node is, and what it is called. */
export function Heading({ id, type, titleId, rename }: HeadingProps) {
  const { title, text } = nodeWords(type);
  return (
    <header class="drawer-head">
      <div class="drawer-kind" data-family={familyOf(type)}>
        <span class="drawer-icon">
          <Icon name={iconOf(type)} />
        </span>
        <div>
          <h2 id={titleId}>{title}</h2>
          <p class="setting-hint">{text}</p>
        </div>
      </div>
      <NameControl path="#id" label={drawerTexts.name} hint={drawerTexts.nameHint} name={id} onName={rename} />
    </header>
  );
}

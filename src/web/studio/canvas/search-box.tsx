import { useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { nodeWords } from '../../texts/studio/nodes.ts';
import type { Definition, DraftNode } from '../draft/definition.ts';
import { useKeyboardInside } from './keyboard.ts';
import { iconOf } from './kind-icons.ts';
import { summaryOf } from './summary.ts';

const most = 12;

/** Nodes that hold the words, by name, kind or any text of theirs; those that are called so come before those that lead to them. */
export function findNodes({ nodes }: Definition, search: string): readonly string[] {
  const wanted = search.trim().toLowerCase().split(/\s+/);
  const holds = (id: string, node: DraftNode): boolean => {
    const all = `${id} ${nodeWords(node.type).title} ${JSON.stringify(node)}`.toLowerCase();
    return wanted.every((word) => all.includes(word));
  };
  const isCalled = (id: string): boolean => wanted.every((word) => id.toLowerCase().includes(word));
  const found = Object.entries(nodes).flatMap(([id, node]) => (holds(id, node) ? [id] : []));
  return [...found.filter(isCalled), ...found.filter((id) => !isCalled(id))];
}

type Props = Readonly<{ definition: Definition; onShow: (id: string) => void; onClose: () => void }>;

export function SearchBox({ definition, onShow, onClose }: Props) {
  const [search, setSearch] = useState('');
  const [index, setIndex] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  const found = useMemo(() => findNodes(definition, search).slice(0, most), [definition, search]);
  useKeyboardInside(root);
  const choose = (id: string | undefined): void => {
    if (id === undefined) return;
    onClose();
    onShow(id);
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') onClose();
    if (event.key === 'Enter') choose(found[index]);
    if (step === undefined || found.length === 0) return;
    event.preventDefault();
    setIndex((index + step + found.length) % found.length);
  };
  return (
    <div ref={root} class="search-box">
      <label class="palette-search">
        <Icon name="search" size={18} />
        <span class="only-read-aloud">{words.search}</span>
        <input
          type="text"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls="search-found"
          aria-activedescendant={found[index] === undefined ? undefined : `found-${found[index]}`}
          value={search}
          placeholder={words.search}
          onKeyDown={pressed}
          onBlur={({ relatedTarget }) => relatedTarget === null && onClose()}
          onInput={({ currentTarget }) => [setSearch(currentTarget.value), setIndex(0)]}
        />
      </label>
      <div id="search-found" class="search-found" role="listbox" aria-label={words.search}>
        {found.map((id, place) => (
          <Found key={id} id={id} definition={definition} isNext={place === index} onChoose={choose} />
        ))}
      </div>
      {found.length === 0 && <p class="palette-none">{words.searchNone}</p>}
    </div>
  );
}

type FoundProps = Readonly<{ id: string; definition: Definition; isNext: boolean; onChoose: (id: string) => void }>;

function Found({ id, definition, isNext, onChoose }: FoundProps) {
  const node = definition.nodes[id] ?? { type: '' };
  return (
    <button
      id={`found-${id}`}
      type="button"
      role="option"
      aria-selected={isNext}
      class="search-one"
      tabIndex={-1}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onChoose(id)}
    >
      <Icon name={iconOf(node.type)} size={18} />
      <span class="search-id">{id}</span>
      <span class="search-summary">{summaryOf(node)}</span>
    </button>
  );
}

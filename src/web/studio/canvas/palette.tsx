import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { nodeTexts } from '../../texts/studio/nodes.ts';
import type { NodeType, Point } from '../draft/definition.ts';
import { dragKind } from './canvas.tsx';
import { groupsWith } from './find-kinds.ts';
import { useKeyboardInside } from './keyboard.ts';
import { familyOf, iconOf } from './kind-icons.ts';

export type PaletteProps = Readonly<{
  /** Where on the screen it opens. */
  at: Point;
  onChoose: (type: NodeType) => void;
  onClose: () => void;
}>;

/** The kinds of nodes, to be searched, clicked or dragged. Arrow keys move, Enter adds, Escape closes. */
export function Palette({ at, onChoose, onClose }: PaletteProps) {
  const [search, setSearch] = useState('');
  const root = useRef<HTMLDivElement>(null);
  const groups = useMemo(() => groupsWith(search), [search]);
  useKeyboardInside(root);
  useElsewhere(root, onClose);
  const first = groups[0]?.types[0];
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) move(root.current, step, event);
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement && first !== undefined) onChoose(first);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for its items.
    <div ref={root} class="palette" style={placed(at)} onKeyDown={pressed}>
      <label class="palette-search">
        <Icon name="search" size={18} />
        <span class="only-read-aloud">{words.addNode}</span>
        <input
          type="search"
          value={search}
          placeholder={words.addNode}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </label>
      <div class="palette-list">
        {groups.map(({ title, types }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            {types.map((type) => (
              <Kind key={type} type={type} onChoose={onChoose} onClose={onClose} />
            ))}
          </section>
        ))}
        {groups.length === 0 && <p class="palette-none">{words.noKinds}</p>}
      </div>
      <p class="palette-hint">{words.addHint}</p>
    </div>
  );
}

function Kind({ type, onChoose, onClose }: { type: NodeType } & Pick<PaletteProps, 'onChoose' | 'onClose'>) {
  const { title, text } = nodeTexts[type];
  const dragged = (event: DragEvent): void => event.dataTransfer?.setData(dragKind, type);
  return (
    <button
      type="button"
      class="palette-kind"
      data-family={familyOf(type)}
      draggable
      onDragStart={dragged}
      onDragEnd={onClose}
      onClick={() => onChoose(type)}
    >
      <span class="node-icon">
        <Icon name={iconOf(type)} size={18} />
      </span>
      <span>
        <span class="palette-title">{title}</span>
        <span class="palette-text">{text}</span>
      </span>
    </button>
  );
}

const room = { width: 320, height: 440 };

/** Wherever it opens, all of it is on the screen. */
function placed({ x, y }: Point): { left: string; top: string } {
  const left = Math.max(8, Math.min(x, innerWidth - room.width - 8));
  const top = Math.max(8, Math.min(y, innerHeight - room.height - 8));
  return { left: `${left}px`, top: `${top}px` };
}

function useElsewhere(root: { current: HTMLElement | null }, close: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening counts.
  useEffect(() => {
    const elsewhere = ({ target }: Event): void => {
      if (!root.current?.contains(target as Node)) close();
    };
    document.addEventListener('pointerdown', elsewhere, true);
    return () => document.removeEventListener('pointerdown', elsewhere, true);
  }, []);
}

function move(root: HTMLElement | null, step: number, event: Event): void {
  event.preventDefault();
  const stops = [...(root?.querySelectorAll<HTMLElement>('input, .palette-kind') ?? [])];
  const now = stops.indexOf(document.activeElement as HTMLElement);
  stops[(now + step + stops.length) % stops.length]?.focus();
}

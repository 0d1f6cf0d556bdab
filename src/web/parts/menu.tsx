import type { RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { IconButton } from './buttons.tsx';
import { Icon, type IconName } from './icons.tsx';

export type MenuItem = Readonly<{ icon: IconName; label: string; onChoose: () => void }>;

/** A few actions behind a button. Arrow keys move, Escape and a click elsewhere close. */
export function Menu({ label, icon, items }: { label: string; icon: IconName; items: readonly MenuItem[] }) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useId();
  useOpened(root, isOpen, () => setOpen(false));
  const close = (): void => {
    setOpen(false);
    root.current?.querySelector<HTMLElement>('button')?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    if (event.key === 'Tab') setOpen(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(root.current, step);
  };
  const choose = (item: MenuItem): void => {
    close();
    item.onChoose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for its items, which have the roles.
    <div ref={root} class="menu" onKeyDown={pressed}>
      <IconButton
        icon={icon}
        label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? list : undefined}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div id={list} class="menu-list" role="menu" aria-label={label}>
          {items.map((item) => (
            <button key={item.label} type="button" role="menuitem" tabIndex={-1} onClick={() => choose(item)}>
              <Icon name={item.icon} size={18} />
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** An open menu takes the keyboard, and closes when something else is pressed. */
function useOpened(root: RefObject<HTMLElement | null>, isOpen: boolean, close: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening and closing count.
  useEffect(() => {
    if (!isOpen) return;
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    root.current?.querySelector('[role=menu]')?.scrollIntoView({ block: 'nearest' });
    const elsewhere = ({ target }: Event): void => {
      if (!root.current?.contains(target as Node)) close();
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => document.removeEventListener('pointerdown', elsewhere);
  }, [isOpen]);
}

function move(root: HTMLElement | null, step: number): void {
  const items = [...(root?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  const now = items.indexOf(document.activeElement as HTMLElement);
  items[(now + step + items.length) % items.length]?.focus();
}

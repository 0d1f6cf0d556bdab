import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../../parts/icons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { mentionable } from '../parameters.ts';
import { useForm } from './form.tsx';

/** The parameters that a text may mention, behind a button. Arrow keys and first letters move, Escape closes. */
export function ParameterMenu({ label, onChoose }: { label: string; onChoose: (name: string) => void }) {
  const { isLocked } = useForm();
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useId();
  useEffect(() => {
    if (!isOpen) return;
    const elsewhere = ({ target }: Event): void => {
      if (!root.current?.contains(target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => document.removeEventListener('pointerdown', elsewhere);
  }, [isOpen]);
  const pressed = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    // The menu's keys mean something else to what stands around it.
    event.stopPropagation();
    if (event.key === 'Escape') {
      setOpen(false);
      root.current?.querySelector('button')?.focus();
    } else if (event.key === 'Tab') setOpen(false);
    else if (move(root.current, event.key)) event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for its items, which have the roles.
    <div ref={root} class="menu" onKeyDown={pressed}>
      <button
        type="button"
        class="drawer-insert"
        aria-label={drawerTexts.insertInto(label)}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? list : undefined}
        disabled={isLocked}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="plus" size={14} />
        {drawerTexts.insert}
      </button>
      {isOpen && <List id={list} label={label} onChoose={(name) => [setOpen(false), onChoose(name)]} />}
    </div>
  );
}

function List({ id, label, onChoose }: { id: string; label: string; onChoose: (name: string) => void }) {
  const { definition } = useForm();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.scrollIntoView({ block: 'nearest' });
    list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, []);
  return (
    <div ref={list} id={id} class="menu-list drawer-menu" role="menu" aria-label={drawerTexts.insertInto(label)}>
      {mentionable(definition).map(({ group, names }) => (
        // biome-ignore lint/a11y/useSemanticElements: groups of a menu are no fieldsets.
        <div key={group} role="group" aria-label={drawerTexts.groups[group]}>
          <p class="drawer-menu-title" aria-hidden="true">
            {drawerTexts.groups[group]}
          </p>
          {names.map((name) => (
            <button key={name} type="button" role="menuitem" tabIndex={-1} onClick={() => onChoose(name)}>
              {name}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** @returns whether the key meant an item of the menu. */
function move(root: HTMLElement | null, key: string): boolean {
  const items = [...(root?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  const now = items.indexOf(document.activeElement as HTMLElement);
  const to = placeOf(items, now, key);
  items[to]?.focus();
  return to !== -1;
}

function placeOf(items: readonly HTMLElement[], now: number, key: string): number {
  const steps: Readonly<Record<string, number>> = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (step !== undefined) return items.length === 0 ? -1 : (step + items.length) % items.length;
  if (!/^[A-Za-z_]$/.test(key)) return -1;
  const begins = (item: HTMLElement): boolean => item.textContent?.toLowerCase().startsWith(key.toLowerCase()) === true;
  const after = items.findIndex((item, place) => place > now && begins(item));
  return after === -1 ? items.findIndex(begins) : after;
}

import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { testerTexts } from '../../texts/studio/tester.ts';

export type Tab<Name extends string> = Readonly<{
  name: Name;
  label: string;
  /** Whether there is something in it that was not seen. */
  hasNews: boolean;
  /** What it shows; it stays where it is while another is shown. */
  panel: ComponentChildren;
}>;

type TabsProps<Name extends string> = Readonly<{
  label: string;
  tabs: readonly Tab<Name>[];
  shown: Name;
  onShow: (name: Name) => void;
}>;

/** Several things in one place. Arrow keys go from one to the next. */
export function Tabs<Name extends string>({ label, tabs, shown, onShow }: TabsProps<Name>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const here = tabs.findIndex(({ name }) => name === shown);
  const pressed = (event: KeyboardEvent): void => {
    const ends: Readonly<Record<string, number>> = { Home: 0, End: tabs.length - 1 };
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
    const to = ends[event.key] ?? here + (steps[event.key] ?? Number.NaN);
    const tab = tabs.at(to % tabs.length);
    if (Number.isNaN(to) || tab === undefined) return;
    event.preventDefault();
    onShow(tab.name);
    list.current?.querySelector<HTMLElement>(`[data-name="${tab.name}"]`)?.focus();
  };
  return (
    <>
      <div ref={list} class="tester-tabs" role="tablist" aria-label={label} onKeyDown={pressed}>
        {tabs.map((tab) => (
          <TabButton key={tab.name} {...{ id, tab, onShow }} isShown={tab.name === shown} />
        ))}
      </div>
      {tabs.map(({ name, panel }) => (
        <div
          key={name}
          id={`${id}-${name}-panel`}
          class="tester-tab-panel"
          role="tabpanel"
          aria-labelledby={`${id}-${name}`}
          hidden={name !== shown}
        >
          {panel}
        </div>
      ))}
    </>
  );
}

type TabButtonProps<Name extends string> = Readonly<{
  /** Of all tabs together. */
  id: string;
  tab: Tab<Name>;
  isShown: boolean;
  onShow: (name: Name) => void;
}>;

function TabButton<Name extends string>({ id, tab, isShown, onShow }: TabButtonProps<Name>) {
  const { name, label, hasNews } = tab;
  return (
    <button
      id={`${id}-${name}`}
      data-name={name}
      type="button"
      role="tab"
      class="tester-tab"
      aria-selected={isShown}
      aria-controls={`${id}-${name}-panel`}
      tabIndex={isShown ? 0 : -1}
      onClick={() => onShow(name)}
    >
      {label}
      {hasNews && !isShown && (
        <span class="tester-dot">
          <span class="only-read-aloud"> {testerTexts.somethingNew}</span>
        </span>
      )}
    </button>
  );
}

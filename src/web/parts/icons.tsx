import type { ComponentChildren } from 'preact';
import type { StudioIconName } from '../studio/parts/studio-icons.tsx';

const shapes = {
  send: <path d="M5 12h13M12.5 5.5 19 12l-6.5 6.5" />,
  back: <path d="M19 12H6M11.5 5.5 5 12l6.5 6.5" />,
  down: <path d="M12 5v13M5.5 12.5 12 19l6.5-6.5" />,
  more: <path d="M12 6h.01M12 12h.01M12 18h.01" stroke-width="3" />,
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />
    </>
  ),
  moon: <path d="M19.5 14.6A8 8 0 0 1 9.4 4.5a8 8 0 1 0 10.1 10.1Z" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 7.5V12l3 2" />
    </>
  ),
  tick: <path d="m5.5 12.5 4.5 4.5 9-10" />,
  ticks: <path d="m2.5 12.5 4.5 4.5 9-10M13 17l8.5-10" />,
  warning: <path d="M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17h.01" />,
  gap: <path d="M4 12h3M10.5 12h3M17 12h3" />,
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5M12 8h.01" />
    </>
  ),
  copy: <path d="M9 9h10v11H9ZM15 9V4H5v11h4" />,
  bot: <path d="M6 9h12v9H6ZM12 9V5.5M12 5h.01M9.5 13h.01M14.5 13h.01M3.5 12v3M20.5 12v3" />,
  person: (
    <>
      <circle cx="12" cy="8.5" r="3.8" />
      <path d="M4.8 20c.7-4 3.6-6 7.2-6s6.5 2 7.2 6" />
    </>
  ),
  inbox: <path d="M4 13.5h4.5l1.5 2.5h4l1.5-2.5H20M6.5 5h11L20 13.5V19H4v-5.5Z" />,
  talk: <path d="M4 5h16v11h-9l-4.5 4v-4H4Z" />,
  eye: (
    <>
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  'eye-off': (
    <path d="M4 4l16 16M9.9 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.6 3.3M6.3 7.6A16 16 0 0 0 2.5 12S6 18.5 12 18.5c1.6 0 3-.5 4.2-1.1" />
  ),
  'signed-out': <path d="M14 4.5H5v15h9M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5" />,
  lost: <path d="M4 4l16 16M5 12.5a10 10 0 0 1 4-2.4M19 12.5a10 10 0 0 0-5.5-2.9M8.5 16a5 5 0 0 1 6 -.6M12 19.5h.01" />,
  count: <path d="M6 6v12M10 6v12M14 6v12M18 6v12M3.500 15.500l17-7" />,
} satisfies Record<string, ComponentChildren>;

const drawn: Record<string, ComponentChildren> = { ...shapes };

export type IconName = keyof typeof shapes | StudioIconName;

/** Adds drawings that only some pages have, before the first of them is shown. */
export function addIcons(more: Readonly<Record<string, ComponentChildren>>): void {
  Object.assign(drawn, more);
}

/** A drawing without meaning of its own: the words stand beside it, or label what it is in. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      {drawn[name]}
    </svg>
  );
}

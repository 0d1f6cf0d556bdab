import type { ComponentChildren } from 'preact';

/** The drawings that only the studio has: the chat page need not load them. */
export const studioIcons = {
  close: <path d="m6 6 12 12M18 6 6 18" />,
  plus: <path d="M12 5v14M5 12h14" />,
  trash: <path d="M5 7h14M9.5 7V4.5h5V7M7 7l1 12.5h8L17 7M10.5 11v5M13.5 11v5" />,
  edit: <path d="m5 19 1-4L16.5 4.5l3 3L9 18ZM14 7l3 3" />,
  flow: <path d="M4 5h6v5H4ZM14 14h6v5h-6ZM7 10v3.5a3 3 0 0 0 3 3h4" />,
  logs: <path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01" />,
  parcel: <path d="m12 3.5 8 4v9l-8 4-8-4v-9ZM4 7.5l8 4 8-4M12 11.5v9" />,
  key: (
    <>
      <circle cx="8" cy="15.5" r="4" />
      <path d="m11 12.5 8.5-8.5M15.5 8l3 3" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8.5" r="3.3" />
      <path d="M2.8 19c.6-3.4 3-5.2 6.2-5.2s5.6 1.8 6.2 5.2M15.5 5.6a3.3 3.3 0 0 1 0 5.8M17.3 14.4c2 .7 3.4 2.3 3.9 4.6" />
    </>
  ),
  headset: (
    <path d="M4.5 14.500v-2.500a7.5 7.5 0 0 1 15 0v2.500M4.5 13.500h3v5h-3ZM16.5 13.500h3v5h-3ZM18 18.500c0 1.5-1.5 2.5-4.5 2.5" />
  ),
  undo: <path d="M9 5 4.5 9.5 9 14M4.5 9.500H14a5.5 5.5 0 0 1 0 11h-3" />,
  redo: <path d="m15 5 4.5 4.500L15 14M19.5 9.500H10a5.5 5.5 0 0 0 0 11h3" />,
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="6" />
      <path d="m15 15 5 5" />
    </>
  ),
  arrange: <path d="M4 4.500h6v5H4ZM4 14.500h6v5H4ZM14 9.500h6v5h-6ZM10 7h2v10h-2M12 12h2" />,
  play: <path d="M7.5 5v14l11-7Z" />,
  again: <path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.500L19.5 9M19.5 4v5h-5" />,
  upload: <path d="M12 16V4.500M6.5 10 12 4.5 17.5 10M4.5 19.500h15" />,
  download: <path d="M12 4.500V16M6.5 10.5 12 16l5.5-5.500M4.5 19.500h15" />,
  history: <path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.500L4.5 9M4.5 4v5h5M12 8v4.500l3 1.8" />,
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4" />,
  code: <path d="m8.5 7-5 5 5 5M15.5 7l5 5-5 5M13.5 5l-3 14" />,
  right: <path d="m9 5.5 6.5 6.500L9 18.5" />,
  out: <path d="M13.5 4.500h6v6M19.5 4.5 11 13M17 14v5.500H4.500V7H10" />,
  question: (
    <path d="M4 4.500h16v11.500h-8.500L7 20v-4H4ZM10 8.300a2 2 0 1 1 2.600 2c-.4.2-.6.500-.6 1M12 13.300h.01" />
  ),
  sort: (
    <path d="M4 12h4.500L14 5.500h6M8.500 12 14 18.500h6M8.500 12H20M17 3l3 2.500L17 8M17 9.500l3 2.500-3 2.500M17 16l3 2.500-3 2.500" />
  ),
  switch: <path d="M4 8.500h14.500M15 5l3.500 3.500L15 12M20 15.500H5.500M9 12l-3.500 3.500L9 19" />,
  branch: <path d="M3.5 12H8l5-5.500h7M8 12l5 5.500h7M17 3.500l3 3-3 3M17 14.500l3 3-3 3" />,
  spark: <path d="M11 4.500 13 10l5.500 2-5.500 2-2 5.500L9 14l-5.500-2L9 10ZM18.500 3.500v4M16.500 5.500h4" />,
  ending: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M9.300 9.300h5.400v5.400H9.300Z" />
    </>
  ),
  raise: <path d="M12 19V6M5.500 11.500 12 5l6.500 6.500" />,
  minus: <path d="M5 12h14" />,
  fit: <path d="M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15" />,
  stop: <path d="M7 7h10v10H7Z" />,
} satisfies Record<string, ComponentChildren>;

export type StudioIconName = keyof typeof studioIcons;

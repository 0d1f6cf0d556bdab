export type Scheme = 'light' | 'dark';

const key = 'baton.scheme';

/** What the visitor chose, or else what their system prefers. */
export function currentScheme(): Scheme {
  const chosen = document.documentElement.dataset.scheme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Shows what was chosen on an earlier visit. */
export function restoreScheme(): void {
  try {
    const kept = localStorage.getItem(key);
    if (kept === 'light' || kept === 'dark') document.documentElement.dataset.scheme = kept;
  } catch {
    // Without storage the system's preference holds.
  }
}

export function chooseScheme(scheme: Scheme): void {
  document.documentElement.dataset.scheme = scheme;
  try {
    localStorage.setItem(key, scheme);
  } catch {
    // It then holds until the page is closed.
  }
}

export type Scheme = 'light' | 'dark';

const key = 'baton.scheme';
const chosen = new EventTarget();

/** What the visitor chose; null where their system decides. */
export function chosenScheme(): Scheme | null {
  const { scheme } = document.documentElement.dataset;
  return scheme === 'light' || scheme === 'dark' ? scheme : null;
}

/** What the visitor chose, or else what their system prefers. */
export const currentScheme = (): Scheme =>
  chosenScheme() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/** Shows what was chosen on an earlier visit. */
export function restoreScheme(): void {
  try {
    const kept = localStorage.getItem(key);
    if (kept === 'light' || kept === 'dark') document.documentElement.dataset.scheme = kept;
  } catch {
    // Without storage the system's preference holds.
  }
}

/** @param scheme null leaves it to the system again. */
export function chooseScheme(scheme: Scheme | null): void {
  if (scheme === null) delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
  try {
    if (scheme === null) localStorage.removeItem(key);
    else localStorage.setItem(key, scheme);
  } catch {
    // It then holds until the page is closed.
  }
  chosen.dispatchEvent(new Event('chosen'));
}

/** Calls back when another scheme is chosen, or preferred by the system. @returns how to stop. */
export function onScheme(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  chosen.addEventListener('chosen', changed);
  return () => {
    system.removeEventListener('change', changed);
    chosen.removeEventListener('chosen', changed);
  };
}

import { ownPath } from '../../../contract/people/own-path.ts';
import type { LinkKind } from '../../../contract/people/sign-in-page.ts';
import { placeOf, studioPath } from '../shell/places.ts';

/*
 * What the address of the sign-in page holds. Behind its `#`: a link's token, or why a provider's sign-in came to nothing;
 * behind its `?`: where to go on to.
 */

export type Brought = Readonly<{ kind: LinkKind; token: string } | { kind: 'error'; code: string }>;

const inFragment = /^#(setup|link|invitation|error)=(.+)$/;

/** @param fragment of an address, with its `#`. */
export function broughtBy(fragment: string): Brought | null {
  const [, kind, text = ''] = inFragment.exec(fragment) ?? [];
  if (kind === undefined) return null;
  return kind === 'error' ? { kind, code: text } : { kind: kind as LinkKind, token: text };
}

/** What the address brought is taken out of it at once, so that it stays in no history. */
export function takeBrought(): Brought | null {
  if (placeOf(location.pathname).kind !== 'sign-in') return null;
  const brought = broughtBy(location.hash);
  if (brought !== null) history.replaceState(null, '', location.pathname + location.search);
  return brought;
}

/** Where one goes on to from an address: what it wishes for, or where it is, when that is no sign-in page. */
export function goingOn({ pathname, search }: Readonly<{ pathname: string; search: string }>): string {
  if (placeOf(pathname).kind !== 'sign-in') return pathname + search;
  const wished = ownPath(new URLSearchParams(search).get('next'), studioPath);
  return isSignIn(wished) ? studioPath : wished;
}

const isSignIn = (path: string): boolean => placeOf(new URL(path, 'http://own.invalid').pathname).kind === 'sign-in';

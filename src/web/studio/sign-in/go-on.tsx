import { useEffect } from 'preact/hooks';
import { texts } from '../../texts/texts.ts';
import { goTo } from '../shell/navigation.tsx';
import { pathOf, placeOf } from '../shell/places.ts';
import { goingOn } from './address.ts';

/** Leaves the sign-in page for where one wanted to go. */
export function GoOn() {
  useEffect(() => {
    const next = goingOn(location);
    const { pathname, search } = new URL(next, location.origin);
    const place = placeOf(pathname);
    if (pathOf(place) === pathname) goTo(place, search, 'replace');
    else location.replace(next);
  }, []);
  return <div class="studio-gate" role="status" aria-busy="true" aria-label={texts.general.loading} />;
}

import { IconButton } from '../../parts/buttons.tsx';
import { Icon, type IconName } from '../../parts/icons.tsx';
import { SchemeToggle } from '../../parts/scheme-toggle.tsx';
import { shellTexts } from '../../texts/studio/shell.ts';
import { type May, useWho } from '../who.tsx';
import { Link } from './navigation.tsx';
import type { Place } from './places.ts';

type Entry = Readonly<{
  icon: IconName;
  to: Place & { kind: keyof typeof shellTexts.places };
  also: readonly Place['kind'][];
  shown: (may: May) => boolean;
}>;

const entries: readonly Entry[] = [
  { icon: 'flow', to: { kind: 'agents' }, also: ['agent', 'agent-settings', 'versions'], shown: ({ read }) => read },
  { icon: 'logs', to: { kind: 'sessions' }, also: ['session'], shown: ({ read }) => read },
  { icon: 'parcel', to: { kind: 'deliveries' }, also: [], shown: ({ read }) => read },
  { icon: 'key', to: { kind: 'keys' }, also: [], shown: ({ own }) => own },
  { icon: 'people', to: { kind: 'people' }, also: [], shown: ({ own }) => own },
];

/** Where one can go: at the side, or at the foot of a phone. */
export function Navigation({ place, isNarrow }: { place: Place; isNarrow: boolean }) {
  const { may } = useWho();
  const isHere = ({ to, also }: Entry): boolean => to.kind === place.kind || also.includes(place.kind);
  return (
    <nav class="nav" data-narrow={isNarrow} aria-label={shellTexts.navigation}>
      <Link to={{ kind: 'agents' }} class="nav-mark" aria-label="Baton">
        <span class="nav-logo" aria-hidden="true" />
        <span class="nav-word">Baton</span>
      </Link>
      <ul class="nav-list">
        {entries
          .filter(({ shown }) => shown(may))
          .map((entry) => (
            <li key={entry.to.kind}>
              <Link
                to={entry.to}
                class="nav-link"
                aria-current={isHere(entry) ? 'page' : undefined}
                title={shellTexts.places[entry.to.kind]}
              >
                <Icon name={entry.icon} />
                <span class="nav-word">{shellTexts.places[entry.to.kind]}</span>
              </Link>
            </li>
          ))}
        {may.answer && (
          <li class="nav-desk">
            <a class="nav-link" href="/desk" title={shellTexts.desk}>
              <Icon name="headset" />
              <span class="nav-word">{shellTexts.desk}</span>
            </a>
          </li>
        )}
      </ul>
      <Foot isHere={place.kind === 'account'} />
    </nav>
  );
}

function Foot({ isHere }: { isHere: boolean }) {
  const { me, signOut } = useWho();
  return (
    <div class="nav-foot">
      <Link
        to={{ kind: 'account' }}
        class="nav-link nav-me"
        aria-current={isHere ? 'page' : undefined}
        title={shellTexts.signedInAs(me.name)}
      >
        <Icon name="person" />
        <span class="nav-word">{me.name}</span>
      </Link>
      <span class="nav-buttons">
        <SchemeToggle />
        <IconButton icon="signed-out" label={shellTexts.signOut} onClick={() => void signOut()} />
      </span>
    </div>
  );
}

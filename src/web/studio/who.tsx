import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Person } from '../../contract/people/people.ts';
import type { Role } from '../../contract/people/roles.ts';

export type { Role };

export type Me = Readonly<Person>;

/** What one may do here. The server judges; the studio only leaves out what would be refused. */
export type May = Readonly<{
  /** Build and publish virtual agents. */
  design: boolean;
  /** Replay and skip deliveries. */
  operate: boolean;
  /** Manage keys and people. */
  own: boolean;
  /** See the studio at all. */
  read: boolean;
  /** Sit at the desk. */
  answer: boolean;
}>;

export function mayOf(role: Role): May {
  const design = role === 'owner' || role === 'designer';
  return {
    design,
    operate: design || role === 'supervisor',
    own: role === 'owner',
    read: role !== 'live-agent',
    answer: role !== 'viewer',
  };
}

export type Who = Readonly<{
  me: Me;
  may: May;
  /** Takes what is known of them now: another name, another role. */
  renew: (me: Me) => void;
  signOut: () => Promise<void>;
}>;

export const WhoContext = createContext<Who | null>(null);

/** Who is signed in; for pages behind the sign-in. */
export function useWho(): Who {
  const who = useContext(WhoContext);
  if (who === null) throw new Error('This page is shown to nobody.');
  return who;
}

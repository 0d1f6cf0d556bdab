import { settingsTexts as words } from '../../texts/studio/settings.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { Link } from '../shell/navigation.tsx';
import type { Place } from '../shell/places.ts';
import './agent-places.css';

type Here = 'agent' | 'agent-settings' | 'versions';

/** What there is of one virtual agent, and how one gets back to all. */
export function AgentPlaces({ agentId, here }: Readonly<{ agentId: string; here: Here }>) {
  const places: readonly (readonly [Place & { kind: Here }, string])[] = [
    [{ kind: 'agent', agentId }, words.canvas],
    [{ kind: 'agent-settings', agentId }, words.settings],
    [{ kind: 'versions', agentId }, words.versions],
  ];
  return (
    <nav class="agent-places" aria-label={words.places}>
      {places.map(([to, label]) => (
        <Link key={to.kind} to={to} class="agent-place" aria-current={to.kind === here ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** Leads back, above a page's title. */
export const ToAgents = () => <Link to={{ kind: 'agents' }}>{shellTexts.places.agents}</Link>;

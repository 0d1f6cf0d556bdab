/** Where one can be in the studio. */
export type Place =
  | Readonly<{ kind: 'agents' }>
  | Readonly<{ kind: 'agent'; agentId: string }>
  | Readonly<{ kind: 'agent-settings'; agentId: string }>
  | Readonly<{ kind: 'versions'; agentId: string }>
  | Readonly<{ kind: 'deliveries' }>
  | Readonly<{ kind: 'sessions' }>
  | Readonly<{ kind: 'session'; sessionId: string }>
  | Readonly<{ kind: 'keys' }>
  | Readonly<{ kind: 'people' }>
  | Readonly<{ kind: 'account' }>
  | Readonly<{ kind: 'sign-in' }>
  | Readonly<{ kind: 'nowhere' }>;

export const studioPath = '/studio';

const encoded = encodeURIComponent;

export function pathOf(place: Place): string {
  switch (place.kind) {
    case 'agents':
      return studioPath;
    case 'agent':
      return `${studioPath}/agents/${encoded(place.agentId)}`;
    case 'agent-settings':
      return `${studioPath}/agents/${encoded(place.agentId)}/settings`;
    case 'versions':
      return `${studioPath}/agents/${encoded(place.agentId)}/versions`;
    case 'session':
      return `${studioPath}/sessions/${encoded(place.sessionId)}`;
    default:
      return `${studioPath}/${place.kind}`;
  }
}

const single = ['deliveries', 'sessions', 'keys', 'people', 'account', 'sign-in'] as const;

/** @param path of the page's address, without query. */
export function placeOf(path: string): Place {
  const parts = path.split('/').filter((part) => part !== '');
  const [root, first, id, rest, ...more] = parts.map(readable);
  if (root !== 'studio' || more.length > 0) return { kind: 'nowhere' };
  if (first === undefined || (first === 'agents' && id === undefined)) return { kind: 'agents' };
  if (first === 'agents' && id !== undefined) return agentPlace(id, rest);
  if (first === 'sessions' && id !== undefined && rest === undefined) return { kind: 'session', sessionId: id };
  const kind = single.find((name) => name === first);
  return kind === undefined || id !== undefined ? { kind: 'nowhere' } : { kind };
}

function agentPlace(agentId: string, rest: string | undefined): Place {
  if (rest === undefined) return { kind: 'agent', agentId };
  if (rest === 'settings') return { kind: 'agent-settings', agentId };
  return rest === 'versions' ? { kind: 'versions', agentId } : { kind: 'nowhere' };
}

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// The rooms, their ranks, and who may import from whom.

/** A file imports from a lower rank or from its own room; rooms of one rank are peers. */
export const ranks: Readonly<Record<string, number>> = {
  core: 0,
  contract: 1,
  platform: 1,
  store: 2,
  outgoing: 2,
  skills: 2,
  channels: 2,
  formats: 2,
  templates: 2,
  engine: 3,
  delivery: 4,
  live: 4,
  http: 4,
  'storage.ts': 5,
  'outside.ts': 5,
  'app.ts': 5,
  'config.ts': 5,
  'data.ts': 5,
  'backup.ts': 5,
  'move.ts': 5,
  'serve.ts': 5,
  'demo.ts': 5,
  commands: 6,
  'cli.ts': 7,
};

/** Programs beside the router: what each may import. Only the joiners may start them. */
export const programs: Readonly<Record<string, readonly string[]>> = {
  desk: ['contract', 'platform'],
  replay: ['contract', 'platform'],
  chat: ['contract', 'platform'],
  manage: ['core', 'contract'],
  web: ['core', 'contract'],
};

export const joiners: readonly string[] = ['serve.ts', 'demo.ts', 'cli.ts'];

/** Within one rank: the router is joined first, the desk is put beside it, and the demonstration is built on that. */
export const allowedPeers: Readonly<Record<string, readonly string[]>> = {
  'storage.ts': ['config.ts'],
  'outside.ts': ['config.ts'],
  'app.ts': ['config.ts', 'storage.ts', 'outside.ts'],
  'data.ts': ['app.ts', 'config.ts', 'storage.ts'],
  'backup.ts': ['app.ts', 'config.ts'],
  'move.ts': ['config.ts'],
  'serve.ts': ['app.ts', 'config.ts'],
  'demo.ts': ['serve.ts', 'app.ts', 'config.ts'],
};

/** The room of a path relative to src: its first folder, or the file itself when it stands in src. */
export function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

export function isRoom(room: string): boolean {
  return room in ranks || room in programs;
}

/** Tests and the suites that several implementations share: free of ranks, powers and budgets, not of cycles. */
export function isTest(path: string): boolean {
  return /\.(test|contract)\.tsx?$/.test(path);
}

/** Why `from` may not import from `to`, or undefined when it may. */
export function forbidden(from: string, to: string): string | undefined {
  if (from === to) return undefined;
  const allowed = programs[from];
  if (allowed) {
    if (allowed.includes(to)) return undefined;
    return `${from} is a program beside the router and imports from ${allowed.join(' and ')} only`;
  }
  if (to in programs) {
    return joiners.includes(from)
      ? undefined
      : `${to} is a program of its own; only ${joiners.join(' and ')} may start it`;
  }
  const own = ranks[from];
  const other = ranks[to];
  if (own === undefined || other === undefined || other < own) return undefined;
  if (other > own) return `${to} (rank ${other}) stands above ${from} (rank ${own}): commands fall, facts rise`;
  return allowedPeers[from]?.includes(to) ? undefined : `${to} and ${from} are peers (rank ${own})`;
}

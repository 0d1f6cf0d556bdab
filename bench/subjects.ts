import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from './server-process.ts';

export const key = 'bench-key-of-sixteen-or-more';

const root = join(import.meta.dirname, '..');

/** Where benches keep what they make. */
export const folder = join(root, '.data', 'bench');
const database = join(folder, 'database');

/** Where profiles are written. */
export const profileFolder = join(folder, 'profile');

/** Starts Baton as anybody would, with the limits lifted. @param nodeArgs for Node itself. */
export function startBaton(fresh: boolean, nodeArgs: readonly string[] = []): Promise<ServerProcess> {
  if (fresh) rmSync(database, { recursive: true, force: true });
  return startNode({ BATON_DATA: database }, nodeArgs);
}

/** Starts one Baton on what the environment names. @param nodeArgs for Node itself. */
export function startNode(
  environment: Readonly<{ BATON_DATA: string } | { DATABASE_URL: string }>,
  nodeArgs: readonly string[] = [],
): Promise<ServerProcess> {
  const own = 'BATON_DATA' in environment ? environment : { ...environment, BATON_DATA: join(folder, 'unused') };
  mkdirSync(own.BATON_DATA, { recursive: true, mode: 0o700 });
  return ServerProcess.start([...nodeArgs, join(root, 'bin', 'baton.mjs'), 'start'], {
    ...{ ...own, BATON_KEY: key, BATON_ALLOW_NETWORKS: '127.0.0.1/32', BATON_LOG_LEVEL: 'warn' },
    ...{ BATON_MESSAGES_PER_SECOND: '100000', BATON_MESSAGE_BURST: '100000' },
  });
}

export const startBareRelay = (): Promise<ServerProcess> =>
  ServerProcess.start([join(root, 'bench', 'bare-relay.ts')], {});

/** Transactions that Baton has committed for commands, from its metrics. */
export const commitBatches = (url: string): Promise<number> => metric(url, 'commit_batches_total');

/** One number of Baton's metrics. @param name without the prefix. */
export async function metric(url: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { 'x-vgai-key': key } });
  return Number(new RegExp(`^baton_${name} (\\d+)`, 'm').exec(await answer.text())?.[1]);
}

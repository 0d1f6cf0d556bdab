import { systemClock } from '../../platform/clock.ts';
import { hintsContract } from '../hints/hints.contract.ts';
import type { Hints } from '../hints/hints.ts';
import { openDatabase } from './database.ts';
import { postgresHints } from './listen.ts';
import { ask, startTestServer } from './server.contract.ts';

hintsContract({
  name: 'PostgreSQL',
  isBroadcast: true,
  hasPower: false,
  skip: false,
  prepare: async () => {
    const server = await startTestServer();
    return { url: await server.newDatabase(), power: null, close: server.stop };
  },
  open: async (at, { clock, log, prefix = 'baton' }): Promise<Hints> => {
    const url = new URL(at);
    await ask(at, `CREATE SCHEMA IF NOT EXISTS ${prefix}`);
    url.searchParams.set('options', `-c search_path=${prefix}`);
    const database = openDatabase(url.href, { clock: systemClock() });
    const hints = postgresHints({ url: url.href, database, clock, log });
    let closed: Promise<void> | null = null;
    const close = (): Promise<void> => hints.close().then(database.close);
    return { ...hints, close: () => (closed ??= close()) };
  },
});

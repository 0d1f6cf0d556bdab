import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after } from 'node:test';
import { databaseFile } from '../../../src/platform/sqlite.ts';
import { ask, startTestServer } from '../../../src/store/postgres/server.contract.ts';
import { spareSchemas, tablesOf } from '../../../src/store/postgres/spare-schemas.contract.ts';

/** What the programs of a test file keep everything in: BATON_TEST_ENGINE says so. */
export const engine = engineOf(process.env.BATON_TEST_ENGINE ?? 'sqlite');

/** For tests of what only the embedded database has: its folder, its file, the desk beside it. */
export const embeddedOnly = {
  skip: engine === 'sqlite' ? false : 'only with the embedded database there is such a thing',
};

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Where programs of one test keep everything, empty at first. */
export type TestStorage = Readonly<{
  /** For what lies in files: with the embedded database all of it. */
  folder: string;
  /** What makes a program use it. */
  environment: Readonly<Record<string, string>>;
  /** What is stored, past the program. @param text SQL that both engines know. */
  ask: (text: string) => Promise<Rows>;
  tables: () => Promise<readonly string[]>;
  close: () => void;
}>;

export async function openStorage(): Promise<TestStorage> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-house-'));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  if (engine === 'sqlite') return { ...embedded(folder), close };
  const { take, giveBack } = await schemas();
  const url = await take();
  return {
    folder,
    environment: { BATON_DATA: folder, DATABASE_URL: url },
    ask: (text) => ask(url, text),
    tables: () => tablesOf(url),
    close: () => {
      giveBack(url);
      close();
    },
  };
}

function embedded(folder: string): Omit<TestStorage, 'close'> {
  const all = async (text: string): Promise<Rows> => {
    const database = new DatabaseSync(databaseFile(folder), { timeout: 5_000 });
    try {
      return database.prepare(text).all();
    } finally {
      database.close();
    }
  };
  return {
    folder,
    environment: { BATON_DATA: folder },
    ask: all,
    tables: async () => {
      const rows = await all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
      return rows.map(({ name }) => String(name));
    },
  };
}

/** Programs that are to end before the server does; a file's own hooks run after this one's. */
export const running = new Set<Readonly<{ close: () => Promise<void> }>>();

let starting: Promise<Readonly<{ spares: ReturnType<typeof spareSchemas>; stop: () => Promise<void> }>> | undefined;

/** One server for all houses of a file. */
async function schemas() {
  starting ??= startTestServer().then(({ newDatabase, stop }) => ({ spares: spareSchemas(newDatabase), stop }));
  return (await starting).spares;
}

if (engine === 'postgres' && process.env.NODE_TEST_CONTEXT !== undefined) {
  after(async () => {
    await Promise.all([...running].map((one) => one.close()));
    await (await starting)?.stop();
  });
}

function engineOf(name: string): 'sqlite' | 'postgres' {
  if (name === 'sqlite' || name === 'postgres') return name;
  throw new Error(`BATON_TEST_ENGINE is "${name}"; give sqlite or postgres.`);
}
